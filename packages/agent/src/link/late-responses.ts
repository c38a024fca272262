import { NOWHERE, type WorkTable } from './work-table.ts';

/** Processes followed at a time, and connections of one; those known longest go. */
const MAX_PROCESSES = 256;
const MAX_CONNECTIONS = 4096;
/** Reads, calls and responses of a process that wait to be put in order; the oldest half goes when there are more. */
const MAX_WAITING = 1 << 14;

/** What the read before a response says: it may be the one the response goes back to, most likely is, or must be. */
export type Evidence = 0 | 1 | 2;
export const MAYBE = 0;
export const LIKELY = 1;
export const SURE = 2;

interface Event {
  readonly time: number;
  readonly place: number;
}

/** What was read until a connection's last responses were written. */
interface Flush {
  readonly reads: number;
  readonly unused: number;
}

interface Process {
  reads: Event[];
  calls: Event[];
  responses: Event[];
  /** Reads that calls were made after. */
  readonly used: Set<number>;
  readonly flushes: Map<number, Flush>;
  /** Reads so far, and those of them after which no call was made. */
  count: number;
  unused: number;
}

/**
 * Servers that put responses off to the end of the loop's turn, as Node's HTTP/2 does: what the thread read last may have
 * come after what a response goes back to. That one lies behind the last responses on the same connection, since with
 * those all were sent that were put off. Where it is the only read there, it is known; where all others were followed by
 * calls, it is likely.
 */
export class LateResponses {
  readonly #table: WorkTable;
  readonly #processes = new Map<number, Process>();

  constructor(table: WorkTable) {
    this.#table = table;
  }

  /** A call (its place) was made, and its answer read. */
  call(pid: number, wrote: number, read: number, place: number): void {
    const process = this.#processes.get(pid);
    if (process === undefined) return;
    keep(process.calls, wrote, place);
    if (read > 0) keep(process.reads, read, place);
  }

  /** A request (its place) was read, and its response written, which nothing else is known of. */
  response(pid: number, read: number, wrote: number, place: number): void {
    let process = this.#processes.get(pid);
    if (process === undefined) {
      if (this.#processes.size >= MAX_PROCESSES) this.#processes.delete(this.#processes.keys().next().value as number);
      process = { reads: [], calls: [], responses: [], used: new Set(), flushes: new Map(), count: 0, unused: 0 };
      this.#processes.set(pid, process);
    }
    keep(process.reads, read, place);
    keep(process.responses, wrote, place);
  }

  /** Tells of the responses before `until` what was read before each of them says. */
  resolve(until: number, tell: (place: number, evidence: Evidence) => void): void {
    for (const process of this.#processes.values()) this.#resolve(process, until, tell);
  }

  #resolve(process: Process, until: number, tell: (place: number, evidence: Evidence) => void): void {
    const { clientStart } = this.#table;
    const { used, flushes } = process;
    for (const { place } of take(process.calls, until)) used.add(this.#table.readBefore(place));
    const responses = take(process.responses, until);
    const reads = take(process.reads, responses.at(-1)?.time ?? 0);
    let r = 0;
    for (const [w, { time, place }] of responses.entries()) {
      let isUnused = false;
      for (; r < reads.length && reads[r].time <= time; r++) {
        isUnused = !used.delete(reads[r].place);
        process.count++;
        process.unused += Number(isUnused);
      }
      const connection = clientStart[place];
      const last = flushes.get(connection);
      const isAlone = last !== undefined && !isWithAnother(responses, w, clientStart);
      if (isAlone && process.count - last.reads === 1) tell(place, SURE);
      else tell(place, isAlone && isUnused && process.unused - last.unused === 1 ? LIKELY : MAYBE);
      if (flushes.size >= MAX_CONNECTIONS) flushes.delete(flushes.keys().next().value as number);
      flushes.set(connection, { reads: process.count, unused: process.unused });
    }
    if (used.size > MAX_WAITING) used.clear();
  }
}

/** Whether another response was written on the same connection at that time. */
function isWithAnother(responses: readonly Event[], at: number, clientStart: Uint32Array): boolean {
  const { time, place } = responses[at];
  const isSame = (other: Event | undefined) =>
    other !== undefined && other.time === time && clientStart[other.place] === clientStart[place];
  return isSame(responses[at - 1]) || isSame(responses[at + 1]);
}

function keep(events: Event[], time: number, place: number): void {
  if (place !== NOWHERE && events.push({ time, place }) > MAX_WAITING) events.splice(0, MAX_WAITING / 2);
}

/** Takes the events up to a time out of those that wait, in order. */
function take(events: Event[], until: number): Event[] {
  events.sort((a, b) => a.time - b.time);
  const end = events.findIndex(({ time }) => time > until);
  return events.splice(0, end < 0 ? events.length : end);
}
