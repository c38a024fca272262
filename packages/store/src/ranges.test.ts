import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RangeSet } from './ranges.ts';

test('holds what was added and nothing else, in as few ranges as there are gaps', () => {
  const numbers = fc.array(fc.tuple(fc.nat(60), fc.nat(5)), { maxLength: 40 });
  fc.assert(
    fc.property(numbers, (added) => {
      const set = new RangeSet();
      const expected = new Set<number>();
      for (const [low, width] of added) {
        set.add(low, low + width);
        for (let value = low; value <= low + width; value++) expected.add(value);
      }
      const all = Array.from({ length: 70 }, (_, value) => value);
      expect(all.filter((value) => set.has(value))).toEqual(all.filter((value) => expected.has(value)));
      expect(set.ranges).toBe(all.filter((value) => expected.has(value) && !expected.has(value - 1)).length);
    }),
  );
});
