import { expect, it } from 'vitest';
import { sqlLines } from './sql-lines.ts';

it('gives each clause a line of its own', () => {
  expect(
    sqlLines(
      'SELECT a, count(*) FROM t LEFT JOIN u ON t.id = u.id WHERE a = ? AND b BETWEEN ? AND ? ORDER BY a LIMIT ?',
    ),
  ).toEqual([
    'SELECT a, count(*)',
    'FROM t',
    'LEFT JOIN u ON t.id = u.id',
    'WHERE a = ?',
    '  AND b BETWEEN ? AND ?',
    'ORDER BY a',
    'LIMIT ?',
  ]);
});

it('breaks nothing within parentheses and quotes, and loses no word', () => {
  for (const statement of [
    'SELECT a FROM (SELECT b FROM c WHERE d = ?) x',
    'SELECT "a FROM b" FROM t',
    'INSERT INTO orders (a, b) VALUES (?, ?) RETURNING id',
    'BEGIN',
    '',
    'SELECT fromage, orders FROM t',
    "SELECT 'unclosed FROM t",
  ]) {
    expect(
      sqlLines(statement)
        .map((line) => line.trim())
        .join(' '),
    ).toBe(statement);
  }
  expect(sqlLines('SELECT a FROM (SELECT b FROM c WHERE d = ?) x')).toHaveLength(2);
  expect(sqlLines('SELECT fromage, orders FROM t')).toEqual(['SELECT fromage, orders', 'FROM t']);
});
