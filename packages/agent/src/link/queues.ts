import type { Step } from './loops.ts';
import { NOWHERE, type WorkTable } from './work-table.ts';

/** Processes followed at a time; the one followed longest goes. */
const MAX_PROCESSES = 256;
/** Events of a process that wait to be put in order, and reads of one kind that wait for their write. */
const MAX_WAITING = 1 << 14;
/** Calls of one kind before it is said what they follow. */
const ENOUGH_CALLS = 20;
/** Calls for which the way back is known, before a process is judged, and how many of them must agree. */
const ENOUGH = 20;
const PROVEN = 0.99;
/** Of what the threads' notes say in a process: from here on they are trusted, and it is not followed any more. */
const ENOUGH_NOTES = 100;
const NOTES_TRUSTED = 0.95;
/** Requests under way for each of several responses sent at once, from which on these can confirm the line. */
const OTHERS = 3;
/** Kinds of reads and of calls of one process; with more nothing is told apart. */
const MAX_KINDS = 64;
/** Events after which a process that is still not proven is given up. */
const PATIENCE = 1 << 17;
/** Weight of one sample once there are enough. */
const WEIGHT = 1 / 200;

const [REQUEST, ANSWER, CALL, RESPONSE] = [0, 1, 2, 3];

interface Event {
  readonly time: number;
  readonly what: number;
  /** What was read, or what was called. */
  readonly kind: number;
  readonly place: number;
  /** Of what happened at one time, in one write or read: its place in that. */
  readonly order: number;
}

/** Responses (their places) that were written at one time, and how many requests were under way after that. */
interface Responses {
  readonly time: number;
  readonly places: number[];
  open: number;
}

/** The places of what was read of one kind, in order; `dropped` of the first are gone. */
interface Reads {
  count: number;
  dropped: number;
  readonly places: number[];
}

/** Calls of one kind, and which kinds of reads were always ahead of them, by how much in total. */
interface Calls {
  count: number;
  readonly ahead: Map<number, number>;
}

/**
 * Which read each call of one process goes back to where calls wait in line for a connection: a pool works off its line in
 * order, so the n-th call of a kind was asked for by the n-th read of the kind that asks for it. That kind is the one which
 * is always ahead of the calls, and least. Responses stand in line behind answers in the same way.
 *
 * The line is believed where it agrees with the ways back that notes show. Where they show none, it is held against itself:
 * from a response back along the line one comes to the request that it answers, and something follows each kind of read. A
 * request that asks for one call less or more than others leaves a kind of read without.
 *
 * Where a request asks for no call after all, the numbers are off from then on: counting begins again when no request is
 * under way.
 */
class Queue {
  readonly #table: WorkTable;
  #events: Event[] = [];
  readonly #reads = new Map<number, Reads>();
  readonly #calls = new Map<number, Calls>();
  /** How often the line and the way back agree. */
  rate = 0;
  samples = 0;
  /** How often the way from a response back along the line leads to its own request. */
  #closed = 0;
  #closings = 0;
  /** Whether something follows each kind of read. */
  #isWhole = false;
  /** The same of what the threads' notes say. */
  notes = 0;
  notesRate = 0;
  #seen = 0;
  /** Requests under way, and whether counting began when there were none. */
  #open = 0;
  #isCounting = true;

  constructor(table: WorkTable) {
    this.#table = table;
  }

  get isProven(): boolean {
    if (this.samples >= ENOUGH) return this.rate >= PROVEN;
    return this.#closings >= ENOUGH && this.#closed >= PROVEN && this.#isWhole;
  }

  /** How often the line was right, as far as that is known. */
  get confidence(): number {
    return this.samples >= ENOUGH ? this.rate : this.#closed;
  }

  get isHopeless(): boolean {
    return (this.#seen > PATIENCE && !this.isProven) || this.#reads.size > MAX_KINDS;
  }

  add(event: Omit<Event, 'order'>): void {
    const order = event.what === CALL || event.what === REQUEST ? this.#table.offset[event.place] : this.#seen;
    this.#seen++;
    if (this.#events.push({ ...event, order }) > MAX_WAITING) this.#events.splice(0, MAX_WAITING / 2);
  }

  resolve(until: number): void {
    const events = this.#events.sort((a, b) => a.time - b.time || a.order - b.order);
    let end = 0;
    const resolved: [place: number, kind: number, number: number][] = [];
    const responses: Responses[] = [];
    for (; end < events.length && events[end].time < until; end++) {
      const { time, what, kind, place } = events[end];
      if (what === RESPONSE) this.#open--;
      if (what === REQUEST && this.#open++ === 0) this.#isCounting = true;
      if (!this.#isCounting) continue;
      if (what === REQUEST) this.#onRead(kind, this.#isOrdered(events, end) ? place : NOWHERE);
      else if (what === ANSWER) this.#onRead(kind, place);
      else {
        const of = what === CALL ? kind : -1 - kind;
        resolved.push([place, of, this.#onCall(of)]);
        if (what === CALL) continue;
        if (responses.at(-1)?.time !== time) responses.push({ time, places: [], open: 0 });
        const written = responses.at(-1) as Responses;
        written.places.push(place);
        written.open = this.#open;
      }
    }
    this.#events = events.slice(end);
    for (const [place, kind, number] of resolved) this.#table.queued[place] = this.#readOf(kind, number);
    for (const [place, kind] of resolved) if (kind >= 0) this.#compare(place);
    for (const { places, open } of responses)
      if (places.length === 1 ? open > 0 : open >= places.length * OTHERS) this.#close(places);
    const followed = new Set([...this.#calls.values()].map((calls) => nearest(calls)));
    this.#isWhole = [...this.#reads.keys()].every((kind) => followed.has(kind));
    const isWrong = this.samples >= ENOUGH ? this.rate < 0.5 : this.#closings >= 10 * ENOUGH && !this.isProven;
    if (isWrong) this.#beginAgain();
    else this.#trim();
  }

  /** Whether it is known in which order the requests of a read, one of them `events[at]`, were read to their end. */
  #isOrdered(events: readonly Event[], at: number): boolean {
    const { first, read } = this.#table;
    const { time } = events[at];
    let [from, to] = [at, at + 1];
    while (from > 0 && events[from - 1].time === time) from--;
    while (to < events.length && events[to].time === time) to++;
    if (to - from === 1) return true;
    for (let i = from; i < to; i++) if (first[events[i].place] < read[events[i].place]) return false;
    return true;
  }

  #onRead(kind: number, place: number): void {
    let reads = this.#reads.get(kind);
    if (reads === undefined) {
      reads = { count: 0, dropped: 0, places: [] };
      this.#reads.set(kind, reads);
    }
    reads.count++;
    reads.places.push(place);
  }

  /** Returns the how many-th call of its kind it is, from 0 on. */
  #onCall(kind: number): number {
    let calls = this.#calls.get(kind);
    if (calls === undefined) {
      calls = { count: 0, ahead: new Map([...this.#reads.keys()].map((read) => [read, 0])) };
      this.#calls.set(kind, calls);
    }
    calls.count++;
    for (const [read, ahead] of calls.ahead) {
      const lead = (this.#reads.get(read)?.count ?? 0) - calls.count;
      if (lead < 0) calls.ahead.delete(read);
      else calls.ahead.set(read, ahead + lead);
    }
    return calls.count - 1;
  }

  #readOf(kind: number, number: number): number {
    const calls = this.#calls.get(kind);
    if (calls === undefined || calls.count < ENOUGH_CALLS || calls.ahead.size === 0) return NOWHERE;
    const reads = this.#reads.get(nearest(calls) as number);
    return reads?.places[number - reads.dropped] ?? NOWHERE;
  }

  #beginAgain(): void {
    this.#reads.clear();
    this.#calls.clear();
    this.rate = this.samples = this.#closed = this.#closings = 0;
    this.#isCounting = false;
  }

  #compare(call: number): void {
    const table = this.#table;
    if (table.hasBack[call] === 0) return;
    const served = table.requestInLine(call);
    const agrees = served !== NOWHERE && table.isWayBack(call, served);
    this.rate += (Number(agrees) - this.rate) * Math.max(WEIGHT, 1 / ++this.samples);
  }

  /** Of responses that were sent at once, in whatever order, while other requests were under way. */
  #close(places: readonly number[]): void {
    const meant = places.map((served) => this.#table.requestInLine(served, this.#table.last[served]));
    for (const served of places) {
      const agrees = meant.includes(served);
      this.#closed += (Number(agrees) - this.#closed) * Math.max(WEIGHT, 1 / ++this.#closings);
    }
  }

  /** Forgets reads that all calls have passed. */
  #trim(): void {
    for (const [kind, reads] of this.#reads) {
      let passed = reads.count;
      for (const { ahead, count } of this.#calls.values()) if (ahead.has(kind)) passed = Math.min(passed, count);
      const over = Math.max(passed - reads.dropped, reads.places.length - MAX_WAITING);
      if (over < 1024) continue;
      reads.places.splice(0, over);
      reads.dropped += over;
    }
  }
}

/** The kind of read that is always ahead of these calls, and least; `undefined` where none is. */
function nearest({ ahead }: Calls): number | undefined {
  let least: number | undefined;
  for (const [kind, total] of ahead) if (least === undefined || total < (ahead.get(least) as number)) least = kind;
  return least;
}

/** The processes whose threads' notes do not say what their calls were made for, or not yet. */
export class Queues {
  readonly #table: WorkTable;
  readonly #queues = new Map<number, Queue | null>();

  constructor(table: WorkTable) {
    this.#table = table;
  }

  /** A call (its place) of a class was seen. */
  call(place: number, of: number, { pid, kind, read, wrote }: Readonly<Step>): void {
    const queue = this.#of(pid);
    if (queue === null) return;
    const key = (of + 1) * 2 ** 32 + kind;
    queue.add({ time: wrote, what: CALL, kind: key, place });
    if (read > 0) queue.add({ time: read, what: ANSWER, kind: key, place });
  }

  /** A request (its place) was served. */
  serve(place: number, { pid, kind, read, wrote }: Readonly<Step>): void {
    const queue = this.#of(pid);
    queue?.add({ time: read, what: REQUEST, kind, place });
    queue?.add({ time: Math.max(read, wrote), what: RESPONSE, kind, place });
  }

  /** What the note of the thread said of a call was right, or not, as the way back shows. */
  note(pid: number, agrees: boolean): void {
    const queue = this.#queues.get(pid);
    if (!queue) return;
    queue.notesRate += (Number(agrees) - queue.notesRate) * Math.max(WEIGHT, 1 / ++queue.notes);
    if (queue.notes >= ENOUGH_NOTES && queue.notesRate >= NOTES_TRUSTED) this.#queues.set(pid, null);
  }

  resolve(until: number): void {
    for (const [pid, queue] of this.#queues) {
      queue?.resolve(until);
      if (queue?.isHopeless) this.#queues.set(pid, null);
    }
  }

  /** The request that a call was made for by its place in line, and how sure that is; null where that is not proven. */
  requestOf(pid: number, call: number): { readonly served: number; readonly confidence: number } | null {
    const queue = this.#queues.get(pid);
    if (!queue?.isProven) return null;
    const { first, wrote } = this.#table;
    const served = this.#table.requestInLine(call);
    // No way back leads through a call that is made once the response has begun: of these nothing is proven.
    return served === NOWHERE || first[call] > wrote[served] ? null : { served, confidence: queue.confidence };
  }

  #of(pid: number): Queue | null {
    if (pid === 0) return null;
    const known = this.#queues.get(pid);
    if (known !== undefined) return known;
    if (this.#queues.size >= MAX_PROCESSES) this.#queues.delete(this.#queues.keys().next().value as number);
    const queue = new Queue(this.#table);
    this.#queues.set(pid, queue);
    return queue;
  }
}
