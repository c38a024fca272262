import type { ProtocolName } from '@sonde/model';
import { amqpCases } from './amqp.ts';
import { brpcCases } from './brpc.ts';
import type { ProtocolCase } from './case.ts';
import { cassandraCases } from './cassandra.ts';
import { clickhouseCases } from './clickhouse.ts';
import { dnsCases } from './dns.ts';
import { dubboCases } from './dubbo.ts';
import { fastcgiCases } from './fastcgi.ts';
import { httpCases } from './http.ts';
import { http2Cases } from './http2.ts';
import { kafkaCases } from './kafka.ts';
import { ldapCases } from './ldap.ts';
import { memcachedCases } from './memcached.ts';
import { mongoCases } from './mongo.ts';
import { mqttCases } from './mqtt.ts';
import { mysqlCases } from './mysql.ts';
import { natsCases } from './nats.ts';
import { pgsqlCases } from './pgsql.ts';
import { pulsarCases } from './pulsar.ts';
import { redisCases } from './redis.ts';
import { rocketmqCases } from './rocketmq.ts';
import { smtpCases } from './smtp.ts';
import { sofarpcCases } from './sofarpc.ts';
import { tdsCases } from './tds.ts';
import { thriftCases } from './thrift.ts';
import { tlsCases } from './tls.ts';
import { websocketCases } from './websocket.ts';
import { zookeeperCases } from './zookeeper.ts';

/** The case table: every protocol of `table.ts` has a row. */
export const CASES: Partial<Record<ProtocolName, readonly ProtocolCase[]>> = {
  amqp: amqpCases,
  brpc: brpcCases,
  cassandra: cassandraCases,
  clickhouse: clickhouseCases,
  dns: dnsCases,
  dubbo: dubboCases,
  fastcgi: fastcgiCases,
  http2: http2Cases,
  http: httpCases,
  kafka: kafkaCases,
  ldap: ldapCases,
  memcached: memcachedCases,
  mongo: mongoCases,
  mqtt: mqttCases,
  mysql: mysqlCases,
  nats: natsCases,
  pgsql: pgsqlCases,
  pulsar: pulsarCases,
  redis: redisCases,
  rocketmq: rocketmqCases,
  smtp: smtpCases,
  sofarpc: sofarpcCases,
  tds: tdsCases,
  thrift: thriftCases,
  tls: tlsCases,
  websocket: websocketCases,
  zookeeper: zookeeperCases,
};
