import { NO_ID } from '@sonde/protocols';
import { ScopeKind } from '../capture/generated/events.ts';
import { Agreement, AT_ODDS, BOTH } from './agreement.ts';
import { type Evidence, LateResponses, LIKELY, MAYBE, SURE } from './late-responses.ts';
import { isSameRequest, type Link, type LinkMethod, PARENT } from './link.ts';
import { Loops, NO_STEP, type Step } from './loops.ts';
import { Queues } from './queues.ts';
import { ENDLESS, REFUTED, TaskLinks } from './task-links.ts';
import { NO_TASK, Tasks } from './tasks.ts';
import { Threads } from './threads.ts';
import { AGREED, BACKWARD, DISAGREED, DOUBTED, MUDDLED, NAMED, STRAYED, TASK, UNSAID, VOUCHED } from './verdict.ts';
import { WorkScope } from './work-scope.ts';
import { ANSWER, CALL, NOWHERE, READ, SERVE, WorkTable } from './work-table.ts';

/** Below this agreement a program does not do its work where it reads: backward evidence alone is left. */
const TRUSTED = 0.9;

/** Calls others and is called. */
const BETWEEN = 3;

/** Nanoseconds after a call within which most requests are answered that it was made for. */
const SOON = 2e9;

/** Confidence of a link by task. */
const BY_TASK = 0.999;

/**
 * Links calls to the requests they were made for, inside each process of this host.
 *
 * Invariants:
 * 1. A call has at most one parent: a request served by the same process, which was there when the call began.
 * 2. Where forward and backward evidence disagree, the backward one counts in classes that mostly disagree, else none.
 *    No call of a chain is linked by the note that led to the one where they disagree.
 * 3. An answer that several responses followed proves none of them, and a class with many such answers proves nothing.
 * 4. A note that led to a request already answered counts against all calls of its kind.
 * 5. A call that nothing links has no parent; nothing is guessed from time alone.
 */
export class Links {
  readonly tasks = new Tasks();
  readonly #table = new WorkTable();
  readonly #byTask = new TaskLinks(this.#table, this.tasks);
  readonly #enabled: boolean;
  readonly #loops = new Loops(this.#table);
  readonly #queues = new Queues(this.#table);
  readonly #late = new LateResponses(this.#table);
  readonly #threads = new Threads(this.#table);
  readonly #agreement = new Agreement();
  /** How often tasks lead to a request that they do not work for, by class of calls. */
  readonly #lineages = new Agreement();
  readonly #answer = new WorkScope();
  readonly #read = new WorkScope();
  #hasTasks = false;
  /** By identity: whether it calls (1), is called (2). Who does only one of them has nothing to link. */
  readonly #sides: number[] = [];
  /** Places of requests whose last call, or one that led to it, was not there yet. */
  readonly #unjudged = new Int32Array(16_384).fill(NOWHERE);
  #unjudgedNext = 0;
  /** Places of calls whose note is still to be held against the request it names. */
  readonly #unchecked = new Int32Array(16_384).fill(NOWHERE);
  #uncheckedNext = 0;

  /** @param enabled otherwise nothing is linked, and hardly anything done */
  constructor(enabled = true) {
    this.#enabled = enabled;
  }

  /** A process (its identity) has a connection on which it is client (0) or server (1). */
  opened(identity: number, side: 0 | 1): void {
    if (!this.#enabled) return;
    this.#sides[identity] = (this.#sides[identity] ?? 0) | (1 << side);
  }

  /** A call was seen at the end that made it. Times are monotonic nanoseconds. */
  call(
    identity: number,
    peer: number,
    clientStart: number,
    serverStart: number,
    offset: number,
    first: number,
    last: number,
    scope: Readonly<WorkScope>,
    step: Readonly<Step> = NO_STEP,
  ): void {
    if (this.#sides[identity] !== BETWEEN) return;
    const table = this.#table;
    const at = table.add(CALL, clientStart, serverStart, offset, first, last, scope, step.read, step.id);
    const whole = this.#agreement.classOf(identity, peer, scope.task !== 0);
    table.judge[at] = this.#agreement.partOf(whole, step.kind);
    table.whole[at] = whole;
    table.pid[at] = step.pid;
    table.kind[at] = step.kind;
    this.#late.call(step.pid, step.wrote, step.read, at);
    if (scope.task !== 0) {
      table.task[at] = this.tasks.of(scope.pid, scope.task);
      this.tasks.call(table.task[at], first);
      this.#hasTasks = true;
    } else if (this.#loops.call(at, whole, step)) this.#agreement.forget(whole);
    if (scope.task === 0) this.#queues.call(at, whole, step);
    if (this.#loops.has(step.pid)) return;
    if (scope.task === 0) this.#threads.call(at, scope, step);
    if (scope.kind !== ScopeKind.SCOPE_NONE || scope.task !== 0)
      this.#unchecked[this.#uncheckedNext++ % this.#unchecked.length] = at;
    table.settle(at);
  }

  /** A request was seen at the end that served it. */
  serve(
    identity: number,
    clientStart: number,
    serverStart: number,
    offset: number,
    first: number,
    last: number,
    scope: Readonly<WorkScope>,
    step: Readonly<Step> = NO_STEP,
  ): void {
    if (this.#sides[identity] !== BETWEEN) return;
    const at = this.#table.add(SERVE, clientStart, serverStart, offset, first, last, scope, step.read, step.id);
    this.#table.wrote[at] = step.wrote > 0 ? step.wrote : last;
    this.#table.pid[at] = step.pid;
    this.#table.kind[at] = step.kind;
    if (scope.task !== 0) this.#byTask.serve(at, this.tasks.of(scope.pid, scope.task));
    else this.#queues.serve(at, step);
    if (scope.task === 0 && this.#loops.has(step.pid)) {
      this.#loops.serve(at, step);
      return;
    }
    if (scope.task === 0) this.#threads.serve(at, scope, step);
    if (step.id === NO_ID) {
      const strayed = scope.kind === ScopeKind.SCOPE_REQUEST && scope.clientStart !== clientStart;
      this.#agreement.responded(identity, strayed);
    } else if (step.wrote > 0) {
      this.#late.response(step.pid, step.read, step.wrote, at);
      return;
    }
    if (scope.kind < ScopeKind.SCOPE_CALL || this.#review(at, Number.NEGATIVE_INFINITY)) return;
    this.#unjudged[this.#unjudgedNext++ % this.#unjudged.length] = at;
  }

  /**
   * Looks again for the calls that responses led back to: their records may come later than the response's. Of what was
   * written before `until` (monotonic) nothing more is expected.
   */
  review(until = Number.POSITIVE_INFINITY): void {
    this.#loops.resolve(until, (call, served, isOnly) => {
      if (call === NOWHERE) this.#review(served, Number.POSITIVE_INFINITY);
      else this.#judgeNested(call, served, isOnly ? SURE : MAYBE);
    });
    this.#late.resolve(until, (served, evidence) => {
      const call = this.#table.callBehind(served);
      if (call !== NOWHERE) this.#judgeNested(call, served, evidence);
    });
    this.#queues.resolve(until);
    this.#threads.resolve(until);
    for (const [i, at] of this.#unchecked.entries())
      if (at !== NOWHERE && this.#check(at, until)) this.#unchecked[i] = NOWHERE;
    for (const [i, at] of this.#unjudged.entries())
      if (at !== NOWHERE && this.#review(at, until)) this.#unjudged[i] = NOWHERE;
  }

  /** A note that names a request which was answered before the call is stale. False where the request is not known yet. */
  #check(call: number, until: number): boolean {
    const table = this.#table;
    if (table.end[call] !== CALL) return true;
    if (table.task[call] !== NO_TASK) {
      if (table.verdict[call] === UNSAID) this.#judgeByTask(call, until);
      return table.verdict[call] !== UNSAID;
    }
    if (table.settle(call) !== ScopeKind.SCOPE_REQUEST) return false;
    const served = table.served(call);
    if (served === NOWHERE) return false;
    if (table.first[call] > table.last[served]) this.#agreement.refute(table.judge[call]);
    return true;
  }

  /** False where a record may still come that makes more of it. */
  #review(served: number, until: number): boolean {
    const table = this.#table;
    if (table.end[served] !== SERVE) return true;
    const call = table.callBehind(served);
    const isLate = table.last[served] < until;
    if (call === NOWHERE) return isLate;
    if (!isLate && table.settle(call) >= ScopeKind.SCOPE_CALL) return false;
    this.#judgeNested(call, served);
    return true;
  }

  #judgeNested(call: number, served: number, evidence: Evidence = SURE): void {
    if (this.#table.nests(call, served)) this.#judge(call, served, evidence);
  }

  /** The piece of the server's stream at `offset` ended the answer to the call at `request`. */
  answer(clientStart: number, serverStart: number, offset: number, request: number): void {
    const table = this.#table;
    const call = table.find(CALL, clientStart, serverStart, request);
    if (call === NOWHERE) return;
    this.#answer.kind = ScopeKind.SCOPE_CALL;
    this.#answer.clientStart = clientStart;
    this.#answer.serverStart = serverStart;
    this.#answer.offset = request;
    const { first, last, read } = table;
    table.add(ANSWER, clientStart, serverStart, offset, first[call], last[call], this.#answer, read[call]);
  }

  /** The request at `request` was read to its end by the read that began at `offset` of the client's stream. */
  received(clientStart: number, serverStart: number, offset: number, request: number): void {
    const table = this.#table;
    const served = table.find(SERVE, clientStart, serverStart, request);
    if (served === NOWHERE) return;
    this.#read.kind = ScopeKind.SCOPE_REQUEST;
    this.#read.clientStart = clientStart;
    this.#read.serverStart = serverStart;
    this.#read.offset = request;
    table.add(READ, clientStart, serverStart, offset, table.first[served], table.last[served], this.#read);
  }

  /** Whether any call may have to wait until a request is answered. */
  get mayWait(): boolean {
    return this.#hasTasks || this.#table.hasStreams;
  }

  /** What the call with this identity belongs to, or null. */
  parentOf(clientStart: number, serverStart: number, offset: number): Link | null {
    const table = this.#table;
    const call = table.find(CALL, clientStart, serverStart, offset);
    if (call === NOWHERE) return null;
    if (table.task[call] !== NO_TASK && table.verdict[call] === UNSAID) this.#judgeByTask(call);
    const worked = this.#threads.requestOf(call);
    if (worked !== NOWHERE) return this.#to(worked, 'thread', BOTH);
    const rate = this.#agreement.rate(table.judge[call]);
    const isOrderly = this.#agreement.isOrderly(table.judge[call]);
    if (this.#isVouched(call)) return this.#forward(call, 'scope-both', BOTH);
    switch (table.verdict[call]) {
      case TASK:
        return this.#backward(call, 'task', Math.min(BY_TASK, this.#lineages.share(this.#lineageOf(call))));
      case AGREED:
        return this.#forward(call, 'scope-both', rate >= TRUSTED || isOrderly ? BOTH : AT_ODDS);
      case BACKWARD:
      case DISAGREED:
        if (table.verdict[call] === DISAGREED && rate >= TRUSTED) return null;
        if (isOrderly) return this.#backward(call, 'scope-backward', BOTH);
        return this.#inLine(call);
      case MUDDLED:
      case DOUBTED:
        return rate < TRUSTED ? this.#inLine(call) : null;
      default: {
        const forward = this.#forward(call, 'scope-forward', Math.min(rate, this.#rateBefore(call)));
        if (forward !== null && forward.confidence >= PARENT) return forward;
        const inLine = this.#inLine(call);
        if (inLine === null || (forward !== null && rate >= TRUSTED && !isSameRequest(forward, inLine))) return forward;
        return inLine;
      }
    }
  }

  /**
   * Whether a call was made by a task that is not known to have answered anything, and nothing else says enough; or for a
   * request of a stream that is not answered, so that nobody knows which one.
   */
  isAwaited(clientStart: number, serverStart: number, offset: number): boolean {
    const table = this.#table;
    const call = table.find(CALL, clientStart, serverStart, offset);
    if (call === NOWHERE) return false;
    if (table.task[call] === NO_TASK) return table.isUnanswered(call);
    const link = this.parentOf(clientStart, serverStart, offset);
    return table.verdict[call] === UNSAID && (link === null || link.confidence < PARENT);
  }

  /** A chain is as good as the worst of the calls it leads through. */
  #rateBefore(call: number): number {
    const table = this.#table;
    let rate = 1;
    for (let steps = 0, at = table.previous[call]; steps < 64 && at !== NOWHERE; steps++, at = table.previous[at]) {
      if (table.end[at] !== CALL || table.first[at] > table.first[call]) break;
      if (table.verdict[at] === DISAGREED || table.verdict[at] === MUDDLED || table.verdict[at] === DOUBTED) return 0;
      if (table.verdict[at] !== AGREED && !this.#isVouched(at))
        rate = Math.min(rate, this.#agreement.rate(table.judge[at]));
    }
    return rate;
  }

  #isVouched(call: number): boolean {
    return this.#table.verdict[call] === VOUCHED && this.#agreement.isProven(this.#table.voucher[call]);
  }

  #forward(call: number, method: LinkMethod, confidence: number): Link | null {
    const table = this.#table;
    if (table.settle(call) !== ScopeKind.SCOPE_REQUEST) return null;
    const served = table.served(call);
    if (table.isUnanswered(call) || (served !== NOWHERE && !table.nests(call, served))) return null;
    return {
      clientStart: table.scopeClientStart[call],
      serverStart: table.scopeServerStart[call],
      offset: table.scopeOffset[call],
      id: served === NOWHERE ? NO_ID : table.id[served],
      method,
      confidence,
    };
  }

  #inLine(call: number): Link | null {
    const found = this.#queues.requestOf(this.#table.pid[call], call);
    if (found === null) return null;
    return this.#to(found.served, 'queue', Math.min(found.confidence, BOTH));
  }

  #to(served: number, method: LinkMethod, confidence: number): Link {
    const { clientStart, serverStart, offset, id } = this.#table;
    return {
      clientStart: clientStart[served],
      serverStart: serverStart[served],
      offset: offset[served],
      id: id[served],
      method,
      confidence,
    };
  }

  #backward(call: number, method: LinkMethod, confidence: number): Link {
    const { backClientStart, backServerStart, backOffset, backId } = this.#table;
    return {
      clientStart: backClientStart[call],
      serverStart: backServerStart[call],
      offset: backOffset[call],
      id: backId[call],
      method,
      confidence,
    };
  }

  /** Finds the request that the task of a call has answered, and compares it with what the task was noted to work on. */
  #judgeByTask(call: number, until = Number.NEGATIVE_INFINITY): void {
    const table = this.#table;
    const request = this.#byTask.requestOf(call);
    const noted = table.settle(call) === ScopeKind.SCOPE_REQUEST ? table.served(call) : NOWHERE;
    if (request === REFUTED || (request === ENDLESS && table.last[call] < until - SOON)) {
      table.verdict[call] = STRAYED;
      this.#lineages.note(this.#lineageOf(call), false);
    } else if (request >= 0) {
      table.setBack(call, request);
      table.verdict[call] = TASK;
      this.#lineages.note(this.#lineageOf(call), true);
      if (noted !== NOWHERE) this.#agreement.note(table.judge[call], noted === request);
    } else if (noted !== NOWHERE && this.#byTask.refutes(call, noted)) {
      table.verdict[call] = MUDDLED;
      this.#agreement.note(table.judge[call], false);
      if (request === ENDLESS) this.#lineages.note(this.#lineageOf(call), false);
    }
  }

  #lineageOf(call: number): number {
    return this.#lineages.classOf(this.#table.judge[call], 0);
  }

  /**
   * The answer to `call` was the last thing read before the response of `served` was sent. Where it is not the only one that
   * could be meant, that may confirm; where it likely is, that also says how often the two ways agree, but no way back.
   */
  #judge(call: number, served: number, evidence: Evidence): void {
    const table = this.#table;
    if (table.verdict[call] === TASK) return;
    const isForward = table.settle(call) === ScopeKind.SCOPE_REQUEST;
    const agrees = isForward && table.belongs(call, served);
    if (evidence !== SURE && !agrees) {
      if (evidence === LIKELY && isForward) this.#agreement.note(table.judge[call], false);
      return;
    }
    const again = NAMED.has(table.verdict[call]);
    this.#agreement.name(table.judge[call], again);
    if (again) {
      table.verdict[call] = MUDDLED;
      table.hasBack[call] = 0;
      return;
    }
    table.setBack(call, served);
    if (!isForward) {
      table.verdict[call] = BACKWARD;
      this.#queues.note(table.pid[call], false);
      this.#threads.note(table.pid[call], false);
      return;
    }
    table.verdict[call] = agrees ? AGREED : DISAGREED;
    if (evidence !== MAYBE) {
      this.#agreement.note(table.judge[call], agrees);
      this.#queues.note(table.pid[call], agrees);
      this.#threads.note(table.pid[call], agrees);
    }
    for (let steps = 0, at = table.previous[call]; steps < 64 && at !== NOWHERE; steps++, at = table.previous[at]) {
      const verdict = table.verdict[at];
      if (table.end[at] !== CALL || table.first[at] > table.first[call]) return;
      if (verdict !== UNSAID && (verdict !== DOUBTED || !agrees)) return;
      table.settle(at);
      if (agrees && !table.belongs(at, served)) return;
      table.verdict[at] = agrees ? VOUCHED : DOUBTED;
      table.voucher[at] = table.judge[call];
    }
  }
}
