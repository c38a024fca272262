import { ATTR, durationMetric, PROTOCOLS, type Side, serviceKind } from '@sonde/model';
import type { AttributeMap } from '@sonde/otlp';
import type { RequestRow } from '@sonde/store';
import { firstOf } from './attributes.ts';
import type { Sender } from './resource.ts';

/** Everything of a row that tells its series from others. */
export type Series = Omit<
  RequestRow,
  'time' | 'count' | 'errors' | 'durationSum' | 'bins' | 'queueWaitSum' | 'requestBytes' | 'responseBytes'
>;

/** Which end a duration metric is seen from, by its name. */
const SIDES: ReadonlyMap<string, Side> = new Map(
  PROTOCOLS.flatMap((protocol) =>
    (['client', 'server'] as const).map((side) => [durationMetric(serviceKind(protocol), side), side] as const),
  ),
);

export function sideOfDuration(metric: string): Side | undefined {
  return SIDES.get(metric);
}

/** Names OpenTelemetry uses for what Sonde calls otherwise. */
const PROTOCOL_ALIASES: Record<string, string> = {
  postgresql: 'pgsql',
  mariadb: 'mysql',
  mongodb: 'mongo',
  rabbitmq: 'amqp',
  'microsoft.sql_server': 'tds',
};

function protocolOf(attributes: AttributeMap, metric: string): string {
  const name = firstOf(
    attributes,
    ATTR.rpcSystem,
    ATTR.dbSystem,
    'db.system',
    ATTR.messagingSystem,
    ATTR.protocolName,
  ).toLowerCase();
  if (name !== '') return PROTOCOL_ALIASES[name] ?? name;
  if (metric.startsWith('http.')) return 'http';
  return metric.startsWith('dns.') ? 'dns' : 'unknown';
}

function withPort(address: string, port: string): string {
  if (address === '' || port === '') return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** A server is known by address and port; of a client only the address says anything. */
function peerAddressOf(attributes: AttributeMap, side: Side): string {
  if (side === 'server') return firstOf(attributes, ATTR.clientAddress, ATTR.peerAddress);
  const peer = withPort(firstOf(attributes, ATTR.peerAddress), firstOf(attributes, ATTR.peerPort));
  return peer || withPort(firstOf(attributes, ATTR.serverAddress), firstOf(attributes, ATTR.serverPort));
}

export function seriesOf(sender: Sender, attributes: AttributeMap, metric: string): Series {
  const named = firstOf(attributes, ATTR.side);
  const side: Side = named === 'client' || named === 'server' ? named : (sideOfDuration(metric) ?? 'server');
  return {
    ...sender,
    side,
    protocol: protocolOf(attributes, metric),
    operation: firstOf(
      attributes,
      ATTR.operation,
      ATTR.httpMethod,
      ATTR.dbOperation,
      ATTR.rpcMethod,
      ATTR.messagingOperation,
    ),
    target: firstOf(
      attributes,
      ATTR.target,
      ATTR.httpRoute,
      ATTR.dbCollection,
      ATTR.rpcService,
      ATTR.messagingDestination,
      ATTR.dnsQuestion,
    ),
    statement: firstOf(attributes, ATTR.dbQueryText),
    status: firstOf(attributes, ATTR.status, ATTR.httpStatus, ATTR.dbStatus, ATTR.rpcStatus),
    error: firstOf(attributes, ATTR.errorType),
    peer: firstOf(attributes, ATTR.peerService, 'peer.service'),
    peerAddress: peerAddressOf(attributes, side),
  };
}
