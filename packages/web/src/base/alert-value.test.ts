import { expect, test } from 'vitest';
import { alertValue } from './alert-value.ts';

test('values in the units of their metric', () => {
  expect([
    alertValue('error_rate', 0.123),
    alertValue('latency', 2500),
    alertValue('burn_rate', 2.4),
    alertValue('apdex', 0.85),
    alertValue('retransmit_rate', 0.06),
    alertValue('rtt', 30),
    alertValue('connect_failures', 5),
    alertValue('no_data', 1),
    alertValue('rate', null),
  ]).toEqual(['12.3 %', '2.50 s', '2.40 ×', '0.85', '6.00 %', '30.0 ms', '5.00', '—', '—']);
});
