import { ATTR } from '@sonde/model';
import type { Resource } from '@sonde/otlp';
import { firstOf } from './attributes.ts';

/** Who sent the data: `service.name` and what tells its instances apart. */
export interface Sender {
  readonly service: string;
  readonly instance: string;
  readonly host: string;
  readonly container: string;
}

/** The name the OpenTelemetry specification gives to a service without one. */
const UNNAMED = 'unknown_service';

export function senderOf({ attributes }: Resource): Sender {
  const host = firstOf(attributes, ATTR.hostName, ATTR.hostId);
  const container = firstOf(attributes, ATTR.containerId);
  const pid = firstOf(attributes, ATTR.processPid);
  return {
    service: firstOf(attributes, ATTR.serviceName) || UNNAMED,
    instance:
      firstOf(attributes, ATTR.serviceInstanceId, ATTR.podName, ATTR.containerId) ||
      [host, pid].filter(Boolean).join(':'),
    host,
    container,
  };
}
