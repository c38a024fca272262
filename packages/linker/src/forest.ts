import type { LinkerCounts } from './counts.ts';
import { NONE } from './key-index.ts';
import type { LinkMethod } from './keys.ts';
import type { LinkerLimits } from './limits.ts';
import { FLAG, SpanTable } from './span-table.ts';
import { TraceSets } from './trace-sets.ts';

/** Spans and their traces, and the one rule by which a span gets its parent. */
export class Forest {
  readonly spans: SpanTable;
  readonly traces: TraceSets;
  readonly #limits: LinkerLimits;
  readonly #counts: LinkerCounts;
  readonly #joined: (child: number) => void;

  /** `joined` is called for each span that got a parent. */
  constructor(limits: LinkerLimits, counts: LinkerCounts, joined: (child: number) => void) {
    this.spans = new SpanTable(limits.maxSpans);
    this.traces = new TraceSets(limits.maxTraces, limits.maxTraceSpans);
    this.#limits = limits;
    this.#counts = counts;
    this.#joined = joined;
  }

  /** Gives `child` the parent, in place of one it may have, and joins them where both are there. */
  place(child: number, parent: number, method: LinkMethod, confidence: number): void {
    this.spans.detach(child);
    this.spans.attach(child, parent, method, confidence);
    this.join(child);
  }

  /** Joins a span with its parent once both are there and a guess has waited long enough. */
  join(child: number): void {
    const { spans } = this;
    const parent = spans.parent[child];
    if (parent === NONE || spans.has(child, FLAG.joined)) return;
    if (!spans.has(child, FLAG.present) || !spans.has(parent, FLAG.present)) return;
    if (spans.confidenceOf(child) < 1 && !spans.has(child, FLAG.settled)) return;
    const refusal = this.#refusal(child, parent);
    if (refusal !== null) {
      this.#counts[refusal]++;
      spans.detach(child);
      return;
    }
    spans.flags[child] |= FLAG.joined;
    this.#counts.joined++;
    this.#raise(child);
    this.#joined(child);
  }

  /** Whether the times let `child` begin while `parent` runs, as far as their clocks can be compared. */
  nests(child: number, parent: number): boolean {
    const { start, duration } = this.spans;
    const bound = this.#bound(child, parent);
    return start[child] >= start[parent] - bound && start[child] <= start[parent] + duration[parent] + bound;
  }

  #refusal(child: number, parent: number): 'refusedTime' | 'refusedCycle' | 'refusedDepth' | 'refusedSize' | null {
    const { spans, traces } = this;
    const isGuess = spans.confidenceOf(child) < 1;
    const startsBefore = spans.start[parent] <= spans.start[child] + this.#bound(child, parent);
    if (!startsBefore || (isGuess && !this.nests(child, parent))) return 'refusedTime';
    let depth = spans.height[child] + 1;
    for (let above = parent; ; above = spans.parent[above]) {
      if (above === child) return 'refusedCycle';
      if (depth++ > this.#limits.maxDepth) return 'refusedDepth';
      if (!spans.has(above, FLAG.joined)) break;
    }
    return traces.unite(spans.trace[child], spans.trace[parent]) ? null : 'refusedSize';
  }

  #raise(child: number): void {
    const { spans } = this;
    let below = child;
    while (spans.has(below, FLAG.joined)) {
      const above = spans.parent[below];
      if (spans.height[above] > spans.height[below]) return;
      spans.height[above] = spans.height[below] + 1;
      below = above;
    }
  }

  /** In microseconds. */
  #bound(a: number, b: number): number {
    const { spans } = this;
    const oneClock = spans.host[a] === spans.host[b] && spans.has(a, FLAG.kernel) && spans.has(b, FLAG.kernel);
    return (oneClock ? this.#limits.localBound : this.#limits.clockBound) * 1000;
  }
}
