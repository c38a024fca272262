import { beforeEach, describe, expect, test } from 'vitest';
import { ScopeKind } from '../capture/generated/events.ts';
import { Links } from './links.ts';
import { NO_STEP } from './loops.ts';
import { NO_SCOPE, WorkScope } from './work-scope.ts';

const SERVICE = 1;
const PEER = 7;
/** Connections: requests come in on IN, calls go out on OUT. */
const [IN, OUT] = [100, 200];

function scope(kind: number, clientStart: number, offset: number): WorkScope {
  return Object.assign(new WorkScope(), { kind, clientStart, serverStart: clientStart + 1, offset });
}
const request = (offset: number) => scope(ScopeKind.SCOPE_REQUEST, IN, offset);
const afterCall = (offset: number) => scope(ScopeKind.SCOPE_CALL, OUT, offset);
const afterAnswer = (offset: number) => scope(ScopeKind.SCOPE_ANSWER, OUT, offset);

describe('links inside a process', () => {
  let links: Links;
  const call = (offset: number, from: Readonly<WorkScope>, first = 10, identity = SERVICE, kind = 0) =>
    links.call(identity, PEER, OUT, OUT + 1, offset, first, first + 5, from, { ...NO_STEP, kind });
  const serve = (offset: number, by: Readonly<WorkScope>, first = 0, last = 100) =>
    links.serve(SERVICE, IN, IN + 1, offset, first, last, by);
  const parent = (offset: number) => links.parentOf(OUT, OUT + 1, offset);

  beforeEach(() => {
    links = new Links();
    links.opened(SERVICE, 0);
    links.opened(SERVICE, 1);
  });

  test('a call made after a request was read belongs to it, whichever record comes first', () => {
    call(0, request(50));
    expect(parent(0)).toMatchObject({ clientStart: IN, serverStart: IN + 1, offset: 50, method: 'scope-forward' });
    serve(50, NO_SCOPE);
    expect(parent(0)).toMatchObject({ offset: 50, method: 'scope-forward', confidence: 0.5 });
  });

  test('a chain of calls leads back to the request, also where an earlier record comes later', () => {
    call(200, afterCall(100), 30);
    call(100, afterCall(0), 20);
    expect(parent(200)).toBeNull();
    call(0, request(50), 10);
    expect(parent(200)).toMatchObject({ clientStart: IN, offset: 50 });
    expect(parent(100)).toMatchObject({ clientStart: IN, offset: 50 });
  });

  test('the response that follows an answer confirms its call', () => {
    call(0, request(50));
    serve(50, afterCall(0));
    expect(parent(0)).toMatchObject({ offset: 50, method: 'scope-both', confidence: 0.99 });
  });

  test('in a class that has proven right, and with it the calls whose answers led to that one', () => {
    const chain = (start: number, number: number) => {
      call(start, request(number), start + 10);
      call(start + 1, afterCall(start), start + 20);
      call(start + 2, afterCall(start + 1), start + 30);
      serve(number, afterCall(start + 2), 0, 1e6);
    };
    chain(0, 1);
    expect(parent(2)).toMatchObject({ method: 'scope-both' });
    expect(parent(0)).toMatchObject({ method: 'scope-forward' });
    for (let i = 2; i < 60; i++) chain(i * 100, i);
    chain(9000, 99);
    for (const offset of [9000, 9001, 9002]) expect(parent(offset)).toMatchObject({ offset: 99, method: 'scope-both' });
  });

  test('it is looked for again where its record comes after the response', () => {
    serve(50, afterCall(0));
    call(0, request(50));
    links.review();
    expect(parent(0)).toMatchObject({ method: 'scope-both' });
  });

  test('a piece of a stream stands for the call that it answered', () => {
    call(0, request(50));
    links.answer(OUT, OUT + 1, 777, 0);
    call(100, afterAnswer(777), 20);
    serve(50, afterAnswer(777));
    expect(parent(100)).toMatchObject({ offset: 50 });
    expect(parent(0)).toMatchObject({ method: 'scope-both' });
  });

  test('a read that brought several answers says nothing of what was done after it', () => {
    const read = 40;
    links.call(SERVICE, PEER, OUT, OUT + 1, 0, 10, read, request(50), { ...NO_STEP, read });
    links.call(SERVICE, PEER, OUT, OUT + 1, 100, 20, read, request(60), { ...NO_STEP, read });
    call(200, afterCall(100), 45);
    serve(50, afterCall(100));
    links.review();
    expect(parent(200)).toBeNull();
    expect(parent(100)).toMatchObject({ offset: 60, method: 'scope-forward' });
  });

  test('nor does one that brought several requests', () => {
    for (const offset of [50, 60])
      links.serve(SERVICE, IN, IN + 1, offset, 0, 100, NO_SCOPE, { ...NO_STEP, read: 5, id: offset });
    call(0, request(60));
    expect(parent(0)).toBeNull();
    links.serve(SERVICE, IN, IN + 1, 70, 6, 100, NO_SCOPE, { ...NO_STEP, read: 6, id: 3 });
    call(100, request(70));
    expect(parent(100)).toMatchObject({ offset: 70, id: 3 });
  });

  test('a request that was read after something else on its connection is found by where that read began', () => {
    call(0, request(0));
    call(100, request(700), 20);
    for (const [offset, read, id] of [
      [33, 1, 1],
      [600, 2, 3],
    ])
      links.serve(SERVICE, IN, IN + 1, offset, read, 100, NO_SCOPE, { ...NO_STEP, read, id });
    links.received(IN, IN + 1, 0, 33);
    links.received(IN, IN + 1, 700, 600);
    expect(parent(0)).toMatchObject({ offset: 33, id: 1 });
    expect(parent(100)).toMatchObject({ offset: 600, id: 3 });
  });

  test('nobody knows which one was meant where that read ended one request and began another', () => {
    call(0, request(300));
    links.serve(SERVICE, IN, IN + 1, 0, 1, 100, NO_SCOPE, { ...NO_STEP, read: 2, id: 1 });
    links.serve(SERVICE, IN, IN + 1, 300, 2, 100, NO_SCOPE, { ...NO_STEP, read: 3, id: 3 });
    links.received(IN, IN + 1, 300, 0);
    expect(parent(0)).toBeNull();
  });

  test('a request of a stream that is not answered yet is waited for, since nobody knows its id', () => {
    const served = { ...NO_STEP, read: 1, id: 1 };
    links.serve(SERVICE, IN, IN + 1, 0, 1, 100, NO_SCOPE, served);
    call(0, request(600));
    expect(links.isAwaited(OUT, OUT + 1, 0)).toBe(true);
    expect(parent(0)).toBeNull();
    links.serve(SERVICE, IN, IN + 1, 600, 2, 100, NO_SCOPE, { ...served, read: 2, id: 3 });
    expect(links.isAwaited(OUT, OUT + 1, 0)).toBe(false);
    expect(parent(0)).toMatchObject({ offset: 600, id: 3 });
  });

  test('nor of which two requests began with one read, though they ended with others', () => {
    call(0, request(50));
    for (const [offset, read] of [
      [50, 6],
      [80, 7],
    ])
      links.serve(SERVICE, IN, IN + 1, offset, 5, 100, NO_SCOPE, { ...NO_STEP, read, id: offset });
    expect(parent(0)).toBeNull();
  });

  test('calls that a client puts off and writes at once belong to what was read, in order, the first ones too', () => {
    const pid = 1;
    const [page, ask] = [5, 6];
    const visit = (at: number, numbers: readonly number[]) => {
      const [wrote, read] = [at + 10, at + 20];
      for (const number of numbers)
        links.call(SERVICE, PEER, OUT, OUT + 1, number, wrote, read, request(numbers.at(-1) as number), {
          ...NO_STEP,
          pid,
          kind: ask,
          read,
          wrote,
        });
      for (const [i, number] of numbers.entries())
        links.serve(SERVICE, IN, IN + 1, number, at + i, at + 30 + i, NO_SCOPE, {
          ...NO_STEP,
          pid,
          kind: page,
          read: at + i,
          wrote: at + 30 + i,
        });
    };
    for (let i = 1; i < 10; i++) visit(i * 100, [i * 10]);
    visit(2000, [1000, 1010, 1020]);
    visit(3000, [2000, 2010]);
    links.review();
    for (const number of [1000, 1010, 1020, 2000, 2010])
      expect(parent(number)).toMatchObject({ clientStart: IN, offset: number });
  });

  test('where the two ways disagree in a class that mostly agrees, nothing is said', () => {
    for (let i = 1; i <= 20; i++) {
      call(i * 10, request(i), i * 10);
      serve(i, afterCall(i * 10), 0, 5000);
    }
    call(0, request(50));
    serve(60, afterCall(0));
    expect(parent(0)).toBeNull();
  });

  test('nor of the calls that led to the one where they disagree', () => {
    for (let i = 1; i <= 200; i++) {
      call(i * 10, request(i), i * 10);
      serve(i, afterCall(i * 10), 0, 5000);
    }
    call(5000, request(3), 2600);
    call(5001, afterCall(5000), 2610);
    serve(300, afterCall(5001), 0, 5000);
    expect(parent(5001)).toBeNull();
    expect(parent(5000)).toBeNull();
  });

  test('in a class that mostly disagrees only the way back counts', () => {
    for (let i = 1; i <= 100; i++) {
      call(i * 10, request(i), i * 10);
      serve(i + 1000, afterCall(i * 10), 0, 5000);
    }
    call(5000, request(3), 2000);
    serve(4000, afterCall(5000), 0, 5000);
    expect(parent(5000)).toMatchObject({ offset: 4000, method: 'scope-backward' });
    call(6000, request(4), 2500);
    expect(parent(6000)?.confidence).toBeLessThan(0.5);
  });

  test('nor does that way where one answer in a hundred is what two responses follow', () => {
    for (let i = 1; i <= 200; i++) {
      call(i, NO_SCOPE);
      serve(i, afterCall(i));
    }
    expect(parent(1)).toMatchObject({ offset: 1, method: 'scope-backward' });
    for (const i of [100, 200]) serve(1000 + i, afterCall(i));
    for (const offset of [1, 100, 199]) expect(parent(offset)).toBeNull();
  });

  test('nor where one response in a hundred comes after another request was read: a timer led to it, and to more', () => {
    for (let i = 1; i <= 200; i++) {
      call(i, NO_SCOPE);
      serve(i, afterCall(i));
    }
    serve(300, request(1));
    expect(parent(1)).toMatchObject({ offset: 1, method: 'scope-backward' });
    for (const i of [100, 200]) serve(1000 + i, scope(ScopeKind.SCOPE_REQUEST, 300, i));
    for (const offset of [1, 100, 199]) expect(parent(offset)).toBeNull();
  });

  test('and where the two ways mostly disagree too, a call on which they agree may be wrong both ways', () => {
    for (let i = 1; i <= 60; i++) {
      call(i, request(1000 + i));
      serve(i, afterCall(i));
    }
    call(100, request(100));
    serve(100, afterCall(100));
    expect(parent(100)).toMatchObject({ offset: 100, method: 'scope-both', confidence: 0.99 });
    for (const i of [10, 20]) serve(2000 + i, afterCall(i));
    expect(parent(100)).toMatchObject({ offset: 100, method: 'scope-both', confidence: 0.75 });
  });

  test('a call that began before its request, or after its response, is none of it', () => {
    call(0, request(50), 5);
    call(100, request(50), 300);
    serve(50, NO_SCOPE, 10, 200);
    expect(parent(0)).toBeNull();
    expect(parent(100)).toBeNull();
  });

  test('calls of a kind that was made on stale notes, by a timer, belong to none; those of another kind do', () => {
    const [WORK, TIMER] = [1, 2];
    for (let i = 1; i <= 60; i++) {
      call(i * 10, request(i), i * 100, SERVICE, WORK);
      call(i * 10 + 1, afterCall(i * 10), i * 100 + (i % 3 === 0 ? 80 : 20), SERVICE, TIMER);
      serve(i, afterCall(i * 10), i * 100 - 10, i * 100 + 50);
    }
    links.review();
    for (let i = 1; i <= 60; i++) {
      expect(parent(i * 10)).toMatchObject({ offset: i, confidence: 0.99 });
      expect(parent(i * 10 + 1)?.confidence ?? 0).toBeLessThan(0.5);
    }
  });

  test('nothing read, nothing linked; an unknown call has no parent', () => {
    call(0, NO_SCOPE);
    expect(parent(0)).toBeNull();
    expect(parent(12345)).toBeNull();
  });

  test('calls that name each other in a circle end', () => {
    call(0, afterCall(100), 10);
    call(100, afterCall(0), 10);
    expect(parent(0)).toBeNull();
    expect(parent(100)).toBeNull();
  });

  test('a process that is never called is left alone', () => {
    links.opened(2, 0);
    call(0, request(50), 10, 2);
    expect(parent(0)).toBeNull();
  });

  test('memory is bounded: the oldest go', () => {
    for (let i = 0; i < 300_000; i++) call(i * 50, request(i), i);
    expect(parent(299_999 * 50)).toMatchObject({ offset: 299_999 });
    let kept = 0;
    for (let i = 0; i < 300_000; i++) if (parent(i * 50) !== null) kept++;
    expect(kept).toBeLessThanOrEqual(65_536);
    expect(kept).toBeGreaterThan(30_000);
  });
});
