import { beforeEach, expect, test } from 'vitest';
import { type Read, Runs } from './runs.ts';

const [REQUEST, ANSWER, LAST] = [1, 2, 3];

let runs: Runs;
let clock: number;
beforeEach(() => {
  runs = new Runs();
  clock = 0;
});

/** Reads of these kinds, each with a place that follows from when it came. */
function read(...kinds: number[]): Read[] {
  return kinds.map((kind) => {
    const one = { time: ++clock, kind, place: clock * 100 };
    runs.read(one);
    return one;
  });
}

/** One write in which this many commands lie. */
function write(count = 1): number[] {
  clock++;
  return Array.from({ length: count }, (_, i) => {
    runs.write(clock, clock * 100 + i);
    return clock * 100 + i;
  });
}

/** By place: that of the read, null or undefined. */
function resolve(until = Number.POSITIVE_INFINITY): Map<number, number | null | undefined> {
  const told = new Map<number, number | null | undefined>();
  runs.resolve(until, (place, of) => told.set(place, of === null ? null : of?.place));
  return told;
}

/** Requests one at a time: read, a command, its answer, another command, whose answer is the last. */
function learn(): void {
  for (let i = 0; i < 6; i++) {
    for (const kind of [REQUEST, ANSWER]) {
      read(kind);
      write();
    }
    read(LAST);
  }
  resolve();
}

test('one read owns all that is written after it', () => {
  const [request] = read(REQUEST);
  const places = write(3);
  expect([...resolve()]).toEqual(places.map((place) => [place, request.place]));
});

test('of several reads and one write nothing is known at first, and of several writes nobody knows', () => {
  read(REQUEST, REQUEST);
  const [alone] = write();
  read(REQUEST, REQUEST);
  const [a, b] = write(2);
  expect([...resolve()]).toEqual([
    [alone, undefined],
    [a, null],
    [b, null],
  ]);
});

test('once it is known what follows what, each of several gets its own, in order', () => {
  learn();
  const [first, , answer, second] = read(REQUEST, LAST, ANSWER, REQUEST);
  const [a, b, c] = write(3);
  expect([...resolve()]).toEqual([
    [a, first.place],
    [b, answer.place],
    [c, second.place],
  ]);
});

test('where it does not add up, nobody knows', () => {
  learn();
  read(REQUEST, REQUEST);
  const [a, b, c] = write(3);
  expect([...resolve()]).toEqual([a, b, c].map((place) => [place, null]));
});

test('a read that is sometimes followed by a command and sometimes not says nothing', () => {
  learn();
  for (let i = 0; i < 6; i++) read(REQUEST);
  const [alone] = write();
  resolve();
  read(REQUEST, REQUEST);
  const [a, b] = write(2);
  expect(alone).toBeGreaterThan(0);
  expect([...resolve()]).toEqual([a, b].map((place) => [place, null]));
});

test('what comes out of order is put in order, and what may go on waits', () => {
  learn();
  runs.write(1003, 7);
  runs.write(1003, 8);
  runs.read({ time: 1002, kind: REQUEST, place: 2 });
  runs.read({ time: 1001, kind: ANSWER, place: 1 });
  expect(resolve(1003).size).toBe(0);
  expect(resolve(1004).size).toBe(0);
  runs.read({ time: 1010, kind: REQUEST, place: 3 });
  expect([...resolve(1004)]).toEqual([
    [7, 1],
    [8, 2],
  ]);
});
