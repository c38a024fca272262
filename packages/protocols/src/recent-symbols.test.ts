import { expect, test } from 'vitest';
import { RecentSymbols } from './recent-symbols.ts';
import { EMPTY, OTHER } from './symbols.ts';

const encoder = new TextEncoder();
const symbolOf = (symbols: RecentSymbols, text: string) =>
  symbols.of(encoder.encode(text), 0, encoder.encode(text).length);

test('a text is found again until so many others came, and then no other one in its place', () => {
  const texts = Array.from({ length: 1000 }, (_, i) => `/users/${i}`);
  const recent = new RecentSymbols(64);
  const made = texts.map((text, i) => {
    const symbol = symbolOf(recent, text);
    expect(recent.text(symbol)).toBe(text);
    for (let back = 1; back < 60 && back <= i; back++) expect(recent.text(symbol - back)).not.toBe(texts[i]);
    return symbol;
  });
  const held = made.filter((symbol, i) => {
    const text = recent.text(symbol);
    expect(['', texts[i]]).toContain(text);
    return text !== '';
  });
  expect(held).toEqual(made.slice(-held.length));
  expect(held.length).toBeGreaterThanOrEqual(62);
  expect(held.length).toBeLessThanOrEqual(128);
});

test('known texts take no room, large ones the more', () => {
  const recent = new RecentSymbols(64, 4096);
  const first = symbolOf(recent, '/');
  for (let i = 0; i < 1000; i++) expect(symbolOf(recent, '/')).toBe(first);
  const large = [1, 2, 3].map((letter) => symbolOf(recent, String(letter).repeat(4000)));
  expect(large.map((symbol) => recent.text(symbol).length)).toEqual([0, 4000, 4000]);
  expect(recent.text(first)).toBe('');
  expect([symbolOf(recent, ''), symbolOf(recent, 'x'.repeat(5000))]).toEqual([EMPTY, OTHER]);
});
