import { NO_ID } from '@sonde/protocols';
import { beforeEach, describe, expect, test } from 'vitest';
import { ScopeKind } from '../capture/generated/events.ts';
import { Links } from './links.ts';
import { WorkScope } from './work-scope.ts';

const SERVICE = 1;
const PEER = 7;
const PID = 42;
/** Connections: requests come in on IN, calls go out on OUT. */
const [IN, OUT] = [100, 200];
/** The task of a connection, older than any request. */
const LOOP = 5;

const by = (task: number, noted = 0): WorkScope =>
  Object.assign(new WorkScope(), {
    pid: PID,
    task,
    ...(noted > 0 && { kind: ScopeKind.SCOPE_REQUEST, clientStart: IN, serverStart: IN + 1, offset: noted }),
  });

describe('links by the tasks of a runtime', () => {
  let links: Links;
  const call = (offset: number, task: number, at: number, noted = 0) =>
    links.call(SERVICE, PEER, OUT, OUT + 1, offset, at, at + 5, by(task, noted));
  const serve = (offset: number, task: number, first: number, last: number) =>
    links.serve(SERVICE, IN, IN + 1, offset, first, last, by(task));
  const parent = (offset: number) => links.parentOf(OUT, OUT + 1, offset);

  beforeEach(() => {
    links = new Links();
    links.opened(SERVICE, 0);
    links.opened(SERVICE, 1);
  });

  test('a call belongs to the request that its task answered, whichever record comes first', () => {
    call(0, LOOP, 1010);
    serve(1, LOOP, 1000, 1100);
    serve(2, LOOP, 1200, 1300);
    call(10, LOOP, 1250);
    expect(parent(0)).toEqual({
      clientStart: IN,
      serverStart: IN + 1,
      id: NO_ID,
      offset: 1,
      method: 'task',
      confidence: 0.999,
    });
    expect(parent(10)).toMatchObject({ offset: 2, method: 'task' });
  });

  test('between two requests of its task it belongs to none', () => {
    serve(1, LOOP, 1000, 1100);
    serve(2, LOOP, 1200, 1300);
    call(0, LOOP, 1150);
    expect(parent(0)).toBeNull();
  });

  test('a call of a task made for the request, and of one made by that', () => {
    links.tasks.line(PID, [1020, 1010, LOOP, 0]);
    call(0, 1020, 1030);
    call(10, 1010, 1015);
    serve(1, LOOP, 1000, 1100);
    expect(parent(0)).toMatchObject({ offset: 1, method: 'task' });
    expect(parent(10)).toMatchObject({ offset: 1, method: 'task' });
  });

  test('a request that a task answers which was made for it: calls of its maker count too', () => {
    links.tasks.line(PID, [1020, 1010, LOOP, 0]);
    call(0, 1010, 1015);
    serve(1, 1020, 1000, 1100);
    expect(parent(0)).toMatchObject({ offset: 1, method: 'task' });
  });

  test('what a request leaves running is none of the next one', () => {
    links.tasks.line(PID, [1010, LOOP, 0]);
    serve(1, LOOP, 1000, 1100);
    serve(2, LOOP, 1200, 1300);
    call(0, 1010, 1250);
    expect(parent(0)).toBeNull();
  });

  test('a task made for a request that goes on after it works for others too, and so do those that it makes', () => {
    links.tasks.line(PID, [1020, 1010, LOOP, 0]);
    serve(1, LOOP, 1000, 1100);
    call(0, 1010, 1015);
    call(10, 1020, 1030);
    expect(parent(0)).toMatchObject({ offset: 1 });
    call(20, 1010, 1040);
    call(30, 1020, 1150);
    expect(parent(20)).toBeNull();
    expect(parent(30)).toBeNull();
  });

  test('a call is awaited while its task has answered nothing, and nothing else says whose it is', () => {
    expect(links.mayWait).toBe(false);
    call(0, LOOP, 1010);
    expect(links.mayWait).toBe(true);
    expect(links.isAwaited(OUT, OUT + 1, 0)).toBe(true);
    serve(1, LOOP, 1000, 1100);
    expect(links.isAwaited(OUT, OUT + 1, 0)).toBe(false);
    expect(links.isAwaited(OUT, OUT + 1, 12345)).toBe(false);
  });

  test('a task that answers two requests at once links nothing', () => {
    serve(1, LOOP, 1000, 1100);
    call(0, LOOP, 1010);
    serve(2, LOOP, 1050, 1300);
    call(10, LOOP, 1200);
    expect(parent(0)).toBeNull();
    expect(parent(10)).toBeNull();
  });

  test('tasks of another process with the same id are others', () => {
    serve(1, LOOP, 1000, 1100);
    const other = Object.assign(by(LOOP), { pid: PID + 1 });
    links.call(SERVICE, PEER, OUT, OUT + 1, 0, 1010, 1020, other);
    expect(parent(0)).toBeNull();
  });

  test('while the request is not answered: what its task was noted to work on, as far as that was right', () => {
    call(0, LOOP, 10_010, 500);
    expect(parent(0)).toMatchObject({ offset: 500, method: 'scope-forward', confidence: 0.5 });
    for (let i = 1; i <= 60; i++) {
      call(i * 10, LOOP, i * 100 + 10, i);
      serve(i, LOOP, i * 100, i * 100 + 50);
      expect(parent(i * 10)).toMatchObject({ offset: i, method: 'task' });
    }
    expect(parent(0)).toMatchObject({ offset: 500, method: 'scope-forward', confidence: 1 });
  });

  test('a note is refuted by another task also where that one answers several requests at once', () => {
    serve(1, LOOP + 1, 1000, 1100);
    serve(2, LOOP + 1, 1050, 1150);
    call(0, LOOP, 1060, 1);
    expect(parent(0)).toBeNull();
  });

  test('a note that another task refutes counts for nothing, and those of its class for less', () => {
    for (let i = 1; i <= 60; i++) {
      call(i * 10, LOOP, i * 100 + 10, i);
      serve(i, LOOP + 1, i * 100, i * 100 + 50);
      expect(parent(i * 10)).toBeNull();
    }
    call(0, LOOP, 10_010, 500);
    expect(parent(0)?.confidence).toBeLessThan(0.1);
  });

  test('tasks that go on for others make those of their class that lead to a request less sure', () => {
    for (let i = 1; i <= 10; i++) {
      const [born, later] = [i * 1000 + 10, i * 1000 + 20];
      links.tasks.line(PID, [born, LOOP, 0]);
      links.tasks.line(PID, [later, born, LOOP, 0]);
      call(i * 10, born, i * 1000 + 30);
      if (i > 5) call(i * 10 + 1, later, i * 1000 + 500);
      serve(i, LOOP, i * 1000, i * 1000 + 100);
    }
    links.review();
    expect(parent(10)).toMatchObject({ offset: 1, method: 'task' });
    expect(parent(10)?.confidence).toBeLessThan(0.5);
  });

  test('so do tasks that make each other without end', () => {
    const FIRST = 2000;
    for (let i = 0; i < 40; i++) {
      links.tasks.line(PID, [FIRST + i, i === 0 ? LOOP : FIRST + i - 1, 0]);
      call(i * 10, FIRST + i, FIRST + i);
    }
    serve(1, LOOP, 1900, 3000);
    links.review();
    for (let i = 0; i < 40; i++) expect(parent(i * 10)?.confidence ?? 0).toBeLessThan(0.5);
  });
});
