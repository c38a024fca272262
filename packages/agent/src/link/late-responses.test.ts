import { beforeEach, expect, test } from 'vitest';
import { ScopeKind } from '../capture/generated/events.ts';
import { LateResponses, LIKELY, MAYBE, SURE } from './late-responses.ts';
import { NO_SCOPE, WorkScope } from './work-scope.ts';
import { CALL, SERVE, WorkTable } from './work-table.ts';

const PID = 1;
const [IN, OTHER, OUT] = [100, 200, 300];

let table: WorkTable;
let late: LateResponses;
let offset = 0;

/** A request was read on a connection, and answered. */
function serve(connection: number, read: number, wrote: number): number {
  const place = table.add(SERVE, connection, connection + 1, ++offset, read, wrote, NO_SCOPE, read);
  late.response(PID, read, wrote, place);
  return place;
}

/** A call was made after the answer to another one was read, if that is given. */
function call(wrote: number, read: number, after?: number): number {
  const before = new WorkScope();
  if (after !== undefined)
    Object.assign(before, {
      kind: ScopeKind.SCOPE_CALL,
      clientStart: OUT,
      serverStart: OUT + 1,
      offset: table.offset[after],
    });
  const place = table.add(CALL, OUT, OUT + 1, ++offset, wrote, read, before, read);
  late.call(PID, wrote, read, place);
  return place;
}

function resolve(until = Number.POSITIVE_INFINITY): [number, number][] {
  const told: [number, number][] = [];
  late.resolve(until, (place, evidence) => told.push([place, evidence]));
  return told;
}

beforeEach(() => {
  table = new WorkTable();
  late = new LateResponses(table);
});

test('the only read since the last response on a connection is the one that the next goes back to', () => {
  const first = serve(IN, 10, 20);
  call(15, 30);
  const second = serve(IN, 12, 40);
  call(16, 50);
  call(17, 51);
  const third = serve(IN, 13, 60);
  expect(resolve()).toEqual([
    [first, MAYBE],
    [second, SURE],
    [third, MAYBE],
  ]);
  expect(resolve()).toEqual([]);
});

test('likely is the last one, where the others were followed by calls', () => {
  const first = serve(IN, 10, 20);
  const before = call(15, 30);
  call(31, 40, before);
  const second = serve(IN, 12, 50);
  expect(resolve()).toEqual([
    [first, MAYBE],
    [second, LIKELY],
  ]);
});

test('what was put off on one connection may come after responses on others', () => {
  const [first, other] = [serve(IN, 10, 20), serve(OTHER, 11, 21)];
  call(15, 30);
  const second = serve(OTHER, 12, 40);
  call(16, 50);
  const third = serve(IN, 13, 60);
  expect(resolve()).toEqual([
    [first, MAYBE],
    [other, MAYBE],
    [second, SURE],
    [third, MAYBE],
  ]);
});

test('of responses that were sent at once nobody knows which one it is', () => {
  const first = serve(IN, 10, 20);
  call(15, 30);
  const [second, third] = [serve(IN, 12, 40), serve(IN, 13, 40)];
  expect(resolve()).toEqual([
    [first, MAYBE],
    [second, MAYBE],
    [third, MAYBE],
  ]);
});

test('what comes late is put in order, up to a time', () => {
  const third = serve(IN, 13, 60);
  const [first, second] = [serve(IN, 10, 20), serve(IN, 12, 40)];
  expect(resolve(15)).toEqual([]);
  call(16, 50);
  call(15, 30);
  expect(resolve(45)).toEqual([
    [first, MAYBE],
    [second, SURE],
  ]);
  expect(resolve()).toEqual([[third, SURE]]);
});
