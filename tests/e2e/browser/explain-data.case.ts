/** What the store holds while every number of the pages is made again. Input for a test, no measurement. */
import { alertRule } from '@sonde/api';
import { ATTR, binOf, SELF } from '@sonde/model';
import type { Metric } from '@sonde/otlp';
import type { AlertEvent, SpanRow } from '../../../packages/store/src/index.ts';

export const MS = 1e6;
export const time = Math.floor(Date.now() / 60_000) * 60 - 120;
/** The range of every page: whole minutes that have passed, so that nothing of it changes. */
export const SECONDS = 120;
export const RANGE = `from=${(time - 60) * 1000}&to=${(time + 60) * 1000}&refresh=0&slow=100&lang=en`;
interface Traffic {
  readonly service: string;
  readonly instance: string;
  readonly peer?: string;
  readonly side?: 'server' | 'client';
  readonly ms: number;
  readonly count: number;
  readonly attributes: Record<string, string | number>;
}

export const traffic = ({ service, instance, peer = '', side = 'server', ms, count: n, attributes }: Traffic) => ({
  resource: {
    [ATTR.serviceName]: service,
    [ATTR.serviceInstanceId]: instance,
    [ATTR.hostName]: side === 'server' ? 'node-1' : 'node-2',
  },
  side,
  time,
  count: n,
  bin: binOf(ms * MS),
  seconds: (n * ms) / 1000,
  requestBytes: 111 * n,
  responseBytes: 1313 * n,
  attributes: {
    ...(peer === '' ? {} : { [ATTR.peerService]: peer }),
    [side === 'server' ? ATTR.clientAddress : ATTR.peerAddress]: '10.0.0.5',
    ...attributes,
  },
});

const http = (operation: string, target: string, status: string) => ({
  [ATTR.operation]: operation,
  [ATTR.target]: target,
  [ATTR.status]: status,
  ...(status >= '500' ? { [ATTR.errorType]: status } : {}),
});
const sql = { [ATTR.protocolName]: 'pgsql', [ATTR.operation]: 'SELECT', [ATTR.target]: 'orders' };

export const TRAFFIC: readonly Traffic[] = [
  { service: 'shop', instance: 'shop-1', peer: 'edge', ms: 3, count: 171, attributes: http('GET', '/items', '200') },
  { service: 'shop', instance: 'shop-2', peer: 'edge', ms: 7, count: 53, attributes: http('GET', '/items', '200') },
  { service: 'shop', instance: 'shop-2', peer: 'edge', ms: 410, count: 23, attributes: http('POST', '/orders', '503') },
  { service: 'shop', instance: 'shop-1', peer: 'edge', ms: 5, count: 19, attributes: http('GET', '/items', '404') },
  {
    service: 'edge',
    instance: 'edge-1',
    peer: 'shop',
    side: 'client',
    ms: 5,
    count: 224,
    attributes: http('GET', '/items', '200'),
  },
  { service: 'shop', instance: 'shop-1', peer: 'orders-db', side: 'client', ms: 2, count: 31, attributes: sql },
];

/** What an agent says of itself. */
export function selfMetrics(): Metric[] {
  const times = { startTimeUnixNano: BigInt(time) * 10n ** 9n, timeUnixNano: BigInt(time + 10) * 10n ** 9n };
  const sum = (name: string, value: number, attributes = {}): Metric => ({
    name,
    unit: name === SELF.cpu || name === SELF.programTime ? 's' : '1',
    data: { kind: 'sum', temporality: 'delta', monotonic: true, points: [{ ...times, attributes, value }] },
  });
  return [
    sum(SELF.exchanges, 993),
    sum(SELF.dropped, 7, { cause: 'ring_full' }),
    sum(SELF.records, 1234),
    sum(SELF.cpu, 0.41, { 'cpu.mode': 'user' }),
    sum(SELF.programTime, 0.0031, { program: 'sock_recv' }),
    sum(SELF.programRuns, 997, { program: 'sock_recv' }),
  ];
}

const span = (
  id: string,
  parent: string,
  service: string,
  name: string,
  ms: number,
  status: SpanRow['status'],
): SpanRow => ({
  start: (BigInt(time) * 10n ** 9n) as SpanRow['start'],
  duration: (ms * MS) as SpanRow['duration'],
  traceId: 'a'.repeat(32),
  spanId: id.repeat(16),
  parentSpanId: parent.repeat(16),
  service,
  instance: `${service}-1`,
  host: 'node-1',
  kind: service === 'edge' ? 'client' : 'server',
  name,
  status,
  statusMessage: '',
  attributes: {},
  links: '',
  events: '',
});
export const SPANS = [
  span('1', '', 'edge', 'GET /items', 417, 'unset'),
  span('2', '1', 'shop', 'GET /items', 409, 'error'),
];

export const ALERT: AlertEvent = {
  time: (time + 10) * 1000,
  alert: 'a1',
  rule: 'r1',
  service: 'shop',
  part: 'POST /orders',
  state: 'firing',
  started: (time + 10) * 1000,
  severity: 'critical',
  value: 0.0865,
  threshold: 0.05,
  silenced: false,
  channels: [],
  body: JSON.stringify(alertRule.parse({ name: 'Errors', metric: 'error_rate', by: 'endpoint', threshold: 0.05 })),
};
