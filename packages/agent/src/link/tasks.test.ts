import { expect, test } from 'vitest';
import { NO_TASK, Tasks } from './tasks.ts';

const PID = 7;

test('a task is one number, another one in another process', () => {
  const tasks = new Tasks();
  expect(tasks.of(PID, 100)).toBe(tasks.of(PID, 100));
  expect(tasks.of(PID, 100)).not.toBe(tasks.of(PID, 101));
  expect(tasks.of(PID, 100)).not.toBe(tasks.of(PID + 1, 100));
});

test('who made whom, up to the first that nobody saw made', () => {
  const tasks = new Tasks();
  tasks.line(PID, [300, 200, 100, 0, 50]);
  expect(tasks.parent(tasks.of(PID, 300))).toBe(tasks.of(PID, 200));
  expect(tasks.parent(tasks.of(PID, 200))).toBe(tasks.of(PID, 100));
  expect(tasks.parent(tasks.of(PID, 100))).toBe(NO_TASK);
  expect(tasks.parent(tasks.of(PID, 50))).toBe(NO_TASK);
  expect(tasks.born(tasks.of(PID, 200))).toBe(200);
});

test('memory is bounded: the oldest go, and nothing is known of them', () => {
  const tasks = new Tasks();
  const first = tasks.of(PID, 1);
  tasks.answered(first, 9);
  tasks.share(first);
  for (let id = 2; id < 500_000; id++) tasks.of(PID, id);
  expect(tasks.latest(first, -1)).toBe(-1);
  expect(tasks.isShared(first)).toBe(false);
  tasks.answered(first, 3);
  tasks.share(first);
  const again = tasks.of(PID, 1);
  expect(again).not.toBe(first);
  expect(tasks.latest(again, -1)).toBe(-1);
  expect(tasks.isShared(again)).toBe(false);
});
