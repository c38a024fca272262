import type { Bins, EpochNanoseconds, Nanoseconds, Side } from '@sonde/model';
import { binsText } from './bins-text.ts';
import { NETWORK_COLUMNS, type NetworkRow, networkLine } from './network-row.ts';
import type { InputTable } from './schema.ts';

/** Exchanges of one series in one bucket of 10 s. Sums of times are nanoseconds, sizes are bytes. */
export interface RequestRow {
  /** Start of the bucket, seconds since the epoch, a multiple of 10. */
  readonly time: number;
  readonly service: string;
  readonly side: Side;
  readonly protocol: string;
  readonly operation: string;
  readonly target: string;
  readonly statement: string;
  readonly status: string;
  readonly error: string;
  /** Service at the other end, '' where nobody could name it. */
  readonly peer: string;
  /** Address of the other end: `address:port` of a server, `address` of a client; '' where unknown. */
  readonly peerAddress: string;
  readonly instance: string;
  readonly host: string;
  readonly container: string;
  readonly count: number;
  readonly errors: number;
  readonly durationSum: number;
  readonly bins: Bins;
  readonly queueWaitSum: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
}

export type TextAttributes = Readonly<Record<string, string>>;

export interface SpanRow {
  readonly start: EpochNanoseconds;
  readonly duration: Nanoseconds;
  /** 32 and 16 hex digits; `parentSpanId` is '' at a root. */
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly service: string;
  readonly instance: string;
  readonly host: string;
  readonly kind: 'unspecified' | 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  readonly name: string;
  readonly status: 'unset' | 'ok' | 'error';
  readonly statusMessage: string;
  readonly attributes: TextAttributes;
  /** JSON arrays, '' where there are none. */
  readonly links: string;
  readonly events: string;
}

/** Two trace ids, 32 hex digits each, of one trace; `name` is the one to show. */
export interface TraceAliasRow {
  /** Seconds since the epoch. */
  readonly time: number;
  readonly name: string;
  readonly traceId: string;
}

/** The parent of a span, found after it was stored. `traceId` is the one the span is stored with. */
export interface SpanLinkRow {
  readonly time: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly method: string;
  readonly confidence: number;
}

/** What an application wrote. */
export interface LogRow {
  readonly time: EpochNanoseconds;
  /** 32 and 16 hex digits; '' where it was written outside of any. */
  readonly traceId: string;
  readonly spanId: string;
  readonly service: string;
  readonly instance: string;
  readonly host: string;
  /** Name of the logger. */
  readonly scope: string;
  /** 1 to 24, four for each of trace, debug, info, warn, error, fatal; 0 where unknown. */
  readonly severity: number;
  readonly severityText: string;
  /** Name of the kind of event, '' where it has none. */
  readonly event: string;
  /** Text as it is, anything else as JSON. */
  readonly body: string;
  readonly attributes: TextAttributes;
}

/** One number of any other metric, as it came. */
export interface MetricRow {
  /** Seconds since the epoch; of an interval its end, with `start` its start, else both the same. */
  readonly time: number;
  readonly start: number;
  readonly service: string;
  readonly instance: string;
  readonly host: string;
  readonly metric: string;
  readonly unit: string;
  readonly kind: 'gauge' | 'delta' | 'cumulative';
  readonly attributes: TextAttributes;
  readonly value: number;
}

/** What a service instance says of itself, seen at `time`. */
export interface ResourceRow {
  readonly time: number;
  readonly service: string;
  readonly instance: string;
  readonly attributes: TextAttributes;
}

/** A pod as the Kubernetes API told of it; '' and 0 mean "not known". Times in seconds since the epoch. */
export interface PodRow {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly node: string;
  readonly ip: string;
  /** As kubectl prints it. */
  readonly status: string;
  /** Of its containers, how many are ready. */
  readonly ready: number;
  readonly containers: number;
  readonly restarts: number;
  readonly started: number;
  readonly deleted: number;
  readonly ownerKind: string;
  readonly owner: string;
  readonly containerIds: readonly string[];
  readonly lastSeen: number;
}

/** The name a sender gave to one export, so that its repetition is not counted twice. */
export interface Batch {
  readonly source: string;
  readonly sequence: number;
}

/** What one export carries into the store: all of it is stored, or nothing. */
export interface Intake {
  readonly batch?: Batch;
  readonly requests: readonly RequestRow[];
  readonly spans: readonly SpanRow[];
  /** Where the spans go: to stay, or to wait for `keepSpans`. */
  readonly spansTo?: 'spans' | 'spans_recent';
  readonly logs?: readonly LogRow[];
  readonly network?: readonly NetworkRow[];
  readonly metrics: readonly MetricRow[];
  readonly resources: readonly ResourceRow[];
  readonly aliases?: readonly TraceAliasRow[];
  readonly links?: readonly SpanLinkRow[];
  readonly pods?: readonly PodRow[];
}

const id64 = (hex: string) => (hex === '' ? '0' : BigInt(`0x${hex}`).toString());

/** 16 hex digits of an id as it is stored, '' of zero. */
export const hexOfId64 = (id: string) => (id === '0' ? '' : BigInt(id).toString(16).padStart(16, '0'));

const NO_UUID = '0'.repeat(32);

/** DateTime64(9) as text, exact. */
function epochText(nanoseconds: bigint): string {
  const seconds = nanoseconds / 1_000_000_000n;
  return `${seconds}.${(nanoseconds % 1_000_000_000n).toString().padStart(9, '0')}`;
}

const SPAN_COLUMNS =
  'time, duration, trace_id, span_id, parent_span_id, service, instance, host, kind, name, status, status_message, attributes, links, events';

const COLUMNS: Record<InputTable, string> = {
  requests_10s:
    'time, service, side, protocol, operation, target, statement, status, error, peer, peer_address, instance, host, container, count, errors, duration_sum, queue_wait_sum, request_bytes, response_bytes, bins',
  network_10s: NETWORK_COLUMNS,
  spans: SPAN_COLUMNS,
  spans_recent: SPAN_COLUMNS,
  trace_aliases: 'time, name, trace_id',
  span_links: 'time, trace_id, span_id, parent_span_id, method, confidence',
  logs: 'time, trace_id, span_id, service, instance, host, scope, severity, severity_text, event, body, attributes',
  metrics: 'time, start, service, instance, host, metric, unit, kind, attributes, value',
  resources: 'service, instance, first_seen, last_seen, attributes',
  pods: 'uid, namespace, name, node, ip, status, ready, containers, restarts, started, deleted, owner_kind, owner, container_ids, last_seen',
  batches: 'time, source, sequence',
};

/**
 * The statement that the lines of `linesOf` follow. `token` is the name under which a repetition is recognised. Rows of one
 * key are added up when parts merge and when they are read; looking for them in what is inserted costs more than it saves.
 */
export function insertStatement(table: InputTable, token: string): string {
  return `INSERT INTO ${table} (${COLUMNS[table]}) SETTINGS insert_deduplication_token = '${token}', optimize_on_insert = 0
    FORMAT JSONCompactEachRow`;
}

function requestLine(row: RequestRow): string {
  const columns = JSON.stringify([
    row.time,
    row.service,
    row.side,
    row.protocol,
    row.operation,
    row.target,
    row.statement,
    row.status,
    row.error,
    row.peer,
    row.peerAddress,
    row.instance,
    row.host,
    row.container,
    row.count,
    row.errors,
    row.durationSum,
    row.queueWaitSum,
    row.requestBytes,
    row.responseBytes,
  ]);
  return `${columns.slice(0, -1)},${binsText(row.bins)}]`;
}

function spanLine(row: SpanRow): string {
  return JSON.stringify([
    epochText(row.start),
    row.duration,
    row.traceId,
    id64(row.spanId),
    id64(row.parentSpanId),
    row.service,
    row.instance,
    row.host,
    row.kind,
    row.name,
    row.status,
    row.statusMessage,
    row.attributes,
    row.links,
    row.events,
  ]);
}

function logLine(row: LogRow): string {
  return JSON.stringify([
    epochText(row.time),
    row.traceId || NO_UUID,
    id64(row.spanId),
    row.service,
    row.instance,
    row.host,
    row.scope,
    row.severity,
    row.severityText,
    row.event,
    row.body,
    row.attributes,
  ]);
}

function podLine(row: PodRow): string {
  return JSON.stringify([
    row.uid,
    row.namespace,
    row.name,
    row.node,
    row.ip,
    row.status,
    row.ready,
    row.containers,
    row.restarts,
    row.started,
    row.deleted,
    row.ownerKind,
    row.owner,
    row.containerIds,
    row.lastSeen,
  ]);
}

function metricLine(row: MetricRow): string {
  return JSON.stringify([
    row.time,
    row.start,
    row.service,
    row.instance,
    row.host,
    row.metric,
    row.unit,
    row.kind,
    row.attributes,
    row.value,
  ]);
}

/** The rows of several intakes as insert bodies, one JSON array a line; tables without rows are left out. */
export function linesOf(intakes: readonly Intake[], now: number): ReadonlyMap<InputTable, string> {
  const bodies = new Map<InputTable, string>();
  const put = (table: InputTable, lines: readonly string[]) => {
    if (lines.length > 0) bodies.set(table, lines.join('\n'));
  };
  put(
    'requests_10s',
    intakes.flatMap((intake) => intake.requests.map(requestLine)),
  );
  put(
    'network_10s',
    intakes.flatMap(({ network = [] }) => network.map(networkLine)),
  );
  for (const table of ['spans', 'spans_recent'] as const) {
    put(
      table,
      intakes.flatMap(({ spans, spansTo = 'spans' }) => (spansTo === table ? spans.map(spanLine) : [])),
    );
  }
  put(
    'trace_aliases',
    intakes.flatMap(({ aliases = [] }) =>
      aliases.map(({ time, name, traceId }) => JSON.stringify([time, name, traceId])),
    ),
  );
  put(
    'span_links',
    intakes.flatMap(({ links = [] }) =>
      links.map(({ time, traceId, spanId, parentSpanId, method, confidence }) =>
        JSON.stringify([time, traceId, id64(spanId), id64(parentSpanId), method, confidence]),
      ),
    ),
  );
  put(
    'logs',
    intakes.flatMap(({ logs = [] }) => logs.map(logLine)),
  );
  put(
    'metrics',
    intakes.flatMap((intake) => intake.metrics.map(metricLine)),
  );
  put(
    'resources',
    intakes.flatMap((intake) =>
      intake.resources.map((row) => JSON.stringify([row.service, row.instance, row.time, row.time, row.attributes])),
    ),
  );
  put(
    'pods',
    intakes.flatMap(({ pods = [] }) => pods.map(podLine)),
  );
  put(
    'batches',
    intakes.flatMap(({ batch }) => (batch === undefined ? [] : [JSON.stringify([now, batch.source, batch.sequence])])),
  );
  return bodies;
}
