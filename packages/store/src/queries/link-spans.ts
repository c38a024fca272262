import type { ClickHouseClient } from '@clickhouse/client';
import { type QueryParams, rowsOf } from '../client.ts';
import { SPANS } from './kept-spans.ts';

/** How spans are linked in the store. Times in ms. */
export interface SpanLinking {
  /** How far back spans are linked, from `now`, by their start. */
  readonly window: number;
  /** By how much clocks of two hosts may differ. */
  readonly clockBound: number;
  /** Paths (RE2) of requests that carry a context for ever. */
  readonly unfollowed: string;
}

/** The rules of the linker in memory (`@sonde/linker`): least confidence of a parent, clocks of one kernel, caps. */
const RULES = {
  minParent: 0.95,
  localBound: 1_000_000,
  maxAdoptions: 256,
  maxSpans: 10_000,
};

/** Rounds after which a run ends even if not all names were found: the next one goes no further. */
const MAX_ROUNDS = 40;

/** Runs that a killed process left behind go after so long, in ms. */
const LEFT_BEHIND = 600_000;

const WORK = ['linker_spans', 'linker_traces', 'linker_pairs', 'linker_rounds'] as const;
const NO_TRACE = "toUUID('00000000-0000-0000-0000-000000000000')";

const takeSpans = `INSERT INTO linker_spans (run, span_id, parent_span_id, trace_id, start, end, host, role, is_kernel, confidence,
    context_trace_id, context_span_id)
  SELECT {run:UInt64}, span_id, parent_span_id, trace_id, toUnixTimestamp64Nano(time) AS start, start + toInt64(duration),
    host, multiIf(kind IN ('server', 'consumer'), 'server', kind IN ('client', 'producer'), 'client', 'inner') AS role,
    mapContains(attributes, 'sonde.connection') AS is_kernel,
    if(is_kernel AND role = 'client', ifNull(toFloat64OrNull(attributes['sonde.link.confidence']), 1), 1),
    if(is_kernel AND match(attributes['sonde.context.trace_id'], '^[0-9a-f]{32}$')
      AND attributes['http.request.method'] != 'CONNECT' AND attributes['rpc.service'] != 'grpc.health.v1.Health'
      AND NOT match(if(attributes['url.path'] != '', attributes['url.path'], attributes['http.route']), {unfollowed:String}),
      toUUIDOrZero(attributes['sonde.context.trace_id']), ${NO_TRACE}) AS context,
    if(context = ${NO_TRACE}, 0, reinterpretAsUInt64(reverse(unhex(attributes['sonde.context.span_id']))))
  FROM ${SPANS}
  WHERE time >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
  LIMIT 1 BY span_id`;

const run = 'run = {run:UInt64}';
const spans = `(SELECT * FROM linker_spans WHERE ${run})`;

/** Requests that carried a context, the first so many of each. */
const adopted = `(SELECT * FROM linker_spans WHERE ${run} AND context_span_id != 0
  ORDER BY start LIMIT ${RULES.maxAdoptions} BY context_span_id)`;

const bound = `if(c.is_kernel AND p.is_kernel AND c.host = p.host, ${RULES.localBound}, {clockBound:Int64})`;

/** Spans with the parent they name, where times allow it and no context knows better. */
const children = `(SELECT c.span_id AS span_id, c.trace_id AS trace_id, p.trace_id AS above
  FROM ${spans} AS c INNER JOIN ${spans} AS p ON p.span_id = c.parent_span_id
  WHERE c.confidence >= ${RULES.minParent} AND p.span_id != c.span_id AND p.start <= c.start + ${bound}
    AND (c.confidence >= 1 OR c.start <= p.end + ${bound})
    AND NOT (c.is_kernel AND c.role = 'client' AND c.context_span_id IN (SELECT span_id FROM ${spans})))`;

/** Pairs of trace ids that are one trace. */
const united = `(SELECT DISTINCT trace_id, above FROM ${children} WHERE trace_id != above
  UNION DISTINCT SELECT DISTINCT trace_id, context_trace_id FROM ${adopted} WHERE trace_id != context_trace_id)`;

/** Trace ids that are one with another, numbered: the best name first, an application's, then the earliest. */
const takeTraces = `INSERT INTO linker_traces
  WITH pairs AS ${united}
  SELECT {run:UInt64}, row_number() OVER (ORDER BY min(weak), min(start), trace_id), trace_id FROM (
    SELECT trace_id, is_kernel AS weak, start FROM ${spans}
    UNION ALL SELECT context_trace_id, 0, start FROM ${adopted})
  WHERE trace_id IN (SELECT trace_id FROM pairs) OR trace_id IN (SELECT above FROM pairs)
  GROUP BY trace_id`;

const traces = `(SELECT number, trace_id FROM linker_traces WHERE ${run})`;

const takePairs = `INSERT INTO linker_pairs
  SELECT {run:UInt64}, pair.1, pair.2 FROM (SELECT arrayJoin([(x.number, y.number), (y.number, x.number)]) AS pair
  FROM ${united} AS u INNER JOIN ${traces} AS x ON x.trace_id = u.trace_id
  INNER JOIN ${traces} AS y ON y.trace_id = u.above)`;

const firstRound = `INSERT INTO linker_rounds SELECT {run:UInt64}, 0, number, number FROM ${traces}`;

const lastRound = `(SELECT trace, best FROM linker_rounds WHERE ${run} AND round = {round:UInt8} - 1)`;

/** The best that a trace or one beside it knows; also to be known to what was its best so far. */
const askBeside = `INSERT INTO linker_rounds
  WITH beside AS (
    SELECT x.trace AS trace, x.best AS old, y.best AS best FROM (SELECT a, b FROM linker_pairs WHERE ${run}) AS p
    INNER JOIN ${lastRound} AS x ON x.trace = p.a INNER JOIN ${lastRound} AS y ON y.trace = p.b)
  SELECT {run:UInt64}, {round:UInt8}, trace, min(best) FROM (
    SELECT trace, best FROM ${lastRound}
    UNION ALL SELECT trace, best FROM beside
    UNION ALL SELECT old, best FROM beside)
  GROUP BY trace`;

/** Pointer jumping (J. C. Wyllie, 1979): the best that the best known so far knows. */
const jump = `INSERT INTO linker_rounds
  SELECT {run:UInt64}, {round:UInt8}, x.trace, y.best
  FROM ${lastRound} AS x INNER JOIN ${lastRound} AS y ON y.trace = x.best`;

const changes = `SELECT countIf(x.best != y.best) AS changes
  FROM ${lastRound} AS x INNER JOIN (SELECT trace, best FROM linker_rounds WHERE ${run} AND round = {round:UInt8} - 3) AS y
    ON y.trace = x.trace`;

const names = `(SELECT x.trace_id AS trace_id, y.trace_id AS name
  FROM (SELECT trace, best FROM linker_rounds WHERE ${run} AND round = {round:UInt8}) AS r
  INNER JOIN ${traces} AS x ON x.number = r.trace INNER JOIN ${traces} AS y ON y.number = r.best)`;

/** Every trace id with the name of its trace, save of those that are too large. */
const giveAliases = `INSERT INTO trace_aliases (time, name, trace_id)
  SELECT now(), name, trace_id FROM ${names}
  WHERE name != trace_id
    AND name NOT IN (
      SELECT n.name FROM ${spans} AS s INNER JOIN ${names} AS n ON n.trace_id = s.trace_id
      GROUP BY n.name HAVING count() > ${RULES.maxSpans})
    AND (name, trace_id) NOT IN (
      SELECT name, trace_id FROM trace_aliases WHERE time >= fromUnixTimestamp64Milli({from:Int64}, 'UTC'))`;

/** The request that a context names the parent of: at the caller, where its span is known. */
const requests = `(SELECT if(role = 'server' AND parent_span_id != 0, parent_span_id, span_id) AS span_id, context_span_id
  FROM ${adopted})`;

const contextLinks = `SELECT DISTINCT c.trace_id AS trace, c.span_id AS span, p.span_id AS parent, 'context' AS method
  FROM ${requests} AS r
  INNER JOIN ${spans} AS c ON c.span_id = r.span_id
  INNER JOIN ${spans} AS p ON p.span_id = r.context_span_id
  WHERE p.span_id != c.span_id AND p.start <= c.start + {clockBound:Int64}
    AND (c.context_span_id = r.context_span_id OR (c.context_span_id = 0 AND c.parent_span_id = 0))`;

const giveLinks = `INSERT INTO span_links (time, trace_id, span_id, parent_span_id, method, confidence)
  SELECT now(), trace, span, parent, method, 1 FROM (${contextLinks})
  WHERE (trace, span, parent) NOT IN (
    SELECT trace_id, span_id, parent_span_id FROM span_links
    WHERE time >= fromUnixTimestamp64Milli({from:Int64}, 'UTC'))`;

/**
 * Links the spans of the window that are in the store, and stores what is new beside them, by statements alone: the
 * result is that of the linker in memory for the same spans. `now` in ms. Takes as long as the window is large.
 */
export async function linkSpans(client: ClickHouseClient, linking: SpanLinking, now: number): Promise<void> {
  const params: QueryParams = {
    run: now,
    from: now - linking.window,
    clockBound: linking.clockBound * 1_000_000,
    unfollowed: linking.unfollowed,
  };
  const run = (query: string, more: QueryParams = {}) =>
    client.command({ query, query_params: { ...params, ...more }, clickhouse_settings: { join_use_nulls: 0 } });
  try {
    await run(takeSpans);
    await run(takeTraces);
    await run(takePairs);
    await run(firstRound);
    let round = 0;
    for (let isDone = false; !isDone && round < MAX_ROUNDS; round += 2) {
      await run(askBeside, { round: round + 1 });
      await run(jump, { round: round + 2 });
      const [row] = await rowsOf<{ changes: number }>(client, changes, { run: now, round: round + 3 });
      isDone = row.changes === 0;
    }
    await run(giveAliases, { round });
    await run(giveLinks);
  } finally {
    await dropRuns(client, now);
  }
}

/** Drops the work of a run, and of those long before it. */
async function dropRuns(client: ClickHouseClient, run: number): Promise<void> {
  const rows = await rowsOf<{ table: string; partition: string }>(
    client,
    `SELECT DISTINCT table, partition FROM system.parts WHERE active AND database = currentDatabase()
      AND table IN {tables:Array(String)} AND (partition = {run:String} OR toUInt64OrZero(partition) < {before:UInt64})`,
    { tables: WORK, run: String(run), before: run - LEFT_BEHIND },
  );
  for (const { table, partition } of rows) {
    await client.command({ query: `ALTER TABLE ${table} DROP PARTITION ${partition}` });
  }
}
