import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { EXCHANGE } from './exchange.case.ts';
import { ExchangeTable } from './exchange-table.ts';

const plain = (text: string) => stripVTControlCharacters(text);

describe('the table of exchanges', () => {
  test('has one line for each', () => {
    const table = new ExchangeTable();
    const heading = plain(table.heading());
    const row = plain(table.row(EXCHANGE));
    expect(row).toBe(
      '22:13:20.123456    1.5 ms  http      [2001:db8::1]:40000    192.0.2.1:80           503       GET        /users/{id}\n',
    );
    expect(heading.indexOf('protocol')).toBe(row.indexOf('http'));
  });

  test('grows with what it has to hold, and stays so', () => {
    const table = new ExchangeTable();
    table.row({ ...EXCHANGE, operation: 'basic.publish' });
    expect(plain(table.row(EXCHANGE))).toContain('GET            /users/{id}');
  });

  test('says what is missing', () => {
    const row = (change: object) => plain(new ExchangeTable().row({ ...EXCHANGE, error: '', status: '', ...change }));
    expect(row({})).toContain(' OK ');
    expect(row({ outcome: 'reset', complete: false })).toContain(' reset ~ ');
    expect(row({ status: '200', complete: false })).toContain(' 200 ~ ');
  });

  test('lets no text of the network steer the terminal', () => {
    const row = new ExchangeTable().row({ ...EXCHANGE, error: '', statement: 'a\u001b[2Jb\u202ec\r\nd' });
    expect(row).toContain('a [2Jb c d');
  });
});
