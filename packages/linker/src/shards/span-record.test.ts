import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isRecord, RECORD_BYTES, readRecord, type SpanRecord, writeRecord } from './span-record.ts';

const word = fc.nat(2 ** 32 - 1);
const span = fc.tuple(word, word);
const trace = fc.tuple(word, word, word, word);

const record: fc.Arbitrary<SpanRecord> = fc
  .record({
    keys: fc.record({
      id: span,
      parent: span,
      trace,
      start: fc.double({ min: 0, max: 4e15, noNaN: true }),
      duration: fc.nat(1e9).map(Math.fround),
      source: fc.constantFrom('kernel' as const, 'application' as const),
      role: fc.constantFrom('client' as const, 'server' as const, 'inner' as const),
      host: word,
      method: fc.constantFrom('sequence', 'scope-backward', 'a'.repeat(20), '<twenty characters> '),
      confidence: fc.nat(10_000).map((number) => number / 10_000),
    }),
    context: fc.option(fc.record({ trace, span }), { nil: undefined }),
    halfKey: fc.option(span, { nil: undefined }),
    isDecided: fc.constantFrom(true, undefined),
    summary: fc.record({
      service: word,
      endpoint: word,
      hasError: fc.boolean(),
      rule: fc.constantFrom(null, 'always' as const, 'never' as const),
      application: fc.constantFrom(null, 'keep' as const, 'drop' as const),
      verdict: fc.constantFrom(null, 'kept' as const, 'dropped' as const),
    }),
  })
  .map(({ keys, context, halfKey, isDecided, summary }) => ({
    keys: {
      ...keys,
      ...(halfKey === undefined ? {} : { halfKey }),
      ...(isDecided ? { isDecided } : {}),
      ...(context === undefined ? {} : { context }),
    },
    summary,
  }));

test('a record is the same after the way', () => {
  fc.assert(
    fc.property(record, fc.nat(3), (each, at) => {
      const view = new DataView(new ArrayBuffer(RECORD_BYTES + at));
      writeRecord(view, at, each);
      expect(isRecord(view, at)).toBe(true);
      expect(readRecord(view, at)).toEqual(each);
    }),
  );
});

test('a method that does not fit is another; bytes that are no record are known', () => {
  const view = new DataView(new ArrayBuffer(RECORD_BYTES));
  const [each] = fc.sample(record, 1);
  for (const method of ['', 'm'.repeat(21), 'größer']) {
    writeRecord(view, 0, { ...each, keys: { ...each.keys, method } });
    expect(readRecord(view, 0).keys.method).toBe('other');
  }
  new Uint8Array(view.buffer).fill(0xff);
  expect(isRecord(view, 0)).toBe(false);
});
