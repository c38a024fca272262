import { expect, it } from 'vitest';
import { Call } from './call.ts';
import { CallTable } from './call-table.ts';

/** Ids as protocols make them: stream numbers, packet ids with a direction, hashes, near the largest safe integer. */
const id = (i: number) => [2 * i + 1, i * 2 ** 32 + 7, Number.MAX_SAFE_INTEGER - i, i << 14][i % 4];

function callOf(key: number): Call {
  const call = new Call();
  call.id = key;
  return call;
}

it('finds what a Map finds, in the order of age, whatever is added and removed', () => {
  const table = new CallTable();
  const map = new Map<number, Call>();
  let state = 12_345;
  const below = (limit: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  for (let step = 0; step < 20_000; step++) {
    const key = id(below(600));
    const known = map.get(key);
    expect(table.get(key)).toBe(known ?? null);
    if (known) {
      table.remove(known);
      map.delete(key);
    } else {
      const call = callOf(key);
      table.add(call);
      map.set(key, call);
    }
  }
  expect(table.list.length).toBe(map.size);
  const byAge: Call[] = [];
  for (let call = table.list.first; call; call = call.after) byAge.push(call);
  expect(byAge).toEqual([...map.values()]);
});

it('removing a call of another table changes nothing', () => {
  const table = new CallTable();
  const other = new CallTable();
  const [mine, foreign] = [callOf(1), callOf(1)];
  table.add(mine);
  other.add(foreign);
  table.remove(foreign);
  expect(table.get(1)).toBe(mine);
  expect(other.get(1)).toBe(foreign);
});
