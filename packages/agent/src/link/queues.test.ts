import { beforeEach, describe, expect, test } from 'vitest';
import { ScopeKind } from '../capture/generated/events.ts';
import type { Link } from './link.ts';
import { Links } from './links.ts';
import { NO_STEP } from './loops.ts';
import { NO_SCOPE, WorkScope } from './work-scope.ts';

const [SERVICE, PEER, PID] = [1, 7, 4711];
const [IN, OUT] = [100, 200];
/** What is asked for: requests of one endpoint, and two calls for each of them. */
const [ENDPOINT, FIRST, SECOND] = [1, 2, 3];

/**
 * A process that takes requests as they come, and makes two calls for each, one after the other, over one connection on
 * which only one can be under way: the others wait in line. Its thread has read the answer to another call, or another
 * request, whenever it sends one.
 */
class Pool {
  readonly links = new Links();
  #clock = 0;
  #offset = 0;
  /** Calls that wait: the request and which of its calls. */
  readonly #line: [request: number, kind: number][] = [];
  readonly #arrived: number[] = [];
  /** By call: the request it was made for in truth. */
  readonly made = new Map<number, number>();

  constructor() {
    this.links.opened(SERVICE, 0);
    this.links.opened(SERVICE, 1);
  }

  arrive(): void {
    this.#line.push([this.#arrived.length, FIRST]);
    this.#arrived.push(++this.#clock);
  }

  /**
   * The call at the head of the line, or the last one, and what follows its answer.
   *
   * @param isNoted whether the response shows which answer was read before it
   */
  serveOne(isNoted = true, isFirst = true): void {
    const [request, kind] = (isFirst ? this.#line.shift() : this.#line.pop())!;
    const offset = this.#offset++;
    this.#call(offset, kind, request);
    if (kind === FIRST) this.#line.push([request, SECOND]);
    else {
      const answered = ++this.#clock;
      const arrived = this.#arrived[request];
      const step = { ...NO_STEP, pid: PID, kind: ENDPOINT, read: arrived, wrote: answered };
      const by = isNoted ? scope(ScopeKind.SCOPE_CALL, OUT, offset) : NO_SCOPE;
      this.links.serve(SERVICE, IN, IN + 1, request, arrived, answered, by, step);
    }
  }

  /** The first call of each request, which is answered right after it; the second follows in any order. */
  answerEarly(requests: number): void {
    const early: [request: number, offset: number, time: number][] = [];
    for (let i = 0; i < requests; i++) this.arrive();
    for (const [request] of this.#line.splice(0)) {
      const offset = this.#offset++;
      this.#call(offset, FIRST, request);
      early.push([request, offset, ++this.#clock]);
    }
    for (const [request, offset, wrote] of early.reverse()) {
      this.#call(this.#offset++, SECOND, request);
      const arrived = this.#arrived[request];
      const step = { ...NO_STEP, pid: PID, kind: ENDPOINT, read: arrived, wrote };
      this.links.serve(
        SERVICE,
        IN,
        IN + 1,
        request,
        arrived,
        ++this.#clock,
        scope(ScopeKind.SCOPE_CALL, OUT, offset),
        step,
      );
    }
  }

  #call(offset: number, kind: number, request: number): void {
    const [wrote, read] = [++this.#clock, ++this.#clock];
    const misleading = scope(ScopeKind.SCOPE_REQUEST, IN, (request + 1) % this.#arrived.length);
    const step = { ...NO_STEP, pid: PID, kind, read, wrote };
    this.links.call(SERVICE, PEER, OUT, OUT + 1, offset, wrote, read, misleading, step);
    this.made.set(offset, request);
  }

  /** A request that asks for no call. */
  answerAtOnce(): void {
    const [request, arrived, answered] = [this.#arrived.length, ++this.#clock, ++this.#clock];
    this.#arrived.push(arrived);
    const step = { ...NO_STEP, pid: PID, kind: ENDPOINT, read: arrived, wrote: answered };
    this.links.serve(SERVICE, IN, IN + 1, request, arrived, answered, NO_SCOPE, step);
  }

  get waits(): boolean {
    return this.#line.length > 0;
  }

  parents(): (Link | null)[] {
    this.links.review();
    return [...this.made.keys()].map((offset) => this.links.parentOf(OUT, OUT + 1, offset));
  }
}

function scope(kind: number, clientStart: number, offset: number): WorkScope {
  return Object.assign(new WorkScope(), { kind, clientStart, serverStart: clientStart + 1, offset });
}

describe('calls that wait in line for a connection', () => {
  let pool: Pool;
  beforeEach(() => {
    pool = new Pool();
  });

  test('belong to the requests that asked for them, in order', () => {
    for (let i = 0; i < 8; i++) pool.arrive();
    for (let i = 0; i < 200; i++) {
      pool.serveOne();
      if (i % 2 === 1) pool.arrive();
    }
    while (pool.waits) pool.serveOne();
    const parents = pool.parents();
    expect(parents.map((link) => link?.offset)).toEqual([...pool.made.values()]);
    expect(new Set(parents.map((link) => link?.method))).toEqual(new Set(['queue', 'scope-backward']));
  });

  test('also where no response shows which answer led to it: the line leads from each response to its own request', () => {
    for (let i = 0; i < 8; i++) pool.arrive();
    for (let i = 0; i < 200; i++) {
      pool.serveOne(false);
      if (i % 2 === 1) pool.arrive();
    }
    while (pool.waits) pool.serveOne(false);
    const parents = pool.parents();
    expect(parents.map((link) => link?.offset)).toEqual([...pool.made.values()]);
    expect(new Set(parents.map((link) => link?.method))).toEqual(new Set(['queue']));
  });

  test('not where a request asked for less than the others: all after it are off by one', () => {
    for (let i = 0; i < 8; i++) pool.arrive();
    for (let i = 0; i < 200; i++) {
      pool.serveOne(false);
      if (i % 2 === 1) pool.arrive();
      if (i === 100) pool.answerAtOnce();
    }
    while (pool.waits) pool.serveOne(false);
    expect(pool.parents().filter((link) => link?.method === 'queue')).toEqual([]);
  });

  test('not where the line is worked off in another order', () => {
    for (let i = 0; i < 8; i++) pool.arrive();
    for (let i = 0; i < 200; i++) {
      pool.serveOne(false, i % 3 === 0);
      if (i % 2 === 1) pool.arrive();
    }
    while (pool.waits) pool.serveOne(false, false);
    expect(pool.parents().filter((link) => link?.method === 'queue')).toEqual([]);
  });

  test('nothing is proven of calls that no way back leads through, such as those made once a response has begun', () => {
    for (let i = 0; i < 50; i++) pool.answerEarly(4);
    const truth = [...pool.made.values()];
    const inLine = pool.parents().flatMap((link, i) => (link?.method === 'queue' ? [[link.offset, truth[i]]] : []));
    expect(inLine.filter(([offset, made]) => offset !== made)).toEqual([]);
  });

  test('a few of them prove nothing', () => {
    for (let i = 0; i < 8; i++) pool.arrive();
    while (pool.waits) pool.serveOne();
    const methods = pool.parents().map((link) => link?.method);
    expect(methods.filter((method) => method === 'queue')).toEqual([]);
  });

  test('a request that asks for nothing puts all after it off by one, until none is under way', () => {
    const work = () => {
      for (let i = 0; i < 8; i++) pool.arrive();
      for (let i = 0; i < 200; i++) {
        pool.serveOne();
        if (i % 2 === 1) pool.arrive();
      }
      while (pool.waits) pool.serveOne();
    };
    const methods = () => new Set(pool.parents().map((link) => link?.method));
    pool.links.serve(SERVICE, IN, IN + 1, 9999, 0, 0.7, NO_SCOPE, {
      ...NO_STEP,
      pid: PID,
      kind: ENDPOINT,
      read: 0.5,
      wrote: 0.7,
    });
    work();
    expect(methods()).not.toContain('queue');
    pool.made.clear();
    work();
    expect(methods()).toEqual(new Set(['queue', 'scope-backward']));
    expect(pool.parents().map((link) => link?.offset)).toEqual([...pool.made.values()]);
  });
});

describe('a server that takes several requests with one read, and sends several responses with one write', () => {
  /** Requests of which the body comes later are read to their end with others, nobody knows in which order. */
  const serve = (isLate: boolean) => {
    const links = new Links();
    links.opened(SERVICE, 0);
    links.opened(SERVICE, 1);
    let clock = 0;
    const arrived: number[] = [];
    const answer = (request: number, wrote: number) => {
      const read = arrived[request];
      const first = isLate ? read - 0.5 : read;
      const step = { ...NO_STEP, pid: PID, kind: ENDPOINT, id: 2 * request + 1, read, wrote };
      links.serve(SERVICE, IN, IN + 1, request, first, wrote, NO_SCOPE, step);
    };
    for (let next = 0; next < 480; ) {
      clock++;
      for (let i = 0; i < 4; i++) arrived.push(clock);
      for (const last = next + 3; next <= last; next += 2) {
        if (next < 24) continue;
        for (const request of [next - 24, next - 23]) {
          const read = ++clock;
          const wrote = arrived[request] + 0.1 + (request % 4) / 10;
          const step = { ...NO_STEP, pid: PID, kind: FIRST, read, wrote };
          links.call(SERVICE, PEER, OUT, OUT + 1, request, wrote, read, NO_SCOPE, step);
        }
        clock++;
        for (const request of [next - 23, next - 24]) answer(request, clock);
      }
    }
    links.review(clock);
    return Array.from({ length: 450 }, (_, i) => links.parentOf(OUT, OUT + 1, i));
  };

  test('calls belong to the requests in the order of these', () => {
    const parents = serve(false);
    expect(parents.map((link) => link?.offset)).toEqual(parents.map((_, i) => i));
    expect(new Set(parents.map((link) => link?.method))).toEqual(new Set(['queue']));
  });

  test('to none where that order is not known', () => {
    expect(serve(true).filter((link) => link !== null)).toEqual([]);
  });
});
