import { stripVTControlCharacters, styleText } from 'node:util';
import { expect, test } from 'vitest';
import { formatTable } from './table.ts';

test('columns are as wide as their widest cell, colours not counted', () => {
  const columns = [
    { title: 'name', text: ([name]: readonly [string, number]) => styleText('green', name, { validateStream: false }) },
    { title: 'n', align: 'right' as const, text: ([, count]: readonly [string, number]) => String(count) },
  ];
  const table = formatTable(columns, [
    ['a', 1],
    ['longer', 234],
  ]);
  expect(stripVTControlCharacters(table)).toBe('name      n\na         1\nlonger  234\n');
});
