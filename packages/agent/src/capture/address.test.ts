import { symbols } from '@sonde/protocols';
import { expect, test } from 'vitest';
import { addressSymbol, addressText, endpointSymbol, endpointText, hex64, zeroTerminated } from './address.ts';

/** 16 bytes, two hex digits each. */
const address = (hex: string) =>
  Uint8Array.from(hex.replaceAll(' ', '').match(/../g) ?? [], (two) => Number(`0x${two}`));

const MAPPED = address('0000 0000 0000 0000 0000 ffff 0a00 0102');
const DOCUMENTATION = address('2001 0db8 0000 0000 0001 0000 0000 0001');

/** RFC 5952 sections 4 and 5. */
test.each([
  ['0000 0000 0000 0000 0000 ffff c000 0201', '192.0.2.1'],
  ['0000 0000 0000 0000 0000 0000 0000 0001', '::1'],
  ['0000 0000 0000 0000 0000 0000 0000 0000', '::'],
  ['2001 0db8 0000 0000 0001 0000 0000 0001', '2001:db8::1:0:0:1'],
  ['2001 0db8 0000 0001 0001 0001 0001 0001', '2001:db8:0:1:1:1:1:1'],
  ['2001 0000 0000 0001 0000 0000 0000 0001', '2001:0:0:1::1'],
  ['fe80 0000 0000 0000 0000 0000 0000 0000', 'fe80::'],
  ['0001 0002 0003 0004 0005 0006 0007 abcd', '1:2:3:4:5:6:7:abcd'],
  ['0000 0000 0000 0000 0001 ffff 0a00 0001', '::1:ffff:a00:1'],
])('%s is %s', (hex, text) => expect(addressText(address(hex), 0)).toBe(text));

test('an address in the middle of a record', () => {
  const bytes = new Uint8Array(40).fill(0xee);
  bytes.set(MAPPED, 13);
  expect(addressText(bytes, 13)).toBe('10.0.1.2');
});

test('a port after it: IPv6 in brackets', () => {
  expect(endpointText(MAPPED, 0, 8080)).toBe('10.0.1.2:8080');
  expect(endpointText(DOCUMENTATION, 0, 443)).toBe('[2001:db8::1:0:0:1]:443');
});

test('the same address has the same symbol', () => {
  expect(symbols.text(addressSymbol(MAPPED, 0))).toBe('10.0.1.2');
  expect(addressSymbol(MAPPED, 0)).toBe(addressSymbol(MAPPED.slice(), 0));
  expect(symbols.text(endpointSymbol(MAPPED, 0, 80))).toBe('10.0.1.2:80');
  expect(endpointSymbol(MAPPED, 0, 80)).not.toBe(endpointSymbol(MAPPED, 0, 81));
});

test.each([
  [0, 0, '0000000000000000'],
  [1, 0xffff_ffff, '00000001ffffffff'],
  [0xdead_beef, 0x0123_4567, 'deadbeef01234567'],
  [-1, -2147483648, 'ffffffff80000000'],
])('%i and %i are %s', (high, low, text) => expect(hex64(high, low)).toBe(text));

test('a C string ends at its zero, or at the end of its field', () => {
  const bytes = new TextEncoder().encode('/bin/a\0rest\0');
  expect(zeroTerminated(bytes, 0, 12)).toBe('/bin/a');
  expect(zeroTerminated(bytes, 7, 10)).toBe('res');
  expect(zeroTerminated(bytes, 7, 12)).toBe('rest');
  expect(zeroTerminated(bytes.subarray(0, 4), 0, 4)).toBe('/bin');
});
