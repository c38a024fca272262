/**
 * Every protocol Sonde knows, by the name users see (`network.protocol.name` where OpenTelemetry has one).
 * The index is the number that kernel and user space share (`bpf/events/protocol.h`, generated); append only.
 */
export const PROTOCOLS = [
  'unknown',
  'http',
  'http2',
  'grpc',
  'websocket',
  'tls',
  'dns',
  'redis',
  'mysql',
  'pgsql',
  'mongo',
  'kafka',
  'amqp',
  'mqtt',
  'nats',
  'memcached',
  'cassandra',
  'dubbo',
  'thrift',
  'fastcgi',
  'rocketmq',
  'pulsar',
  'zookeeper',
  'clickhouse',
  'tds',
  'ldap',
  'smtp',
  'sofarpc',
  'brpc',
  'mdns',
] as const;

export type ProtocolName = (typeof PROTOCOLS)[number];

export function protocolId(name: ProtocolName): number {
  return PROTOCOLS.indexOf(name);
}

/** What kind of service speaks a protocol: decides which page and which columns a service gets. */
export type ServiceKind = 'http' | 'rpc' | 'database' | 'cache' | 'queue' | 'dns' | 'other';

const KINDS: Partial<Record<ProtocolName, ServiceKind>> = {
  http: 'http',
  http2: 'http',
  websocket: 'http',
  fastcgi: 'http',
  grpc: 'rpc',
  dubbo: 'rpc',
  thrift: 'rpc',
  sofarpc: 'rpc',
  brpc: 'rpc',
  redis: 'cache',
  memcached: 'cache',
  mysql: 'database',
  pgsql: 'database',
  mongo: 'database',
  cassandra: 'database',
  clickhouse: 'database',
  tds: 'database',
  ldap: 'database',
  zookeeper: 'database',
  kafka: 'queue',
  amqp: 'queue',
  mqtt: 'queue',
  nats: 'queue',
  rocketmq: 'queue',
  pulsar: 'queue',
  dns: 'dns',
  mdns: 'dns',
};

export function serviceKind(protocol: ProtocolName): ServiceKind {
  return KINDS[protocol] ?? 'other';
}
