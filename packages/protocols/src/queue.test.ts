import { expect, it } from 'vitest';
import { Queue } from './queue.ts';

it('is first in, first out, over the end of its ring and when it grows', () => {
  const queue = new Queue<number>();
  const array: number[] = [];
  for (let step = 0; step < 1000; step++) {
    if ((step * 7) % 11 < 6 || array.length === 0) {
      queue.push(step);
      array.push(step);
    } else expect(queue.shift()).toBe(array.shift());
    expect(queue.length).toBe(array.length);
    expect([queue.at(0), queue.at(array.length - 1), queue.at(array.length)]).toEqual([
      array[0],
      array.at(-1),
      undefined,
    ]);
  }
  queue.clear();
  expect([queue.length, queue.shift()]).toEqual([0, undefined]);
});
