import { beforeEach, describe, expect, test } from 'vitest';
import { ScopeKind } from '../capture/generated/events.ts';
import type { Link } from './link.ts';
import { Links } from './links.ts';
import { NO_STEP } from './loops.ts';
import { NO_SCOPE, WorkScope } from './work-scope.ts';

const [SERVICE, PEER, PID] = [1, 7, 4711];
const [IN, OUT] = [100, 200];
const READER = 99;
/** What is called: by each job, in this order, and by none. */
const [FIRST, SECOND, HOUSEKEEPING] = [2, 3, 4];
const JOB = [FIRST, SECOND];

/** A process with threads that wait for each answer, and one that reads requests for all of them. */
class Process {
  readonly links = new Links();
  #clock = 0;
  #offset = 0;
  readonly #notes = new Map<number, WorkScope>();
  /** By call: the request it was made for in truth, or `null`. */
  readonly made = new Map<number, number | null>();

  constructor() {
    this.links.opened(SERVICE, 0);
    this.links.opened(SERVICE, 1);
  }

  /** A request comes in; returns when. */
  arrive(): number {
    return ++this.#clock;
  }

  /** A thread calls and waits for the answer. */
  call(thread: number, kind: number, request: number | null = null): void {
    const offset = this.#offset++;
    const [wrote, read] = [++this.#clock, ++this.#clock];
    const step = { ...NO_STEP, pid: PID, kind, read, wrote };
    const note = Object.assign(new WorkScope(), this.#notes.get(thread) ?? NO_SCOPE, { thread });
    this.links.call(SERVICE, PEER, OUT, OUT + 1, offset, wrote, read, note, step);
    this.#notes.set(thread, scope(ScopeKind.SCOPE_CALL, OUT, offset));
    this.made.set(offset, request);
  }

  /** A thread makes these calls for a request that came in then, and answers it. The `reader` has read it. */
  work(thread: number, arrived: number, kinds = JOB, reader = READER): void {
    if (reader === thread) this.#notes.set(thread, scope(ScopeKind.SCOPE_REQUEST, IN, arrived));
    for (const kind of kinds) this.call(thread, kind, arrived);
    this.answer(thread, arrived, reader);
  }

  answer(thread: number, arrived: number, reader = READER): void {
    const wrote = ++this.#clock;
    const step = { ...NO_STEP, pid: PID, read: arrived, wrote };
    const note = Object.assign(new WorkScope(), this.#notes.get(thread) ?? NO_SCOPE, { thread: reader });
    this.links.serve(SERVICE, IN, IN + 1, arrived, arrived, wrote, note, step);
  }

  parents(): (Link | null)[] {
    this.links.review();
    return [...this.made.keys()].map((offset) => this.links.parentOf(OUT, OUT + 1, offset));
  }

  /** The calls linked by what their thread worked on. */
  byThread(): { readonly right: number; readonly wrong: number } {
    const made = [...this.made.values()];
    let [right, wrong] = [0, 0];
    for (const [i, link] of this.parents().entries()) {
      if (link?.method !== 'thread') continue;
      if (link.offset === made[i]) right++;
      else wrong++;
    }
    return { right, wrong };
  }
}

function scope(kind: number, clientStart: number, offset: number): WorkScope {
  return Object.assign(new WorkScope(), { kind, clientStart, serverStart: clientStart + 1, offset });
}

describe('calls of threads that wait for each answer', () => {
  let process: Process;
  beforeEach(() => {
    process = new Process();
  });

  test('belong to the request that their thread answers, also where another one has read it', () => {
    for (let i = 0; i < 100; i++) process.work(1 + (i % 4), process.arrive());
    const { right, wrong } = process.byThread();
    expect(wrong).toBe(0);
    expect(right).toBeGreaterThan(140);
    expect(process.parents().at(-1)).toMatchObject({ method: 'thread', confidence: 0.99 });
  });

  /** Requests are there before a thread is done with the last one: what it does in between cannot be seen as such. */
  const busy = (rounds: number, between: readonly number[] = []) => {
    const waiting: number[] = [];
    for (let i = 0; i < rounds; i++) {
      while (waiting.length < 4) waiting.push(process.arrive());
      process.work(1 + (i % 2), waiting.shift() as number);
      for (const kind of between) process.call(1 + (i % 2), kind);
    }
    while (waiting.length > 0) process.work(1, waiting.shift() as number);
  };

  test('also with requests that waited, once it is known what a job consists of', () => {
    for (let i = 0; i < 40; i++) process.work(1 + (i % 2), process.arrive());
    process.made.clear();
    busy(100);
    expect(process.byThread()).toEqual({ right: process.made.size, wrong: 0 });
  });

  test('not while that is not known', () => {
    for (let i = 0; i < 2; i++) process.work(1 + i, process.arrive());
    busy(100);
    expect(process.byThread()).toEqual({ right: 0, wrong: 0 });
  });

  test('what jobs whose begin is seen do not have is not linked: it may be made between two of them', () => {
    for (let i = 0; i < 40; i++) process.work(1 + (i % 2), process.arrive());
    process.made.clear();
    busy(100, [HOUSEKEEPING]);
    const { right, wrong } = process.byThread();
    expect(wrong).toBe(0);
    expect(right).toBeGreaterThan(190);
  });

  test('nor a kind of call that is made more often than in those', () => {
    for (let i = 0; i < 40; i++) process.work(1 + (i % 2), process.arrive());
    process.made.clear();
    busy(100, [FIRST]);
    expect(process.byThread().wrong).toBe(0);
  });

  test('nor one that is made between jobs as well', () => {
    for (let i = 0; i < 40; i++) {
      process.work(1 + (i % 2), process.arrive(), [FIRST, SECOND, HOUSEKEEPING]);
      process.call(1 + (i % 2), HOUSEKEEPING);
    }
    process.made.clear();
    busy(100, [HOUSEKEEPING]);
    expect(process.byThread().wrong).toBe(0);
  });

  test('one that has read its request itself links it from the first call on, however many others do not', () => {
    for (let i = 0; i < 100; i++) {
      if (i % 2 === 0) process.work(1, process.arrive(), JOB, 1);
      else process.work(1, process.arrive());
    }
    expect(process.byThread().wrong).toBe(0);
    expect(process.byThread().right).toBeGreaterThan(130);
  });

  test('a request that asks for no call takes nothing from the one before', () => {
    for (let i = 0; i < 100; i++) process.work(1, process.arrive(), i % 3 === 0 ? [] : JOB);
    const { right, wrong } = process.byThread();
    expect(wrong).toBe(0);
    expect(right).toBeGreaterThan(70);
  });

  test('what a thread does for two requests in turns is not linked to the one that it answers first', () => {
    for (let i = 0; i < 40; i++) process.work(1, process.arrive());
    for (let i = 0; i < 100; i++) {
      const [one, other] = [process.arrive(), process.arrive()];
      for (const request of [one, other]) process.call(1, FIRST, request);
      for (const request of [one, other]) {
        process.call(1, SECOND, request);
        process.answer(1, request);
      }
    }
    expect(process.byThread().wrong).toBe(0);
  });

  test('calls that go on after the response has begun are not linked to the next request', () => {
    const waiting: number[] = [];
    for (let i = 0; i < 200; i++) {
      while (waiting.length < 1 + (i % 2)) waiting.push(process.arrive());
      const request = waiting.shift() as number;
      process.call(1, FIRST, request);
      process.answer(1, request);
      process.call(1, FIRST, request);
    }
    expect(process.byThread().wrong).toBe(0);
  });

  test('several responses after one answer prove nothing', () => {
    for (let i = 0; i < 100; i++) {
      const [one, other] = [process.arrive(), process.arrive()];
      process.call(1, FIRST, one);
      process.call(1, SECOND, other);
      process.answer(1, one);
      process.answer(1, other);
    }
    expect(process.byThread()).toEqual({ right: 0, wrong: 0 });
  });

  test('a thread that reads a request while it should wait does not wait: it works for several at once', () => {
    for (let i = 0; i < 100; i++) {
      const [one, other] = [process.arrive(), process.arrive()];
      for (const kind of JOB) for (const request of [one, other]) process.call(1, kind, request);
      process.answer(1, one, 1);
      process.answer(1, other, 1);
    }
    expect(process.byThread()).toEqual({ right: 0, wrong: 0 });
  });
});
