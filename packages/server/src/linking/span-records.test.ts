import { ATTR, type EpochNanoseconds, type Nanoseconds } from '@sonde/model';
import type { SpanRow } from '@sonde/store';
import { expect, test } from 'vitest';
import { SpanRecords } from './span-records.ts';

const row = (attributes: SpanRow['attributes'], more: Partial<SpanRow> = {}): SpanRow => ({
  start: 1_700_000_000_123_456_789n as EpochNanoseconds,
  duration: 5e6 as Nanoseconds,
  traceId: '0000000100000002000000030000000a',
  spanId: '000000050000000b',
  parentSpanId: '',
  service: 'shop',
  instance: 'shop-1',
  host: 'node-1',
  kind: 'server',
  name: 'GET /',
  status: 'unset',
  statusMessage: '',
  attributes,
  links: '',
  events: '',
  ...more,
});
const records = new SpanRecords({ always: ['tier=gold', 'path=/a=b'], never: ['path=/health'] });
const kernel = { [ATTR.connection]: '00000000000000aa' };

test('what the linker needs: ids, times in microseconds, numbers of names that are the same everywhere', () => {
  const { keys } = records.of(row(kernel));
  expect(keys).toMatchObject({ id: [5, 11], parent: [0, 0], trace: [1, 2, 3, 10], duration: 5000, source: 'kernel' });
  expect(keys.start).toBeCloseTo(1_700_000_000_123_456.8, 0);
  const again = new SpanRecords({ always: [], never: [] });
  expect(again.of(row(kernel)).keys).toEqual(keys);
  expect(again.of(row(kernel, { host: 'node-2' })).keys.host).not.toBe(keys.host);
});

test('half of the network key: the client, its port and the place in what it sent, the same at both ends', () => {
  const half = (attributes: SpanRow['attributes'], more: Partial<SpanRow> = {}) =>
    records.of(row({ ...kernel, ...attributes }, more)).keys.halfKey;
  const place = { [ATTR.connection]: '000000aa000000bb', [ATTR.clientPort]: '40000', [ATTR.requestOffset]: '512' };
  const found = half(place);
  expect(found?.[0]).toBe(0xaa);
  expect(half({ ...place, [ATTR.connection]: '000000aa000000cc' }, { kind: 'client' })).toEqual(found);
  expect(half({ ...place, [ATTR.clientPort]: '40001' })).not.toEqual(found);
  expect(half({ ...place, [ATTR.requestOffset]: '513' })).not.toEqual(found);
  expect(half({})).toBeUndefined();
  expect(half({ ...place, [ATTR.connection]: 'none' })).toBeUndefined();
  expect(half(place, { kind: 'internal' })).toBeUndefined();
});

test.each([
  [{}, null],
  [{ tier: 'gold', path: '/health' }, 'always'],
  [{ path: '/a=b' }, 'always'],
  [{ path: '/health' }, 'never'],
  [{ path: '/healthy' }, null],
] as const)('rules: %o', (attributes, rule) => {
  expect(records.of(row({ ...kernel, ...attributes })).summary.rule).toBe(rule);
});

test('the application decided what its context says, or by sending its span', () => {
  const decided = (attributes: SpanRow['attributes']) => records.of(row(attributes)).summary.application;
  expect(decided(kernel)).toBeNull();
  expect(decided({ ...kernel, [ATTR.contextSampled]: 'true' })).toBe('keep');
  expect(decided({ ...kernel, [ATTR.contextSampled]: 'false' })).toBe('drop');
  expect(decided({})).toBe('keep');
});
