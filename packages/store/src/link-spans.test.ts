import type { EpochNanoseconds, Nanoseconds } from '@sonde/model';
import { expect, test } from 'vitest';
import type { SpanRow } from './rows.ts';
import { intakeOf, openStore, temporaryFolder } from './test-store.ts';

const LINKING = { window: 300_000, clockBound: 10_000, unfollowed: '^/health$' };
const now = Date.now();
const trace = (number: number) => `a${number.toString(16).padStart(31, '0')}`;
const id = (number: number) => `b${number.toString(16).padStart(15, '0')}`;

/** Of a host of its own, whose clock is ahead by `ahead` ms. */
const row = (number: number, parent: number | null, ahead = 0, attributes: Record<string, string> = {}): SpanRow => ({
  start: (BigInt(now - 60_000 + ahead) * 1_000_000n) as EpochNanoseconds,
  duration: 1e9 as Nanoseconds,
  traceId: trace(number),
  spanId: id(number),
  parentSpanId: parent === null ? '' : id(parent),
  service: 'shop',
  instance: '',
  host: `node-${number}`,
  kind: 'server',
  name: 'GET /',
  status: 'unset',
  statusMessage: '',
  attributes: { 'sonde.connection': id(number), ...attributes },
  links: '',
  events: '',
});

test('a chain of 250 trace ids, in any order of their names, is one trace; a run may be repeated', async () => {
  using folder = temporaryFolder();
  await using store = await openStore(folder.path);
  const chain = Array.from({ length: 250 }, (_, i) => row(i + 1, i === 0 ? null : i, ((i * 7919) % 250) * 30));
  const late = row(500, 1, -11_000);
  const health = row(600, null, 0, {
    'url.path': '/health',
    'sonde.context.trace_id': trace(1),
    'sonde.context.span_id': id(1),
  });
  await store.write({ ...intakeOf([]), spans: [...chain.toReversed(), late, health] });
  for (const run of [0, 1]) {
    await store.linkSpans(LINKING, now + run);
    const names = await store.traceNames([trace(125)]);
    expect([...names.keys()].sort()).toEqual(chain.map(({ traceId }) => traceId).sort());
    expect(new Set(names.values())).toEqual(new Set([trace(1)]));
  }
  for (const each of [late, health])
    expect([...(await store.traceNames([each.traceId])).keys()]).toEqual([each.traceId]);
});
