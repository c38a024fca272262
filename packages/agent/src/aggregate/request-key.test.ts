import fc from 'fast-check';
import { expect, test } from 'vitest';
import { requestKey } from './request-key.ts';

const u32 = fc.nat(0xffff_ffff);
const offset = fc.nat(Number.MAX_SAFE_INTEGER);

test('ids have the form of W3C trace context, and are never all zero', () => {
  fc.assert(
    fc.property(u32, u32, offset, fc.nat(100), (client, server, at, id) => {
      const key = requestKey(client, server, at, id);
      expect(key.trace).toMatch(/^(?!0{32})[0-9a-f]{32}$/);
      expect(key.client).toMatch(/^(?!0{16})[0-9a-f]{16}$/);
      expect(key.server).toMatch(/^(?!0{16})[0-9a-f]{16}$/);
      expect(key.client).not.toBe(key.server);
    }),
  );
});

test('the same in every version: agents of two versions must agree on an id', () => {
  expect(requestKey(1, 2, 3)).toEqual({
    trace: '451bc9025d4b32ef36335af351f99ba6',
    client: '402e024f4eafc6a6',
    server: 'f24cdb8ba409afd2',
  });
  expect(requestKey(0xdead_beef, 0x0123_4567, 2 ** 40 + 17, 5)).toEqual({
    trace: '2f118763757e0bd611ba37dd623c6153',
    client: 'd271d41356d9c222',
    server: '2878b546f6888788',
  });
});

test('other requests have other ids', () => {
  const keys = [
    requestKey(1, 2, 0),
    requestKey(2, 1, 0),
    requestKey(1, 3, 0),
    requestKey(1, 2, 1),
    requestKey(1, 2, 2 ** 32),
    requestKey(1, 2, 2 ** 32 + 1),
    requestKey(1, 2, 0, 0),
    requestKey(1, 2, 0, 1),
  ];
  for (const part of ['trace', 'client', 'server'] as const) {
    expect(new Set(keys.map((key) => key[part])).size).toBe(keys.length);
  }
});

test('100 000 neighbouring requests collide in nothing', () => {
  const seen = new Set<string>();
  for (let i = 0; i < 100_000; i++) seen.add(requestKey(1000 + (i % 100), 77, Math.floor(i / 100) * 64).client);
  expect(seen.size).toBe(100_000);
});
