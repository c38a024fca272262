/** What the store holds while every number of the pages is made again. Input for a test, no measurement. */
import { alertRule, PANEL_METRICS } from '@sonde/api';
import { ATTR, binOf, HISTOGRAM_SCALE, SELF, TCP } from '@sonde/model';
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

type Sums = Partial<Record<Exclude<keyof typeof TCP, 'rtt'>, number>>;

const interval = { startTimeUnixNano: BigInt(time) * 10n ** 9n, timeUnixNano: BigInt(time + 10) * 10n ** 9n };

/** What sockets of one instance saw of TCP towards a peer; round-trip times in milliseconds. */
function sockets(instance: string, side: 'server' | 'client', peer: string, sums: Sums, rtts: readonly number[]) {
  const attributes = { [ATTR.side]: side, [ATTR.peerService]: peer };
  const metrics = Object.entries(sums).map(([name, value]): Metric => {
    const points = [{ attributes, ...interval, value }];
    return {
      name: TCP[name as keyof Sums],
      unit: '1',
      data: { kind: 'sum', temporality: 'delta', monotonic: true, points },
    };
  });
  for (const ms of rtts) {
    const positive = { offset: binOf(ms * MS), bucketCounts: [1] };
    const point = { attributes, ...interval, count: 1, sum: ms / 1e3, scale: HISTOGRAM_SCALE, zeroCount: 0, positive };
    metrics.push({
      name: TCP.rtt,
      unit: 's',
      data: { kind: 'exponential-histogram', temporality: 'delta', points: [point] },
    });
  }
  return {
    resource: {
      attributes: {
        [ATTR.serviceName]: 'shop',
        [ATTR.serviceInstanceId]: instance,
        [ATTR.hostName]: 'node-1',
      },
    },
    scopeMetrics: [{ scope: { name: 'sonde', version: '0' }, metrics }],
  };
}

export const SOCKETS = [
  sockets(
    'shop-1',
    'server',
    'edge',
    { opened: 5, closed: 3, reset: 2, segments: 900, retransmits: 13 },
    [0.4, 0.9, 7],
  ),
  sockets('shop-1', 'client', 'orders-db', { opened: 1, refused: 4, unanswered: 6, segments: 70, retransmits: 1 }, [2]),
  sockets('shop-2', 'server', 'edge', { closed: 8, lost: 1, segments: 310, retransmits: 31 }, [11, 0.7]),
];

/** A panel of each metric as a number, and of those in groups as a table. */
export const DASHBOARD = {
  version: 1 as const,
  name: 'Every metric',
  description: '',
  panels: [
    ...PANEL_METRICS.map((metric) => ({ metric, chart: 'number' as const, slow: 100, percentiles: '50,99' })),
    ...(['endpoint', 'instance', 'caller', 'status'] as const).flatMap((group) =>
      (['rate', 'errors', 'error_rate', 'latency', 'latency_avg', 'request_bytes'] as const).map((metric) => ({
        metric,
        group,
        chart: 'table' as const,
        percentiles: '75',
      })),
    ),
    { metric: 'requests' as const, group: 'instance' as const, chart: 'ring' as const },
    { metric: 'latency' as const, group: 'endpoint' as const, chart: 'line' as const },
  ].map((panel) => ({ ...panel, filter: { service: 'shop' } })),
};

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
  // Both ends were seen by a kernel; the request lay 3 ms in the socket of its server.
  attributes: { [ATTR.connection]: 'c0', ...(service === 'shop' ? { 'sonde.queue_wait': '0.003' } : {}) },
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
