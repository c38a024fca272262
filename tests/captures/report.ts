import type { Counts } from './compare.ts';

/** Matched, missing and extra exchanges by protocol; first where the expectation can be trusted, then where it cannot. */
export function formatReport(byTrust: ReadonlyMap<string, ReadonlyMap<string, Counts>>): string {
  const trusted = byTrust.get('AB') ?? new Map<string, Counts>();
  const doubtful = byTrust.get('C') ?? new Map<string, Counts>();
  const names = [...new Set([...trusted.keys(), ...doubtful.keys()])].sort();
  const rows = names.map((name) => row(name, trusted.get(name), doubtful.get(name)));
  const all = [...trusted.values()].reduce(sum, { matched: 0, missing: 0, extra: 0 });
  const negative = [...(byTrust.get('D') ?? new Map<string, Counts>()).values()].reduce(sum, {
    matched: 0,
    missing: 0,
    extra: 0,
  });
  const heading = row('captures', undefined, undefined, [
    'matched',
    'missing',
    'extra',
    '',
    'matched',
    'missing',
    'extra',
  ]);
  const groups = `${' '.repeat(14)}${'trusted expectation'.padEnd(34)}doubtful expectation`;
  return [
    groups,
    heading,
    ...rows,
    row('all', all, undefined),
    `of no known protocol: ${negative.extra} extra`,
    '',
  ].join('\n');
}

function sum(total: Counts, { matched, missing, extra }: Counts): Counts {
  return { matched: total.matched + matched, missing: total.missing + missing, extra: total.extra + extra };
}

function row(name: string, trusted?: Counts, doubtful?: Counts, titles?: readonly string[]): string {
  const cells = titles ?? [...three(trusted), share(trusted), ...three(doubtful)];
  return `${name.padEnd(14)}${cells.map((cell) => cell.padStart(8)).join('')}`.trimEnd();
}

function three(counts?: Counts): string[] {
  return counts ? [counts.matched, counts.missing, counts.extra].map(String) : ['', '', ''];
}

function share(counts?: Counts): string {
  const total = counts ? counts.matched + counts.missing : 0;
  return counts && total > 0 ? `${((counts.matched / total) * 100).toFixed(1)} %` : '';
}
