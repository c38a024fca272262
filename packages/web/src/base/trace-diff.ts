import type { TraceSpan } from '@sonde/api';
import { selfTimes } from './self-time.ts';
import { childrenOf } from './trace-children.ts';

/** All spans of one trace that stand at one place of its structure. */
export interface DiffSide {
  readonly count: number;
  readonly errors: number;
  /** Sum of their durations, nanoseconds. */
  readonly time: number;
  /** Of these the part in which nothing below them ran. */
  readonly self: number;
  /** Id of the earliest. */
  readonly first: string;
}

/** One place in the structure of two traces: the same service, operation and side below the same place. */
export interface DiffRow {
  readonly depth: number;
  readonly service: string;
  readonly name: string;
  readonly source: TraceSpan['source'];
  readonly kind: TraceSpan['kind'];
  /** `null` where the trace has no such span. */
  readonly here: DiffSide | null;
  readonly there: DiffSide | null;
}

interface Tree {
  readonly below: (parents: readonly TraceSpan[]) => TraceSpan[];
  readonly roots: readonly TraceSpan[];
  readonly self: ReadonlyMap<string, number>;
}

interface Place {
  readonly depth: number;
  readonly here: readonly TraceSpan[];
  readonly there: readonly TraceSpan[];
}

function treeOf(spans: readonly TraceSpan[]): Tree {
  const children = childrenOf(spans);
  return {
    below: (parents) => parents.flatMap(({ id }) => children.get(id) ?? []),
    roots: children.get('') ?? [],
    self: selfTimes(spans),
  };
}

const keyOf = ({ service, kind, source, name }: TraceSpan) => [service, kind, source, name].join('\0');

const firstOf = (spans: readonly TraceSpan[]) => spans.reduce((a, b) => (b.offset < a.offset ? b : a));

function sideOf(spans: readonly TraceSpan[], { self }: Tree): DiffSide | null {
  if (spans.length === 0) return null;
  return {
    count: spans.length,
    errors: spans.filter((span) => span.error).length,
    time: spans.reduce((sum, span) => sum + span.duration, 0),
    self: spans.reduce((sum, span) => sum + self.get(span.id)!, 0),
    first: firstOf(spans).id,
  };
}

/** Places below one, those that begin earlier first. */
function placesOf(depth: number, here: readonly TraceSpan[], there: readonly TraceSpan[]): Place[] {
  const [mine, theirs] = [Map.groupBy(here, keyOf), Map.groupBy(there, keyOf)];
  const start = (spans: readonly TraceSpan[]) =>
    spans.length === 0 ? Number.POSITIVE_INFINITY : firstOf(spans).offset;
  return [...new Set([...mine.keys(), ...theirs.keys()])]
    .map((key) => ({ depth, here: mine.get(key) ?? [], there: theirs.get(key) ?? [] }))
    .sort((a, b) => Math.min(start(a.here), start(a.there)) - Math.min(start(b.here), start(b.there)));
}

/**
 * Two traces laid over each other by structure, as rows of a tree from the top: what runs several times at one place is
 * one row. When something ran does not matter, how often and how long does.
 */
export function diffOf(here: readonly TraceSpan[], there: readonly TraceSpan[]): DiffRow[] {
  const [mine, theirs] = [treeOf(here), treeOf(there)];
  const rows: DiffRow[] = [];
  const pending = placesOf(0, mine.roots, theirs.roots).toReversed();
  for (let place = pending.pop(); place !== undefined; place = pending.pop()) {
    const { service, name, source, kind } = (place.here[0] ?? place.there[0]) as TraceSpan;
    const sides = { here: sideOf(place.here, mine), there: sideOf(place.there, theirs) };
    rows.push({ depth: place.depth, service, name, source, kind, ...sides });
    pending.push(...placesOf(place.depth + 1, mine.below(place.here), theirs.below(place.there)).toReversed());
  }
  return rows;
}

/** How much longer a place takes here than there by itself, nanoseconds; negative where it is faster. */
export const selfChange = ({ here, there }: DiffRow): number => (here?.self ?? 0) - (there?.self ?? 0);

/** The places whose own time changed most, the greatest change first. */
export function greatestChanges(rows: readonly DiffRow[], most: number): DiffRow[] {
  return rows
    .filter((row) => selfChange(row) !== 0)
    .sort((a, b) => Math.abs(selfChange(b)) - Math.abs(selfChange(a)))
    .slice(0, most);
}
