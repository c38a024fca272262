import { bytes, Input } from '@sonde/otlp/wire';
import { connection } from './decode-connection.ts';
import { long, mapEntry, number, text } from './map-entry.ts';
import type { ConnectionsMessage, DatadogConnection } from './messages.ts';

const EMPTY = new Uint8Array(0);

/** A message without its fields. */
export const NO_MESSAGE: ConnectionsMessage = {
  kind: 'connections',
  hostName: '',
  connections: [],
  containerForPid: new Map(),
  telemetry: new Map(),
  architecture: '',
  kernelVersion: '',
  platform: '',
  platformVersion: '',
  encodedTags: EMPTY,
  encodedConnectionsTags: EMPTY,
  encodedDomainDatabase: EMPTY,
  encodedDnsLookups: EMPTY,
  encodedDns: EMPTY,
  domains: [],
};

const TEXTS: Record<number, 'hostName' | 'architecture' | 'kernelVersion' | 'platform' | 'platformVersion'> = {
  [bytes(2)]: 'hostName',
  [bytes(17)]: 'architecture',
  [bytes(18)]: 'kernelVersion',
  [bytes(19)]: 'platform',
  [bytes(20)]: 'platformVersion',
};

type Blob = 'encodedTags' | 'encodedDns' | 'encodedDomainDatabase' | 'encodedDnsLookups' | 'encodedConnectionsTags';

const BLOBS: Record<number, Blob> = {
  [bytes(11)]: 'encodedTags',
  [bytes(14)]: 'encodedDns',
  [bytes(36)]: 'encodedDomainDatabase',
  [bytes(37)]: 'encodedDnsLookups',
  [bytes(38)]: 'encodedConnectionsTags',
};

/** `CollectorConnections`; fields not named here are passed over. Throws on bytes that are no protobuf message. */
export function decodeConnections(payload: Uint8Array): ConnectionsMessage {
  const input = new Input(payload);
  const { reader } = input;
  const made = { ...NO_MESSAGE } as { -readonly [K in keyof ConnectionsMessage]: ConnectionsMessage[K] };
  const connections: DatadogConnection[] = [];
  const containerForPid = new Map<number, string>();
  const telemetry = new Map<string, number>();
  const domains: string[] = [];
  for (const end = input.enterRoot(); input.more(end); ) {
    const tag = input.tag();
    if (tag === bytes(3)) connections.push(connection(input));
    else if (tag === bytes(10)) mapEntry(input, containerForPid, number(1), text(2));
    else if (tag === bytes(30)) domains.push(input.string());
    else if (tag === bytes(39)) mapEntry(input, telemetry, text(1), long(2));
    else if (Object.hasOwn(TEXTS, tag)) made[TEXTS[tag]] = input.string();
    else if (Object.hasOwn(BLOBS, tag)) made[BLOBS[tag]] = reader.bytes();
    else input.skip();
  }
  return { ...made, connections, containerForPid, telemetry, domains };
}
