import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Counts } from './compare.ts';

const FILE = join(import.meta.dirname, '../golden/captures.json');

/**
 * What is reached, by protocol, over the expectations that can be trusted (A and B). `negative` counts D's extras,
 * `inference` conversations of all captures.
 */
export type Floors = Record<string, Counts>;

export function readFloors(): Floors {
  return JSON.parse(readFileSync(FILE, 'utf8')) as Floors;
}

/** Whether the floor was set with as many transactions as were found now: else other captures are here. */
export function isSameSet(floor: Counts | undefined, counts: Counts): floor is Counts {
  return floor !== undefined && floor.matched + floor.missing === counts.matched + counts.missing;
}

/** Raises floors; one that would sink stays. */
export function writeFloors(reached: ReadonlyMap<string, Counts>): void {
  const floors = readFloors();
  for (const [protocol, counts] of reached) {
    const floor = floors[protocol];
    const worse = isSameSet(floor, counts) && (counts.missing > floor.missing || counts.extra > floor.extra);
    if (!worse) floors[protocol] = { ...counts };
  }
  const sorted = Object.entries(floors).sort(([a], [b]) => a.localeCompare(b));
  const lines = sorted.map(([name, counts]) => `  ${JSON.stringify(name)}: ${JSON.stringify(counts)}`);
  writeFileSync(FILE, `{\n${lines.join(',\n')}\n}\n`);
}
