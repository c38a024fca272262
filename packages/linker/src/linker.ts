import { type LinkerCounts, noCounts } from './counts.ts';
import { Forest } from './forest.ts';
import { HalfKeys } from './half-keys.ts';
import { NONE } from './key-index.ts';
import type { LinkKeys, LinkMethod, SpanKeys, SpanWords } from './keys.ts';
import { LINKER_LIMITS, type LinkerLimits } from './limits.ts';
import { Remembered } from './remembered.ts';
import { FLAG } from './span-table.ts';
import type { TraceWords } from './trace-sets.ts';

/** Two trace ids are one trace, named by `name`. It stays true for ever: traces are united, never parted. */
export interface TraceAlias {
  readonly trace: string;
  readonly name: string;
}

/** A parent that the span itself does not name, or not with certainty. */
export interface SpanLink {
  /** The trace id the span came with. */
  readonly trace: string;
  readonly span: string;
  readonly parent: string;
  readonly method: LinkMethod;
  readonly confidence: number;
}

export interface Changes {
  readonly aliases: readonly TraceAlias[];
  readonly links: readonly SpanLink[];
}

/** Slots one call may need: the span, its parent, its context's span, a guess; and one more to settle what goes. */
const SLOTS_A_CALL = 5;

interface Guess {
  readonly parent: SpanWords;
  readonly method: LinkMethod;
  readonly confidence: number;
}

/**
 * Spans to traces, from keys alone. A forest: each span has at most one parent, found by id, and takes its parent's
 * trace. What holds after every call (`linker.test.ts` checks each against a slow linker):
 *
 * 1. A span has one parent at most; a surer link replaces a guess until the grace of the span is over, never after.
 * 2. A parent is not its own descendant, and no chain of spans held is longer than `maxDepth` edges.
 * 3. A parent starts no later than its child, as far as their clocks can be compared; under a guessed link the child
 *    also starts before its parent ends.
 * 4. Parent and child are of one trace. Traces are united by links, contexts and remembered ids only, never by time.
 * 5. No trace takes another in past `maxTraceSpans`; no span id is adopted as context by more than `maxAdoptions`
 *    requests held.
 * 6. A trace is named by the id an application chose, else by that of its earliest span, in whatever order they came.
 * 7. Memory is bounded by the limits. What leaves before its time is counted, and costs links, never wrong ones.
 * 8. Links below `minParent` are left to whoever shows the span; they are counted.
 */
export class Linker {
  readonly counts: LinkerCounts = noCounts();
  readonly #limits: LinkerLimits;
  readonly #forest: Forest;
  readonly #remembered: Remembered;
  readonly #halfKeys: HalfKeys;
  /** Of spans that wait for the span their context names: the parent to take if it never comes. */
  readonly #guesses = new Map<number, Guess>();
  #unsettled = NONE;
  #links: SpanLink[] = [];

  constructor(limits: Partial<LinkerLimits> = {}) {
    this.#limits = { ...LINKER_LIMITS, ...limits };
    this.#forest = new Forest(this.#limits, this.counts, (child) => this.#onJoined(child));
    this.#remembered = new Remembered(this.#limits.maxRemembered);
    this.#halfKeys = new HalfKeys(this.#forest, this.counts, this.#limits);
  }

  /** What is held now: spans with keys, trace ids, ids remembered, and the bytes of each in the tables. */
  get size() {
    const { spans, traces } = this.#forest;
    return {
      spans: spans.count,
      traces: traces.count,
      remembered: this.#remembered.count,
      bytes:
        spans.count * spans.bytesPerSpan +
        traces.count * traces.bytesPerTrace +
        this.#remembered.count * this.#remembered.bytesPerId +
        this.#halfKeys.count * this.#halfKeys.bytesPerKey,
    };
  }

  /** Takes a span, and says whether it is new; `now` in ms, never less than before. */
  span(keys: SpanKeys, now: number): boolean {
    const { spans, traces } = this.#forest;
    const [high, low] = keys.id;
    this.#makeRoom(now);
    let slot = spans.find(high, low);
    if (slot !== NONE && spans.has(slot, FLAG.present)) {
      this.counts.duplicates++;
      return false;
    }
    this.counts.spans++;
    if (slot === NONE) slot = this.#take(high, low, now);
    const trace = traces.intern(keys.trace);
    traces.refer(trace);
    traces.see(trace, keys.start, keys.source === 'application');
    spans.trace[slot] = trace;
    spans.start[slot] = keys.start;
    spans.duration[slot] = keys.duration;
    spans.host[slot] = keys.host;
    spans.flags[slot] |= FLAG.present | flagsOf(keys);
    this.#recall(trace, high, low);
    if (keys.halfKey !== undefined) this.#halfKeys.add(keys, keys.halfKey, now);
    if (keys.context !== undefined && keys.source === 'kernel') this.#adopt(slot, keys, keys.context, now);
    if (keys.isDecided) this.#restore(slot, keys, now);
    else if (isSet(keys.parent)) this.#offer(slot, keys.parent, keys.method, keys.confidence, now);
    this.#forest.join(slot);
    this.#joinChildren(slot);
    if (spans.has(slot, FLAG.settled) && !keys.isDecided) this.#settle(slot, now);
    return true;
  }

  /** Takes a link found apart from its spans, which may come before or after it. */
  link({ child, parent, method, confidence }: LinkKeys, now: number): void {
    const { spans } = this.#forest;
    this.#makeRoom(now);
    let slot = spans.find(child[0], child[1]);
    if (slot === NONE) {
      const trace = this.#remembered.find(child[0], child[1]);
      if (trace !== NONE) {
        if (confidence >= this.#limits.minParent) this.#recall(trace, parent[0], parent[1]);
        return;
      }
      slot = this.#take(child[0], child[1], now);
    }
    this.#offer(slot, parent, method, confidence, now);
  }

  /** Lets time pass to `now`, and gives what was found since the last call. */
  advance(now: number): Changes {
    const { spans, traces } = this.#forest;
    const { grace, horizon, memory } = this.#limits;
    while (this.#unsettled !== NONE && spans.taken[this.#unsettled] + grace <= now) {
      this.#settleNext(now);
      this.#makeRoom(now);
    }
    this.#halfKeys.advance(now);
    while (spans.count > 0 && spans.taken[spans.oldest] + horizon <= now) this.#dropSpan(now);
    while (this.#remembered.oldest + memory <= now) traces.release(this.#remembered.drop());
    const aliases: TraceAlias[] = [];
    traces.publish((trace, name) => aliases.push({ trace: traces.hex(trace), name: traces.hex(name) }));
    const links = this.#links;
    this.#links = [];
    return { aliases, links };
  }

  /** The trace a span belongs to and its parent, '' where it has none; `null` where the span is not held. */
  find(span: SpanWords): { readonly trace: string; readonly parent: string } | null {
    const { spans, traces } = this.#forest;
    const slot = spans.find(span[0], span[1]);
    if (slot === NONE || !spans.has(slot, FLAG.present)) return null;
    const parent = spans.has(slot, FLAG.joined) ? spans.hex(spans.parent[slot]) : '';
    return { trace: traces.hex(traces.nameOf(spans.trace[slot])), parent };
  }

  /** The keys as another linker may take them: with the parent decided here, where the grace of the span is over. */
  decided(keys: SpanKeys): SpanKeys {
    const { spans } = this.#forest;
    const slot = spans.find(keys.id[0], keys.id[1]);
    if (slot === NONE || !spans.has(slot, FLAG.settled)) return keys;
    const above = spans.parent[slot];
    if (above === NONE) return { ...keys, parent: [0, 0], isDecided: true };
    const parent = [spans.high(above), spans.low(above)] as const;
    return { ...keys, parent, method: spans.methodOf(slot), confidence: spans.confidenceOf(slot), isDecided: true };
  }

  /** The name of the trace an id belongs to; `null` where the id is not held. */
  nameOf(trace: TraceWords): string | null {
    const { traces } = this.#forest;
    const known = traces.lookUp(trace);
    return known === NONE ? null : traces.hex(traces.nameOf(known));
  }

  #offer(child: number, [high, low]: SpanWords, method: LinkMethod, confidence: number, now: number): void {
    const { spans } = this.#forest;
    if (spans.high(child) === high && spans.low(child) === low) {
      this.counts.refusedSelf++;
    } else if (confidence < this.#limits.minParent) {
      this.counts.uncertain++;
    } else if (this.#waitsForContext(child)) {
      const known = this.#guesses.get(child);
      if (known === undefined || known.confidence < confidence) {
        this.#guesses.set(child, { parent: [high, low], method, confidence });
      } else this.counts.conflicts++;
    } else {
      this.#offerNow(child, high, low, method, confidence, now);
    }
  }

  #offerNow(child: number, high: number, low: number, method: LinkMethod, confidence: number, now: number): void {
    const { spans } = this.#forest;
    const current = spans.parent[child];
    if (current !== NONE && (spans.high(current) !== high || spans.low(current) !== low)) {
      const isSurer = Math.round(confidence * 10_000) > Math.round(spans.confidenceOf(child) * 10_000);
      const isUnseenContext = spans.methodOf(child) === 'context' && !spans.has(current, FLAG.present);
      const isOpen = !spans.has(child, FLAG.settled) && !spans.has(child, FLAG.joined);
      if (!(isOpen && isSurer) && !(isUnseenContext && !isOpen)) {
        this.counts.conflicts++;
        return;
      }
    } else if (current !== NONE) {
      if (confidence > spans.confidenceOf(child) && !spans.has(child, FLAG.joined)) {
        this.#forest.place(child, current, method, confidence);
      }
      return;
    }
    let parent = spans.find(high, low);
    if (parent === NONE) {
      const isPlaced = spans.has(child, FLAG.present) && this.#recall(spans.trace[child], high, low);
      if (isPlaced) return;
      parent = this.#take(high, low, now);
    }
    this.#forest.place(child, parent, method, confidence);
  }

  #waitsForContext(child: number): boolean {
    const { spans } = this.#forest;
    const parent = spans.parent[child];
    if (parent === NONE || spans.methodOf(child) !== 'context') return false;
    return !spans.has(child, FLAG.settled) && spans.has(child, FLAG.client);
  }

  /** The request that carried the context belongs to its trace, and under the span it names. */
  #adopt(slot: number, keys: SpanKeys, context: NonNullable<SpanKeys['context']>, now: number): void {
    const { spans, traces } = this.#forest;
    if (!isSet(context.span) || context.trace.every((word) => word === 0)) return;
    const named = this.#slotOf(context.span, now);
    const trace = traces.intern(context.trace);
    const age = (keys.start - traces.startOf(trace)) / 1000;
    traces.refer(trace);
    const isAdopted =
      spans.children[named] < this.#limits.maxAdoptions &&
      age <= this.#limits.maxAdoptionAge &&
      traces.unite(spans.trace[slot], trace);
    if (isAdopted) traces.strengthen(trace, keys.start);
    traces.release(trace);
    if (!isAdopted) {
      this.counts.refusedContext++;
      return;
    }
    const request = keys.role === 'server' && isSet(keys.parent) ? this.#slotOf(keys.parent, now) : slot;
    if (request !== named && spans.parent[request] === NONE) this.#forest.place(request, named, 'context', 1);
  }

  #restore(slot: number, { parent, method, confidence }: SpanKeys, now: number): void {
    const { spans } = this.#forest;
    spans.flags[slot] |= FLAG.settled;
    this.#guesses.delete(slot);
    if (!isSet(parent)) spans.detach(slot);
    else if (parent[0] !== spans.high(slot) || parent[1] !== spans.low(slot))
      this.#forest.place(slot, this.#slotOf(parent, now), method, confidence);
  }

  #joinChildren(parent: number): void {
    const { spans } = this.#forest;
    for (let child = spans.firstChild[parent]; child !== NONE; ) {
      const next = spans.nextSibling[child];
      this.#forest.join(child);
      child = next;
    }
  }

  #settleNext(now: number): void {
    const slot = this.#unsettled;
    const { spans } = this.#forest;
    this.#unsettled = spans.later[slot];
    spans.flags[slot] |= FLAG.settled;
    if (spans.has(slot, FLAG.present)) this.#settle(slot, now);
  }

  #settle(slot: number, now: number): void {
    const { spans } = this.#forest;
    const guess = this.#guesses.get(slot);
    if (guess !== undefined) {
      this.#guesses.delete(slot);
      const parent = spans.parent[slot];
      if (parent === NONE || !spans.has(parent, FLAG.present)) {
        this.#offerNow(slot, guess.parent[0], guess.parent[1], guess.method, guess.confidence, now);
      }
    }
    this.#forest.join(slot);
  }

  #onJoined(child: number): void {
    const { spans, traces } = this.#forest;
    const parent = spans.parent[child];
    const method = spans.methodOf(child);
    if (method === 'sequence' || method === 'application') return;
    const trace = traces.hex(spans.trace[child]);
    const confidence = spans.confidenceOf(child);
    this.#links.push({ trace, span: spans.hex(child), parent: spans.hex(parent), method, confidence });
  }

  /** Unites the trace with that of a span that is only remembered; false where it is not. */
  #recall(trace: number, high: number, low: number): boolean {
    const known = this.#remembered.find(high, low);
    if (known === NONE) return false;
    if (this.#forest.traces.unite(trace, known)) this.counts.late++;
    else this.counts.refusedSize++;
    return true;
  }

  #slotOf([high, low]: SpanWords, now: number): number {
    const slot = this.#forest.spans.find(high, low);
    return slot === NONE ? this.#take(high, low, now) : slot;
  }

  #take(high: number, low: number, now: number): number {
    const slot = this.#forest.spans.take(high, low, now);
    if (this.#unsettled === NONE) this.#unsettled = slot;
    return slot;
  }

  #makeRoom(now: number): void {
    const { spans, traces } = this.#forest;
    while (spans.count + SLOTS_A_CALL > spans.capacity) {
      this.counts.evicted++;
      this.#dropSpan(now);
    }
    while (traces.left < 2) {
      if (this.#remembered.count > 0) {
        this.counts.forgotten++;
        traces.release(this.#remembered.drop());
      } else {
        this.counts.evicted++;
        this.#dropSpan(now);
      }
    }
  }

  #dropSpan(now: number): void {
    const { spans, traces } = this.#forest;
    const slot = spans.oldest;
    if (slot === this.#unsettled) this.#settleNext(now);
    const isPresent = spans.has(slot, FLAG.present);
    const parent = spans.parent[slot];
    if (isPresent && parent !== NONE && !spans.has(parent, FLAG.present))
      this.#remember(parent, spans.trace[slot], now);
    for (let child = spans.firstChild[slot]; child !== NONE; child = spans.firstChild[slot]) {
      if (!isPresent && spans.has(child, FLAG.present)) this.#remember(slot, spans.trace[child], now);
      spans.detach(child);
    }
    spans.detach(slot);
    if (isPresent) {
      this.#remember(slot, spans.trace[slot], now);
      traces.release(spans.trace[slot]);
    }
    this.#guesses.delete(slot);
    spans.dropOldest();
  }

  #remember(slot: number, trace: number, now: number): void {
    const { spans, traces } = this.#forest;
    if (this.#remembered.find(spans.high(slot), spans.low(slot)) !== NONE) return;
    if (this.#remembered.full) {
      this.counts.forgotten++;
      traces.release(this.#remembered.drop());
    }
    this.#remembered.add(spans.high(slot), spans.low(slot), trace, now);
    traces.refer(trace);
  }
}

const isSet = ([high, low]: SpanWords) => (high | low) !== 0;

function flagsOf({ source, role }: SpanKeys): number {
  return (role === 'client' ? FLAG.client : 0) | (source === 'kernel' ? FLAG.kernel : 0);
}
