import { beforeEach, expect, test } from 'vitest';
import { type Read, Runs } from './runs.ts';

/** Kinds of reads, and of the commands that follow the first two. */
const [REQUEST, ANSWER, LAST] = [1, 2, 3];
const [ASK, TELL] = [11, 12];

let runs: Runs;
let clock: number;
/** Places of reads whose request was answered. */
let over: Set<number>;
beforeEach(() => {
  runs = new Runs();
  clock = 0;
  over = new Set();
});

/** Reads of these kinds, each with a place that follows from when it came. */
function read(...kinds: number[]): Read[] {
  return kinds.map((kind) => {
    const one = { time: ++clock, kind, place: clock * 100 };
    runs.read(one);
    return one;
  });
}

/** One write of commands of these kinds. */
function write(...kinds: number[]): number[] {
  clock++;
  return kinds.map((kind, i) => {
    runs.write(clock, kind, clock * 100 + i);
    return clock * 100 + i;
  });
}

/** By place: that of the read, null or undefined. */
function resolve(until = Number.POSITIVE_INFINITY): [number, number | null | undefined][] {
  const told: [number, number | null | undefined][] = [];
  runs.resolve(
    until,
    (place, of) => told.push([place, of === null ? null : of?.place]),
    ({ place }) => over.has(place),
  );
  return told;
}

/** Requests one at a time: read, a command, its answer, another command, whose answer is the last. */
function learn(): void {
  for (let i = 0; i < 6; i++) {
    read(REQUEST);
    write(ASK);
    read(ANSWER);
    write(TELL);
    read(LAST);
  }
  resolve();
}

test('one read owns all that is written after it', () => {
  const [request] = read(REQUEST);
  const places = write(ASK, ASK, TELL);
  expect(resolve()).toEqual(places.map((place) => [place, request.place]));
});

test('of several reads and one write nothing is known at first, and of several writes nobody knows', () => {
  read(REQUEST, REQUEST);
  const [alone] = write(ASK);
  read(REQUEST, REQUEST);
  const [a, b] = write(ASK, ASK);
  expect(resolve()).toEqual([
    [alone, undefined],
    [a, null],
    [b, null],
  ]);
});

test('once it is known what follows what, each of several gets its own, in order', () => {
  learn();
  const [first, , answer, second] = read(REQUEST, LAST, ANSWER, REQUEST);
  const [a, b, c] = write(ASK, ASK, TELL);
  expect(resolve()).toEqual([
    [a, first.place],
    [b, second.place],
    [c, answer.place],
  ]);
});

test('what was learned elsewhere counts', () => {
  for (let i = 0; i < 6; i++) runs.learn(REQUEST, new Map([[ASK, 2]]));
  const [first, second] = read(REQUEST, REQUEST);
  const places = write(ASK, ASK, ASK, ASK);
  const owners = [first, first, second, second];
  expect(resolve()).toEqual(places.map((place, i) => [place, owners[i].place]));
});

test('many at once do not unlearn what follows one', () => {
  learn();
  for (let i = 0; i < 50; i++) {
    const reads = read(REQUEST, REQUEST, REQUEST);
    const places = write(ASK, ASK, ASK);
    expect(resolve()).toEqual(places.map((place, at) => [place, reads[at].place]));
  }
});

test('a command that is late belongs to the request that waits for it, and not to what was read since', () => {
  learn();
  const [first, second] = read(REQUEST, REQUEST);
  const [a] = write(ASK);
  read(LAST);
  const [b] = write(ASK);
  expect(resolve()).toEqual([
    [a, first.place],
    [b, second.place],
  ]);
});

test('a request that was answered without its command waits for none', () => {
  learn();
  const [first, second] = read(REQUEST, REQUEST);
  over.add(first.place);
  const [a] = write(ASK);
  expect(resolve()).toEqual([[a, second.place]]);
});

test('where more is written than usual, nobody knows', () => {
  learn();
  read(REQUEST, REQUEST);
  const places = write(ASK, ASK, ASK);
  expect(resolve()).toEqual(places.map((place) => [place, null]));
});

test('a read that is sometimes followed by a command and sometimes not says nothing', () => {
  learn();
  const silent = read(REQUEST, REQUEST, REQUEST, REQUEST, REQUEST, REQUEST);
  for (const { place } of silent) over.add(place);
  read(LAST);
  write(TELL);
  resolve();
  read(REQUEST, REQUEST);
  const places = write(ASK, ASK);
  expect(resolve()).toEqual(places.map((place) => [place, null]));
});

test('it is said whether another read could be meant', () => {
  learn();
  const isOnly: boolean[] = [];
  const tell = () => runs.resolve(Number.POSITIVE_INFINITY, (_place, _read, only) => isOnly.push(only));
  read(REQUEST, ANSWER);
  write(ASK, TELL);
  tell();
  read(REQUEST, REQUEST);
  write(ASK, ASK);
  tell();
  expect(isOnly).toEqual([true, true, false, false]);
});

test('what comes out of order is put in order, and what may go on waits', () => {
  learn();
  runs.write(1003, ASK, 7);
  runs.write(1003, TELL, 8);
  runs.read({ time: 1002, kind: REQUEST, place: 2 });
  runs.read({ time: 1001, kind: ANSWER, place: 1 });
  expect(resolve(1003)).toEqual([]);
  expect(resolve(1004)).toEqual([]);
  runs.read({ time: 1010, kind: REQUEST, place: 3 });
  expect(resolve(1004)).toEqual([
    [7, 2],
    [8, 1],
  ]);
});
