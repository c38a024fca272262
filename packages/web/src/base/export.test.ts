import { expect, test } from 'vitest';
import { csvOf, fileName } from './export.ts';

test('text that needs it is quoted, formulas are defused, what was not measured is empty', () => {
  const columns = [
    { header: 'Name', value: (row: [string, number | null]) => row[0] },
    { header: 'P99, ns', value: (row: [string, number | null]) => row[1] },
  ];
  const rows: [string, number | null][] = [
    ['a "b"\nc', 0.5],
    ['=1+1', null],
    ['-x', -3],
  ];
  expect(csvOf(columns, rows)).toBe(`Name,"P99, ns"\r\n"a ""b""\nc",0.5\r\n'=1+1,\r\n'-x,-3\r\n`);
});

test('file names', () => {
  expect([fileName('Slow requests: shop/a'), fileName('错误'), fileName('…')]).toEqual([
    'slow-requests-shop-a',
    '错误',
    'table',
  ]);
});
