import { NO_ID } from '@sonde/protocols';
import { ScopeKind } from '../capture/generated/events.ts';
import { type Read, Runs } from './runs.ts';
import { CALL, NOWHERE, SERVE, type WorkTable } from './work-table.ts';

/** What the order of reads and writes in a process needs of an exchange. Times are monotonic nanoseconds. */
export interface Step {
  pid: number;
  /** What was asked for: alike for requests to one endpoint, and for calls of one command. */
  kind: number;
  /** When the process had read the request, or the answer; 0 where there was none. */
  read: number;
  /** Its id in the connection, `NO_ID` where the protocol has none. */
  id: number;
  /** When it began to write the call, or the response; 0 where there was none. */
  wrote: number;
}

export const NO_STEP: Readonly<Step> = { pid: 0, kind: 0, id: NO_ID, read: 0, wrote: 0 };

/** Processes followed at a time; the one followed longest goes. */
const MAX_LOOPS = 256;

/** Writes that are responses; other numbers are classes of calls. */
const RESPONSES = -1;

/** The last call of a class. */
interface Last extends Step {
  place: number;
  clientStart: number;
}

/**
 * The processes in which a client puts commands off and writes those of several requests at once: what they read and wrote,
 * by class of what is written (`Runs`). In others the note of the thread says it all, and nothing is kept of them.
 */
export class Loops {
  readonly #table: WorkTable;
  readonly #last = new Map<number, Last>();
  readonly #runs = new Map<number, Map<number, Runs>>();

  constructor(table: WorkTable) {
    this.#table = table;
  }

  has(pid: number): boolean {
    return this.#runs.has(pid);
  }

  /** A call (its place) of a class was seen. Returns whether it is the first of its class that was written with another. */
  call(place: number, of: number, step: Readonly<Step>): boolean {
    const { pid, kind, read, wrote } = step;
    const last = this.#last.get(of);
    const clientStart = this.#table.clientStart[place];
    const isWithAnother = last !== undefined && wrote > 0 && last.clientStart === clientStart && last.wrote === wrote;
    const began = isWithAnother && this.#follow(pid, of);
    if (began) this.#take(last.place, of, last);
    this.#take(place, of, step);
    if (last === undefined) {
      this.#last.set(of, { ...step, place, clientStart });
      return began;
    }
    last.pid = pid;
    last.kind = kind;
    last.read = read;
    last.wrote = wrote;
    last.place = place;
    last.clientStart = clientStart;
    return began;
  }

  #take(place: number, of: number, { pid, kind, read, wrote }: Readonly<Step>): void {
    const runs = this.#runs.get(pid);
    if (runs === undefined) return;
    runs.get(of)?.write(wrote, kind, place);
    if (read > 0) this.#read(runs, { time: read, kind: answerKind(of, kind), place });
  }

  /** A request (its place) was served. */
  serve(place: number, { pid, kind, read, wrote }: Readonly<Step>): void {
    const runs = this.#runs.get(pid);
    if (runs === undefined) return;
    if (wrote > 0) runs.get(RESPONSES)?.write(wrote, kind, place);
    this.#read(runs, { time: read, kind, place });
  }

  /**
   * Notes in the table what each call before `until` followed. Tells which call's answer led to which response (their
   * places), and whether no other could be meant; NOWHERE where only the note of its thread may say so.
   */
  resolve(until: number, tell: (call: number, served: number, isOnly: boolean) => void): void {
    const table = this.#table;
    for (const runs of this.#runs.values()) {
      for (const [of, run] of runs) {
        if (of === RESPONSES) continue;
        run.resolve(
          until,
          (call, read) => {
            if (read !== undefined) table.follow(call, read?.place ?? NOWHERE);
          },
          this.#isOver,
        );
      }
      runs.get(RESPONSES)?.resolve(
        until,
        (served, read, isOnly) => {
          if (read === undefined) tell(NOWHERE, served, true);
          else if (read !== null && table.end[read.place] === CALL) tell(read.place, served, isOnly);
        },
        this.#isOver,
      );
    }
  }

  /** Whether the request that was read, or that the answer belongs to, was answered before `time`. */
  readonly #isOver = ({ place }: Read, time: number): boolean => {
    const table = this.#table;
    if (table.end[place] === SERVE) return table.last[place] < time;
    if (table.end[place] !== CALL || table.settle(place) !== ScopeKind.SCOPE_REQUEST) return false;
    const served = table.served(place);
    return served !== NOWHERE && table.last[served] < time;
  };

  #follow(pid: number, of: number): boolean {
    const table = this.#table;
    let runs = this.#runs.get(pid);
    if (runs === undefined) {
      if (this.#runs.size >= MAX_LOOPS) this.#runs.delete(this.#runs.keys().next().value as number);
      runs = new Map([[RESPONSES, new Runs()]]);
      this.#runs.set(pid, runs);
      this.#recall(runs.get(RESPONSES) as Runs, (at) => table.end[at] === SERVE && table.pid[at] === pid);
    }
    if (runs.has(of)) return false;
    const run = new Runs();
    runs.set(of, run);
    this.#recall(run, (at) => table.end[at] === CALL && table.pid[at] === pid && table.whole[at] === of);
    return true;
  }

  /** Learns from what the table has: these places were written after what the notes of their threads say. */
  #recall(run: Runs, isMeant: (at: number) => boolean): void {
    const table = this.#table;
    const writes = new Map<number, Map<number, number>>();
    for (let at = 0; at < table.end.length; at++) {
      if (!isMeant(at)) continue;
      const before = table.readBefore(at);
      if (before === NOWHERE) continue;
      const kinds = writes.get(before) ?? new Map<number, number>();
      writes.set(before, kinds);
      kinds.set(table.kind[at], (kinds.get(table.kind[at]) ?? 0) + 1);
    }
    for (const [read, kinds] of writes) {
      const { end, whole, kind } = table;
      run.learn(end[read] === SERVE ? kind[read] : answerKind(whole[read], kind[read]), kinds);
    }
  }

  #read(runs: ReadonlyMap<number, Runs>, read: Read): void {
    for (const run of runs.values()) run.read(read);
  }
}

/** The kind of an answer to a call of a class. */
function answerKind(of: number, kind: number): number {
  return (of + 1) * 2 ** 32 + kind;
}
