import { expect, test } from 'vitest';
import { ReadPlaces } from './read-places.ts';

test('a read is found by its time, as long as it is kept', () => {
  const places = new ReadPlaces();
  expect(places.at(5)).toBe(-1);
  for (let i = 0; i < 300; i++) places.add(i * 100, i * 10);
  places.add(29_950, 2990);
  expect(places.at(2990)).toBe(29_900);
  expect(places.at(440)).toBe(4400);
  expect(places.at(430)).toBe(-1);
  expect(places.at(445)).toBe(-1);
  expect(places.at(3000)).toBe(-1);
});
