import { ScopeKind } from '../capture/generated/events.ts';
import { Jobs } from './jobs.ts';
import type { Step } from './loops.ts';
import type { WorkScope } from './work-scope.ts';
import { NOWHERE, SERVE, type WorkTable } from './work-table.ts';

/** Processes followed at a time; the one followed longest goes. */
const MAX_PROCESSES = 256;
/** Threads of one process, events that wait to be put in order, calls of one job. */
const MAX_THREADS = 4096;
const MAX_WAITING = 1 << 16;
const MAX_CALLS = 1024;
/** Calls before a process is judged, how many of them may show that its threads do not wait, and when it is given up. */
const ENOUGH_CALLS = 50;
const TOLERATED = 0.005;
const HOPELESS = 0.2;
/** Calls after which the older ones count half. */
const MEMORY = 4000;
/** Calls that a thread must have waited for, one after the other, since it did not wait. */
const STEADY = 8;
/** Responses in a row for which the notes were right, after which a process is not followed until one is not. */
const CONTENT = 500;

const [REQUEST, ANSWER, CALL, RESPONSE] = [0, 1, 2, 3];

interface Event {
  readonly time: number;
  readonly what: number;
  readonly place: number;
  readonly thread: number;
}

/** What a thread does from one response to the next. */
interface Thread {
  /** Calls since its last response, or since it read a request; which may be none of its job. */
  calls: number[];
  /** Whether the note of the first of them names a request: the thread has read it itself. */
  isFresh: boolean;
  /** Whether it read something in between that is not known. */
  isBroken: boolean;
  /** The call it waits for, the one whose answer it read last. */
  awaited: number;
  last: number;
  made: number;
  /** Calls it has waited for since it did not. */
  steady: number;
  /** Requests it has read that are not answered. */
  readonly open: Set<number>;
  /** What it did last, and when it answered. */
  job: Job | null;
  answered: number;
}

/** What a thread did up to a response. */
interface Job {
  readonly served: number;
  readonly calls: readonly number[];
  readonly isFresh: boolean;
  /** Whether its begin is known: the thread had nothing to do when the request came. */
  readonly isSeen: boolean;
  readonly answered: number;
  isJudged: boolean;
}

/**
 * A process whose threads wait for each answer: whatever one of them calls from one response to the next belongs to one
 * job. The response says to which request, also where another thread had read that.
 *
 * Invariants:
 * 1. Only threads that wait are believed: one that sends or reads anything else while a call is under way does not.
 * 2. Where a request came in before the thread had answered the last one, nobody sees what it did for which of them. There
 *    only those calls are meant that jobs known from begin to end have, just as many, and that never lie between jobs.
 */
class Process {
  readonly #table: WorkTable;
  #events: Event[] = [];
  readonly #threads = new Map<number, Thread>();
  readonly #unjudged = new Set<Thread>();
  readonly #jobs = new Jobs();
  #calls = 0;
  #violations = 0;
  /** Responses in a row for which the notes were right. */
  #content = 0;

  constructor(table: WorkTable) {
    this.#table = table;
  }

  get isHopeless(): boolean {
    return this.#calls >= ENOUGH_CALLS && this.#violations > this.#calls * HOPELESS;
  }

  /** What the note of a thread said was right, or not: as long as it always is, nothing more is to be found out here. */
  note(agrees: boolean): void {
    if (!agrees) this.#content = 0;
    else if (++this.#content === CONTENT) this.#forget();
  }

  add(event: Event): void {
    if (this.#content >= CONTENT) return;
    if (this.#events.push(event) > MAX_WAITING) this.#forget();
  }

  /** What the threads do now is not known any more. */
  #forget(): void {
    this.#events = [];
    this.#threads.clear();
    this.#unjudged.clear();
  }

  resolve(until: number): void {
    const events = this.#events.sort((a, b) => a.time - b.time);
    let end = 0;
    for (; end < events.length && events[end].time < until; end++) this.#take(events[end]);
    this.#events = events.slice(end);
    for (const { what, place } of this.#events) {
      const call = what === RESPONSE ? this.#table.callBehind(place) : NOWHERE;
      if (call !== NOWHERE) this.#judge(this.#threads.get(this.#table.thread[call]), place);
    }
    for (const thread of this.#unjudged) this.#judge(thread, NOWHERE);
    this.#unjudged.clear();
  }

  #take({ time, what, place, thread }: Event): void {
    if (what === REQUEST) this.#onRequest(place, thread);
    else if (what === CALL) this.#onCall(place, this.#of(thread));
    else if (what === ANSWER) this.#onAnswer(place, this.#of(thread));
    else this.#onResponse(place, thread, time);
  }

  #onRequest(place: number, number: number): void {
    if (number === 0) {
      // It may have come while any of them waited.
      this.#violations++;
      return;
    }
    const thread = this.#of(number);
    if (thread.awaited !== NOWHERE) this.#violate(thread);
    this.#leave(thread);
    thread.last = NOWHERE;
    thread.open.add(place);
  }

  #onCall(place: number, thread: Thread): void {
    const table = this.#table;
    if (++this.#calls > MEMORY) {
      this.#calls /= 2;
      this.#violations /= 2;
    }
    const isFirst = thread.made++ === 0;
    thread.steady++;
    if (thread.awaited !== NOWHERE) this.#violate(thread);
    if (table.previous[place] === NOWHERE && table.scopeKind[place] === ScopeKind.SCOPE_REQUEST) {
      const [first] = thread.calls;
      if (first === undefined || !thread.isFresh || !sameScope(table, first, place)) {
        this.#leave(thread);
        thread.isFresh = true;
      }
    } else if (table.readBefore(place) !== thread.last) {
      if (isFirst) thread.isBroken = true;
      else this.#violate(thread);
    } else if (isFirst && table.scopeKind[place] !== ScopeKind.SCOPE_NONE) thread.isBroken = true;
    thread.awaited = place;
    if (thread.calls.length < MAX_CALLS) thread.calls.push(place);
    else thread.isBroken = true;
  }

  #onAnswer(place: number, thread: Thread): void {
    if (thread.awaited !== place) this.#violate(thread);
    else thread.awaited = NOWHERE;
    thread.last = place;
  }

  #onResponse(served: number, reader: number, time: number): void {
    const table = this.#table;
    this.#threads.get(reader)?.open.delete(served);
    const call = table.callBehind(served);
    const thread = call === NOWHERE ? undefined : this.#threads.get(table.thread[call]);
    if (thread === undefined) return;
    if (thread.awaited !== NOWHERE || thread.last !== call) {
      this.#violate(thread);
      return;
    }
    this.#judge(thread, served);
    if (thread.calls.length > 0) {
      thread.job = this.#jobOf(thread, served, time);
      if (thread.job !== null) this.#unjudged.add(thread);
    }
    thread.answered = time;
    thread.calls = [];
    thread.isFresh = thread.isBroken = false;
  }

  /** What a thread did up to now was for this request; `null` where that is not so sure. */
  #jobOf(thread: Thread, served: number, answered: number): Job | null {
    const table = this.#table;
    const { isFresh } = thread;
    if (thread.isBroken || thread.open.size > 0) return null;
    if (isFresh && table.served(thread.calls[0]) !== served) {
      this.#violate(thread);
      return null;
    }
    const [calls, others]: [number[], number[]] = [[], []];
    for (const at of thread.calls) (table.nests(at, served) ? calls : others).push(at);
    for (const at of others) this.#jobs.leaveOut(table.judge[at]);
    const idleSince = Math.max(thread.answered, others.length > 0 ? table.last[others.at(-1) as number] : 0);
    return { served, calls, isFresh, isSeen: isFresh || table.first[served] > idleSince, answered, isJudged: false };
  }

  /** Says what the last job of a thread was, which answered the request `next` (or NOWHERE) after it. */
  #judge(thread: Thread | undefined, next: number): void {
    const table = this.#table;
    const job = thread?.job ?? null;
    if (thread === undefined || job === null) return;
    const isLast = next === NOWHERE || table.first[next] > job.answered;
    if (!isLast && job.calls.includes(table.callBehind(next))) {
      // The answer to its last call may have been for the other request.
      for (const at of job.calls) table.worked[at] = NOWHERE;
      thread.job = null;
    }
    if (job.isJudged || thread.job === null) return;
    job.isJudged = true;
    const isAlone = job.isFresh || (job.isSeen && isLast);
    const kinds = Map.groupBy(job.calls, (at) => table.judge[at]);
    const jobs = this.#jobs;
    const request = table.kind[job.served];
    const isTrusted = this.#isTrusted(thread);
    for (const [kind, some] of kinds) {
      const isMeant = job.isFresh || (jobs.has(kind) && (isAlone || jobs.isUsual(request, kind, some.length)));
      for (const at of some) table.worked[at] = isTrusted && isMeant ? job.served : NOWHERE;
    }
    if (isAlone) jobs.learn(request, kinds);
  }

  #isTrusted(thread: Thread): boolean {
    if (this.#calls < ENOUGH_CALLS || this.#violations > this.#calls * TOLERATED) return false;
    return thread.steady >= Math.min(STEADY, thread.made);
  }

  /** What it called since its last response was for no request. */
  #leave(thread: Thread): void {
    if (!thread.isFresh && !thread.isBroken) for (const at of thread.calls) this.#jobs.leaveOut(this.#table.judge[at]);
    thread.calls = [];
    thread.isFresh = thread.isBroken = false;
  }

  #violate(thread: Thread): void {
    if (thread.made === 0) return;
    this.#violations++;
    thread.steady = 0;
    thread.isBroken = true;
  }

  #of(number: number): Thread {
    let thread = this.#threads.get(number);
    if (thread !== undefined) return thread;
    if (this.#threads.size >= MAX_THREADS) this.#threads.delete(this.#threads.keys().next().value as number);
    thread = {
      ...{ calls: [], isFresh: false, isBroken: false, awaited: NOWHERE, last: NOWHERE, made: 0, steady: 0 },
      ...{ open: new Set<number>(), job: null, answered: 0 },
    };
    this.#threads.set(number, thread);
    return thread;
  }
}

function sameScope(table: WorkTable, a: number, b: number): boolean {
  return (
    table.scopeClientStart[a] === table.scopeClientStart[b] &&
    table.scopeServerStart[a] === table.scopeServerStart[b] &&
    table.scopeOffset[a] === table.scopeOffset[b]
  );
}

/** The processes in which threads may work on requests that others have read. */
export class Threads {
  readonly #table: WorkTable;
  readonly #processes = new Map<number, Process | null>();

  constructor(table: WorkTable) {
    this.#table = table;
  }

  /** A call (its place) was seen. */
  call(place: number, { thread }: Readonly<WorkScope>, { pid, read, wrote }: Readonly<Step>): void {
    const table = this.#table;
    table.thread[place] = thread;
    const process = thread === 0 ? null : this.#of(pid);
    process?.add({ time: wrote, what: CALL, place, thread });
    process?.add({ time: read > 0 ? read : table.last[place], what: ANSWER, place, thread });
  }

  /** A request (its place) was served. */
  serve(place: number, { thread }: Readonly<WorkScope>, { pid, wrote }: Readonly<Step>): void {
    const { first, last } = this.#table;
    const process = this.#of(pid);
    process?.add({ time: first[place], what: REQUEST, place, thread });
    process?.add({ time: wrote > 0 ? wrote : last[place], what: RESPONSE, place, thread });
  }

  /** What the note of the thread said of a call was right, or not, as the way back shows. */
  note(pid: number, agrees: boolean): void {
    this.#processes.get(pid)?.note(agrees);
  }

  resolve(until: number): void {
    for (const [pid, process] of this.#processes) {
      process?.resolve(until);
      if (process?.isHopeless) this.#processes.set(pid, null);
    }
  }

  /** The request that the thread which made a call worked on (their places), or NOWHERE. */
  requestOf(call: number): number {
    const table = this.#table;
    const served = table.worked[call];
    if (served === NOWHERE || table.end[served] !== SERVE || table.pid[served] !== table.pid[call]) return NOWHERE;
    return table.nests(call, served) ? served : NOWHERE;
  }

  #of(pid: number): Process | null {
    if (pid === 0) return null;
    const known = this.#processes.get(pid);
    if (known !== undefined) return known;
    if (this.#processes.size >= MAX_PROCESSES) this.#processes.delete(this.#processes.keys().next().value as number);
    const process = new Process(this.#table);
    this.#processes.set(pid, process);
    return process;
  }
}
