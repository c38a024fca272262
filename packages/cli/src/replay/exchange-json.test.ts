import type { Exchange } from '@sonde/model';
import { expect, test } from 'vitest';
import { EXCHANGE } from './exchange.case.ts';
import { exchangeJson } from './exchange-json.ts';

test('one line, with all digits of the time', () => {
  const line = exchangeJson({ ...EXCHANGE, target: 'a"b\n{id}' } as Exchange);
  expect(line.endsWith('}\n')).toBe(true);
  expect(line.trimEnd()).not.toContain('\n');
  expect(line).toContain('"start":1700000000123456789,');
  expect(JSON.parse(line)).toEqual({
    protocol: 'http',
    client: '[2001:db8::1]:40000',
    server: '192.0.2.1:80',
    start: Number(1_700_000_000_123_456_789n),
    duration: 1_500_000,
    operation: 'GET',
    target: 'a"b\n{id}',
    statement: '',
    status: '503',
    error: '503',
    outcome: 'complete',
    requestBytes: 10,
    responseBytes: 20,
    complete: true,
  });
});
