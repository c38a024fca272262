import { expect, it } from 'vitest';
import { mix } from './color.ts';

it.each([
  ['#ffffff', '#000000', 0.5, '#808080'],
  ['#fff', '#000', 0, '#000000'],
  ['#2f6fdb', '#fff', 1, '#2f6fdb'],
  ['#102030', '#304050', 0.25, '#283848'],
])('%s in %s, %d of it, is %s', (color, ground, share, expected) => {
  expect(mix(color, ground, share)).toBe(expected);
});
