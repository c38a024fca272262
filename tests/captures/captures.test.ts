import { afterAll, describe, expect, it } from 'vitest';
import { type Comparison, type Counts, compare, type Disagreement } from './compare.ts';
import { isSameSet, readFloors, writeFloors } from './floors.ts';
import { addInference, type Confusion, countInference, formatConfusion } from './inference.ts';
import { readManifest, type Trust } from './manifest.ts';
import { formatReport } from './report.ts';

/**
 * Captures of others, each with an expectation by independent readers. They are not part of the repository.
 * SONDE_CAPTURES names their folder, SONDE_CAPTURES_SHOW=1 prints every disagreement, SONDE_UPDATE=1 raises the floors.
 */
const captures = readManifest();
const NEGATIVE = 'negative';
const INFERENCE = 'inference';
const MOST_MS = 10_000;

const byTrust = new Map<string, Map<string, Counts>>();
const disagreements: (Disagreement & { readonly trust: Trust })[] = [];
const confusion: Confusion = new Map();

function add(trust: Trust, { counts, disagreements: found, expectation, sessions }: Comparison): void {
  const group = trust <= 'B' ? 'AB' : trust;
  const totals = byTrust.get(group) ?? new Map<string, Counts>();
  byTrust.set(group, totals);
  for (const [name, { matched, missing, extra }] of counts) {
    const key = trust === 'D' ? NEGATIVE : name;
    const total = totals.get(key) ?? { matched: 0, missing: 0, extra: 0 };
    totals.set(key, total);
    total.matched += matched;
    total.missing += missing;
    total.extra += extra;
  }
  disagreements.push(...found.map((one) => ({ ...one, trust })));
  addInference(confusion, expectation, sessions);
}

if (!captures) {
  process.stdout.write('captures: skipped: no captures (SONDE_CAPTURES names their folder)\n');
}

describe.skipIf(!captures)('captures of others', () => {
  it.each((captures ?? []).map((capture) => [capture.file, capture] as const))('%s', async (_, capture) => {
    const started = performance.now();
    add(capture.trust, await compare(capture));
    expect(performance.now() - started).toBeLessThan(MOST_MS);
  });

  describe('floors', () => {
    const floors = readFloors();
    const reached = () =>
      new Map([...(byTrust.get('AB') ?? []), ...(byTrust.get('D') ?? []), [INFERENCE, countInference(confusion)]]);

    it.each(Object.keys(floors))('%s', (name) => {
      const counts = reached().get(name) ?? { matched: 0, missing: 0, extra: 0 };
      const floor = floors[name];
      if (!isSameSet(floor, counts)) {
        process.stdout.write(`captures: ${name}: other captures than the floor was set with, reported only\n`);
        return;
      }
      const lines = disagreements.filter(({ protocol, trust }) => protocol === name && trust <= 'B');
      const why = lines.map(({ file, kind, text }) => `${file}: ${kind} ${text}`).join('\n');
      expect(counts.missing, why).toBeLessThanOrEqual(floor.missing);
      expect(counts.extra, why).toBeLessThanOrEqual(floor.extra);
    });

    afterAll(() => {
      if (process.env.SONDE_UPDATE) writeFloors(reached());
    });
  });

  afterAll(() => {
    process.stdout.write(`\n${formatReport(byTrust)}\n${formatConfusion(confusion)}`);
    if (!process.env.SONDE_CAPTURES_SHOW) return;
    for (const { trust, file, protocol, kind, text } of disagreements) {
      process.stdout.write(`${trust} ${file} ${protocol} ${kind} ${text}\n`);
    }
  });
});
