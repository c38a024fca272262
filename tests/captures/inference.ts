import type { ReplayedSession } from '@sonde/agent/replay';
import type { Counts } from './compare.ts';
import type { Expectation } from './manifest.ts';

/** Rows: what a conversation is; columns: what it was taken for. */
export type Confusion = Map<string, Map<string, number>>;

export const NOTHING = '-';

/** Counts, for every conversation with payload, its protocol by the expectation and by inference. */
export function addInference(
  confusion: Confusion,
  expectation: Expectation,
  sessions: readonly ReplayedSession[],
): void {
  const truth = new Map<string, Set<string>>();
  for (const [id, { client, server }] of expectation.streams) {
    const key = endsKey(client, server);
    const protocols = truth.get(key) ?? new Set();
    for (const protocol of expectation.protocols.get(id) ?? []) protocols.add(protocol);
    truth.set(key, protocols);
  }
  for (const { client, server, protocol } of sessions) {
    const protocols = [...(truth.get(endsKey(client, server)) ?? [])].map((name) => (name === 'grpc' ? 'http2' : name));
    const found = protocol === 'unknown' ? NOTHING : protocol;
    const row = protocols.includes(found) ? found : (protocols[0] ?? NOTHING);
    const cells = confusion.get(row) ?? new Map<string, number>();
    confusion.set(row, cells);
    cells.set(found, (cells.get(found) ?? 0) + 1);
  }
}

/** Conversations taken for what they are (matched), not (missing), and taken for what they are not (extra). */
export function countInference(confusion: Confusion): Counts {
  const counts = { matched: 0, missing: 0, extra: 0 };
  for (const [row, cells] of confusion) {
    for (const [found, count] of cells) {
      if (row !== NOTHING) counts[row === found ? 'matched' : 'missing'] += count;
      if (row !== found && found !== NOTHING) counts.extra += count;
    }
  }
  return counts;
}

export function endsKey(one: string, other: string): string {
  return [one, other]
    .map((end) => end.replace(/[[\]]/g, '').replace(/^::ffff:(?=\d+\.)/, ''))
    .sort()
    .join(' ');
}

/** Only what is not on the diagonal is spelled out. */
export function formatConfusion(confusion: Confusion): string {
  const lines = [...confusion]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([row, cells]) => {
      const total = [...cells.values()].reduce((sum, count) => sum + count, 0);
      const right = cells.get(row) ?? 0;
      const wrong = [...cells].filter(([name]) => name !== row).map(([name, count]) => `${name} ${count}`);
      return `${row.padEnd(14)}${String(total).padStart(7)}${String(right).padStart(7)}  ${wrong.join(', ')}`.trimEnd();
    });
  return `${'protocol'.padEnd(14)}${'convs'.padStart(7)}${'right'.padStart(7)}  taken for (- is none)\n${lines.join('\n')}\n`;
}
