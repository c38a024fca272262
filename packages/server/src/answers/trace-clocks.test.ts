import type { EpochNanoseconds, Nanoseconds } from '@sonde/model';
import type { SpanRow } from '@sonde/store';
import { expect, test } from 'vitest';
import { clockShifts } from './trace-clocks.ts';

const MS = 1_000_000n;

function span(spanId: string, host: string, start: bigint, duration: bigint): SpanRow {
  return {
    start: (start * MS) as EpochNanoseconds,
    duration: Number(duration * MS) as Nanoseconds,
    traceId: '1'.padStart(32, '0'),
    spanId,
    parentSpanId: '',
    service: host,
    instance: '',
    host,
    kind: 'server',
    name: '',
    status: 'unset',
    statusMessage: '',
    attributes: {},
    links: '',
    events: '',
  };
}

test.each([
  ['sequence', 1, -5_000_000],
  ['client-sequence', 0.99, -5_000_000],
  ['scope-both', 0.99, undefined],
])('a call between hosts that is linked by %s bounds their clocks', (method, confidence, shift) => {
  // By its own clock the server began 5 ms before it was called, and took as long as the call.
  const spans = [span('a', 'one', 100n, 10n), span('b', 'two', 95n, 10n)];
  const shifts = clockShifts(spans, new Map([['b', { parent: 'a', method, confidence }]]), 'one');
  expect(shifts.get('two')).toBe(shift);
});
