import type { TruthRecord } from '@sonde/shop';
import type { SeenSpan } from './sink.ts';

/** By how much a busy process may read the clock too late, in microseconds. */
const SLACK = 20_000;

/** Its client sends commands in the order in which they were asked for, those of several requests at once. */
const IN_ORDER = 'recommendations called';

/** What a record and a span of the same thing have in common: who, which way, what. */
function keyOfSpan({ service, spanKind, attributes, name }: SeenSpan): string {
  const path = attributes['url.path'];
  const operation = path === undefined ? name.split(' ')[0] : `${attributes['http.request.method']} ${path}`;
  return `${service === 'nginx' ? 'edge' : service} ${spanKind === 'server' ? 'served' : 'called'} ${operation}`;
}

const keyOf = ({ service, kind, operation }: TruthRecord) => `${service} ${kind} ${operation.replace(/\?.*/, '')}`;

/** Whether the record, which a process wrote, can be of what the kernel saw at its sockets. */
function isOf({ spanKind, startTimeUnixNano, endTimeUnixNano }: SeenSpan, { start, end }: TruthRecord): boolean {
  const [from, to] = [Number(startTimeUnixNano / 1000n), Number(endTimeUnixNano / 1000n)];
  if (spanKind === 'server') return start >= from - SLACK && start <= to + SLACK;
  return start <= from + SLACK && end >= to - SLACK;
}

/**
 * What is wrong with each trace by what the shop itself wrote down, '' where nothing is: all of its spans can be of one
 * visitor's request, and all that was done for that request is among them. Commands that were written at once are told
 * apart by their order.
 */
export function judgeTraces(traces: readonly (readonly SeenSpan[])[], truth: readonly TruthRecord[]): string[] {
  const records = Map.groupBy(
    truth.toSorted((a, b) => a.start - b.start),
    keyOf,
  );
  const done = truth.filter(({ status }) => status !== 'ECONNREFUSED');
  const byRequest = Map.groupBy(done, ({ request }) => request);
  const inOrder = new Map<SeenSpan, TruthRecord>();
  const spans = traces
    .flat()
    .sort((a, b) => Number(a.startTimeUnixNano - b.startTimeUnixNano) || placeOf(a) - placeOf(b));
  const waiting = Map.groupBy(truth, keyOf);
  for (const span of spans) {
    const key = keyOfSpan(span);
    if (!key.startsWith(IN_ORDER)) continue;
    const candidates = waiting.get(key) ?? [];
    const at = candidates.findIndex((record) => isOf(span, record));
    if (at >= 0) inOrder.set(span, candidates.splice(at, 1)[0]);
  }

  return traces.map((trace) => {
    const told = trace.filter((span) => records.has(keyOfSpan(span)));
    let requests: string[] | null = null;
    for (const span of told) {
      const ordered = inOrder.get(span);
      const possible = ordered
        ? [ordered]
        : (records.get(keyOfSpan(span)) ?? []).filter((record) => isOf(span, record));
      const ids = new Set(possible.map(({ request }) => request));
      requests = (requests ?? [...ids]).filter((id) => ids.has(id));
      if (requests.length === 0) return `${keyOfSpan(span)} is of another request`;
    }
    const lacks = (requests ?? []).map((id) => difference((byRequest.get(id) ?? []).map(keyOf), told.map(keyOfSpan)));
    return lacks.includes('') ? '' : (lacks[0] ?? 'nothing is known of it');
  });
}

const placeOf = ({ attributes }: SeenSpan) => Number(attributes['sonde.request.offset']);

/** What of the first list is not in the second, and the other way round. */
function difference(wanted: readonly string[], got: readonly string[]): string {
  const missing = [...wanted];
  const extra = got.filter((key) => {
    const at = missing.indexOf(key);
    if (at >= 0) missing.splice(at, 1);
    return at < 0;
  });
  const list = (what: string, keys: string[]) => (keys.length === 0 ? [] : [`${what} ${keys.sort().join(', ')}`]);
  return [...list('without', missing), ...list('with', extra)].join('; ');
}
