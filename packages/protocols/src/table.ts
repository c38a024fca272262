import { PROTOCOLS } from '@sonde/model';
import { amqp } from './amqp.ts';
import { brpc } from './brpc.ts';
import { cassandra } from './cassandra.ts';
import { clickhouse } from './clickhouse.ts';
import { dns } from './dns.ts';
import { dubbo } from './dubbo.ts';
import { fastcgi } from './fastcgi.ts';
import { http } from './http.ts';
import { http2 } from './http2.ts';
import { kafka } from './kafka.ts';
import { ldap } from './ldap.ts';
import { memcached } from './memcached.ts';
import { mongo } from './mongo.ts';
import { mqtt } from './mqtt.ts';
import { mysql } from './mysql.ts';
import { nats } from './nats.ts';
import { pgsql } from './pgsql.ts';
import type { Protocol } from './protocol.ts';
import { pulsar } from './pulsar.ts';
import { redis } from './redis.ts';
import { rocketmq } from './rocketmq.ts';
import { smtp } from './smtp.ts';
import { sofarpc } from './sofarpc.ts';
import { tds } from './tds.ts';
import { thrift } from './thrift.ts';
import { tls } from './tls.ts';
import { websocket } from './websocket.ts';
import { zookeeper } from './zookeeper.ts';

/** Every protocol that is read, in the order in which they are asked: the more certain its first bytes, the earlier. */
export const TABLE: readonly Protocol[] = [
  http,
  http2,
  tls,
  pgsql,
  memcached,
  mysql,
  kafka,
  amqp,
  mongo,
  mqtt,
  cassandra,
  dubbo,
  sofarpc,
  brpc,
  rocketmq,
  pulsar,
  thrift,
  smtp,
  tds,
  ldap,
  fastcgi,
  zookeeper,
  clickhouse,
  redis,
  dns,
  nats,
  websocket,
];

const byId: (Protocol | undefined)[] = PROTOCOLS.map(
  (name) => TABLE.find((protocol) => protocol.name === name) as Protocol | undefined,
);

/** The protocol of a number (model `protocolId`), or undefined where it is not read. */
export function protocolOf(id: number): Protocol | undefined {
  return byId[id];
}
