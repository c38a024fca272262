import { NO_ID } from '@sonde/protocols';
import { type Read, Runs } from './runs.ts';
import { CALL, NOWHERE, type WorkTable } from './work-table.ts';

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

/** The last write of a class of calls. */
interface Last {
  clientStart: number;
  time: number;
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
  call(place: number, of: number, { pid, kind, read, wrote }: Readonly<Step>): boolean {
    const began = wrote > 0 && this.#isWithAnother(place, of, wrote) && this.#follow(pid, of);
    const runs = this.#runs.get(pid);
    if (runs === undefined) return false;
    runs.get(of)?.write(wrote, place);
    if (read > 0) this.#read(runs, { time: read, kind: (of + 1) * 2 ** 32 + kind, place });
    return began;
  }

  /** A request (its place) was served. */
  serve(place: number, { pid, kind, read, wrote }: Readonly<Step>): void {
    const runs = this.#runs.get(pid);
    if (runs === undefined) return;
    if (wrote > 0) runs.get(RESPONSES)?.write(wrote, place);
    this.#read(runs, { time: read, kind, place });
  }

  /**
   * Notes in the table what each call before `until` followed. Tells which call's answer led to which response (their
   * places); NOWHERE where only the note of its thread may say so.
   */
  resolve(until: number, tell: (call: number, served: number) => void): void {
    const table = this.#table;
    for (const runs of this.#runs.values()) {
      for (const [of, run] of runs) {
        if (of === RESPONSES) continue;
        run.resolve(until, (call, read) => {
          if (read !== undefined) table.follow(call, read?.place ?? NOWHERE);
        });
      }
      runs.get(RESPONSES)?.resolve(until, (served, read) => {
        if (read === undefined) tell(NOWHERE, served);
        else if (read !== null && table.end[read.place] === CALL) tell(read.place, served);
      });
    }
  }

  #isWithAnother(place: number, of: number, time: number): boolean {
    const clientStart = this.#table.clientStart[place];
    const last = this.#last.get(of);
    if (last === undefined) {
      this.#last.set(of, { clientStart, time });
      return false;
    }
    const isWith = last.clientStart === clientStart && last.time === time;
    last.clientStart = clientStart;
    last.time = time;
    return isWith;
  }

  #follow(pid: number, of: number): boolean {
    let runs = this.#runs.get(pid);
    if (runs === undefined) {
      if (this.#runs.size >= MAX_LOOPS) this.#runs.delete(this.#runs.keys().next().value as number);
      runs = new Map([[RESPONSES, new Runs()]]);
      this.#runs.set(pid, runs);
    }
    if (runs.has(of)) return false;
    runs.set(of, new Runs());
    return true;
  }

  #read(runs: ReadonlyMap<number, Runs>, read: Read): void {
    for (const run of runs.values()) run.read(read);
  }
}
