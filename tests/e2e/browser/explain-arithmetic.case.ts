/** The numbers of the pages by plain arithmetic on rows of the store, in the words the pages use. */
import { SELF, valueOfBin } from '@sonde/model';
import { bytes, cores, count, duration, exact, percent, perSecond } from '../../../packages/web/src/base/format.ts';
import { MS, SECONDS } from './explain-data.case.ts';

export type Row = Record<string, unknown>;
type Bins = [number[], number[]];

const sum = (rows: readonly Row[], column: string) => rows.reduce((total, row) => total + Number(row[column] ?? 0), 0);

const merged = (rows: readonly Row[]) => {
  const all = new Map<number, number>();
  for (const row of rows) {
    const [bins, counts] = row.bins as Bins;
    for (const [i, bin] of bins.entries()) all.set(bin, (all.get(bin) ?? 0) + counts[i]);
  }
  return [...all].sort((a, b) => a[0] - b[0]);
};

function quantileOf(rows: readonly Row[], q: number): number | null {
  const bins = merged(rows);
  const total = bins.reduce((n, [, counted]) => n + counted, 0);
  let passed = 0;
  for (const [bin, counted] of bins) {
    passed += counted;
    if (passed >= Math.max(1, Math.ceil(q * total))) return valueOfBin(bin);
  }
  return null;
}

const ratio = (part: number, whole: number) => (whole > 0 ? part / whole : null);
const slowOf = (rows: readonly Row[]) =>
  merged(rows).reduce((n, [bin, counted]) => n + (valueOfBin(bin) >= 100 * MS ? counted : 0), 0);
const measuredIn = (rows: readonly Row[]) => merged(rows).reduce((n, [, counted]) => n + counted, 0);

const percentileIn = (header: string) => Number(/P([\d.]+)/.exec(header)![1]) / 100;

type Made = (rows: readonly Row[], all: readonly Row[], header: string) => string;

const metric = (rows: readonly Row[], name: string) =>
  sum(
    rows.filter((row) => row.metric === name),
    'sum',
  );

/** Each formula by plain arithmetic on the rows of one line, and on all of them, as the page writes it. */
export const MADE: Record<string, Made> = {
  requests: (rows) => count(sum(rows, 'requests')),
  rate: (rows) => perSecond(sum(rows, 'requests') / SECONDS),
  errorRate: (rows) => percent(ratio(sum(rows, 'errors'), sum(rows, 'requests'))),
  requestShare: (rows, all) => percent(ratio(sum(rows, 'requests'), sum(all, 'requests'))),
  errorShare: (rows, all) => percent(ratio(sum(rows, 'errors'), sum(all, 'errors'))),
  timeShare: (rows, all) => percent(ratio(sum(rows, 'duration_sum'), sum(all, 'duration_sum'))),
  requestBytes: (rows) => bytes(sum(rows, 'request_bytes')),
  responseBytes: (rows) => bytes(sum(rows, 'response_bytes')),
  avg: (rows) => duration(ratio(sum(rows, 'duration_sum'), measuredIn(rows))),
  percentile: (rows, _, header) => duration(quantileOf(rows, percentileIn(header))),
  max: (rows) => duration(merged(rows).length > 0 ? valueOfBin(merged(rows).at(-1)![0]) : null),
  slow: (rows) => count(slowOf(rows)),
  slowPerMinute: (rows) => perSecond(slowOf(rows) / (SECONDS / 60)),
  slowRate: (rows) => percent(ratio(slowOf(rows), measuredIn(rows))),
  perMinute: (rows) => perSecond(sum(rows, 'requests') / (SECONDS / 60)),
  statements: (rows) => count(sum(rows, 'statements')),
  apdex: (rows) => {
    const upTo = (limit: number, errors: boolean) =>
      rows.reduce((n, row) => {
        const [bins, counts] = row[errors ? 'error_bins' : 'bins'] as Bins;
        return n + bins.reduce((m, bin, i) => m + (valueOfBin(bin) <= limit ? counts[i] : 0), 0);
      }, 0);
    const good = (limit: number) => upTo(limit, false) - upTo(limit, true);
    const [satisfied, tolerated] = [good(500 * MS), good(2000 * MS)];
    return ((satisfied + (tolerated - satisfied) / 2) / measuredIn(rows)).toFixed(2);
  },
  errors: (rows) => exact(sum(rows, 'errors')),
  exchanges: (rows) => count(metric(rows, SELF.exchanges)),
  completeness: (rows) => {
    const seen = metric(rows, SELF.exchanges);
    return percent(ratio(seen, seen + metric(rows, SELF.dropped)));
  },
  cpu: (rows) => cores(metric(rows, SELF.cpu) / 10),
  userNs: (rows) => duration((metric(rows, SELF.cpu) * 1e9) / metric(rows, SELF.exchanges)),
  kernelNs: (rows) => duration((metric(rows, SELF.programTime) * 1e9) / metric(rows, SELF.exchanges)),
  programTime: (rows) => duration(metric(rows, SELF.programTime) * 1e9),
  programRuns: (rows) => count(metric(rows, SELF.programRuns)),
  perRun: (rows) => duration((metric(rows, SELF.programTime) * 1e9) / metric(rows, SELF.programRuns)),
  lost: (rows) => count(metric(rows, SELF.dropped)),
  alertValue: ([row]) => percent(Number(row?.value)),
  threshold: ([row]) => percent(Number(row?.threshold)),
  spanDuration: ([row]) => duration(Number(row?.duration)),
  spans: ([row]) => count(Number(row?.spans)),
  traceDuration: (rows) => duration(longest(rows)),
  traceSpans: (rows) => count(rows.length),
  traceErrors: (rows) => count(rows.filter(({ status }) => status === 'error').length),
  traceDepth: (rows) => count(rows.length),
  operationTotal: (rows) => duration(sum(rows, 'duration')),
  operationLongest: (rows) => duration(longest(rows)),
  selfTime: (rows, all) => duration(selfOf(rows, all)),
  criticalTime: (rows, all) => duration(selfOf(rows, all)),
  criticalShare: (rows, all) => percent(ratio(selfOf(rows, all), longest(all))),
  callWaited: (_, all) => duration(Number(ends(all)[0].duration)),
  callNetwork: (_, all) => {
    const [client, server] = ends(all);
    return duration(Number(client.duration) - Number(server.duration) - queueOf(server));
  },
  callQueue: (_, all) => duration(queueOf(ends(all)[1])),
  callServer: (_, all) => duration(Number(ends(all)[1].duration)),
  segments: (rows) => count(sum(rows, 'segments')),
  connections: (rows, _, header) => count(sum(rows, header.toLowerCase())),
  retransmitRate: (rows) => percent(ratio(sum(rows, 'retransmits'), sum(rows, 'segments'))),
  rttAverage: (rows) => duration(ratio(sum(rows, 'rtt_total'), measuredIn(rows))),
  rttPercentile: (rows, _, header) => duration(quantileOf(rows, percentileIn(header))),
  bytesInRate: (rows) => `${bytes(sum(rows, 'request_bytes') / SECONDS)}/s`,
  bytesOutRate: (rows) => `${bytes(sum(rows, 'response_bytes') / SECONDS)}/s`,
  spanErrors: ([row]) => count(Number(row?.errors)),
  clientErrorRate: (rows) =>
    percent(
      ratio(
        sum(
          rows.filter(({ status }) => String(status).startsWith('4')),
          'requests',
        ),
        sum(rows, 'requests'),
      ),
    ),
};

/** Of the one call there is: the span of its caller, and that of its server. */
const ends = (rows: readonly Row[]) => [rows.find(isCall)!, rows.find((row) => !isCall(row))!];
const isCall = ({ kind }: Row) => kind === 'client';
const longest = (rows: readonly Row[]) => Math.max(...rows.map((row) => Number(row.duration)));
/** Of spans that each have one child at most, which ends within them. */
const selfOf = (rows: readonly Row[], all: readonly Row[]) =>
  sum(rows, 'duration') -
  sum(
    all.filter(({ parentSpanId }) => rows.some(({ spanId }) => spanId === parentSpanId)),
    'duration',
  );
const queueOf = ({ attributes }: Row) => Number((attributes as Record<string, string>)['sonde.queue_wait']) * 1e9;

/** Rows of the side that counts: the server's where there are any. */
export const preferServer = (rows: readonly Row[]) => {
  const own = rows.filter(({ side }) => side === 'server');
  return own.length > 0 ? own : rows;
};

/** What a line of a table is called, made of the columns of a row. */
const KEYS: Record<string, (row: Row) => string> = {
  'totals of services': ({ name }) => String(name),
  endpoints: ({ statement, operation, target }) => String(statement || `${operation}${target}`),
  instances: ({ instance }) => String(instance),
  'instances of the host': ({ instance }) => String(instance),
  'usage by target-operation': ({ group_operation, group_target }) => `${group_operation}${group_target}`,
  'usage by target': ({ group_target }) => String(group_target),
  errors: ({ status }) => `${status}${status === '503' ? 'ServiceUnavailable' : 'NotFound'}`,
  "agents' own numbers": ({ attributes }) => {
    const { cause, program } = attributes as Record<string, string>;
    return cause ?? program ?? '';
  },
  alerts: ({ service }) => String(service),
  'network by peer': ({ peer }) => String(peer),
  'network by instance': ({ instance }) => String(instance),
  'spans of the trace': (row) => `${row.service}${isCall(row) ? '→' : ''}${row.name}`,
  // There is one trace.
  'spans found': () => 'edge GET /items',
  'traces found': () => 'edge GET /items',
};
export const keyOf = (query: string) =>
  KEYS[query] ?? (/^(requests|totals) by /.test(query) ? ({ key }: Row) => String(key) : null);
