import { alertRule } from '@sonde/api';
import type { AlertEvent } from '@sonde/store';
import { expect, test } from 'vitest';
import { notificationOf } from './notification.ts';

const event = (rule: Record<string, unknown>, part: string, value: number | null): AlertEvent => ({
  time: 2_000_000,
  alert: 'a1',
  rule: 'r',
  service: 'shop/a',
  part,
  state: 'firing',
  started: 1_000_000,
  severity: 'warning',
  value,
  threshold: Number(rule.threshold),
  silenced: false,
  channels: [],
  body: JSON.stringify(alertRule.parse({ name: 'Rule', ...rule })),
});

test.each<[Record<string, unknown>, string, number | null, string, string]>([
  [{ metric: 'error_rate', threshold: 0.05 }, '', 0.12, 'shop/a: error rate 12 %, above 5 %', '/services/shop%2Fa?'],
  [
    { metric: 'latency', percentile: 99, threshold: 2000, by: 'endpoint' },
    'GET /a b',
    2500,
    'shop/a GET /a b: P99 2500 ms, above 2000 ms',
    '/services/shop%2Fa?q=GET%20%2Fa%20b&',
  ],
  [
    { metric: 'apdex', operator: 'below', threshold: 0.8, by: 'instance' },
    'shop-1',
    0.7,
    'shop/a shop-1: Apdex 0.7, below 0.8',
    '/services/shop%2Fa/instance?instance=shop-1&',
  ],
  [
    { metric: 'retransmit_rate', threshold: 0.05, by: 'peer' },
    '10.0.0.9:81',
    0.061,
    'shop/a 10.0.0.9:81: share of segments sent again 6.1 %, above 5 %',
    '/services/shop%2Fa/network?',
  ],
  [
    { metric: 'rtt', percentile: 95, threshold: 20, by: 'peer' },
    'db',
    30,
    'shop/a db: P95 of the round-trip time 30 ms, above 20 ms',
    '/services/shop%2Fa/network?',
  ],
  [
    { metric: 'dns_failure_rate', threshold: 0.5, by: 'endpoint' },
    'nowhere.test',
    1,
    'shop/a nowhere.test: share of failed look-ups 100 %, above 50 %',
    '/services/shop%2Fa?q=nowhere.test&',
  ],
  [{ metric: 'no_data', threshold: 0 }, '', 1, 'shop/a: no requests for 300 s', '/services/shop%2Fa?'],
])('%o in words, with the page that shows it', (rule, part, value, summary, path) => {
  const told = notificationOf(event(rule, part, value), 'http://sonde');
  expect(told).toMatchObject({ summary, id: 'a1/firing', url: `http://sonde${path}from=100000&to=2300000` });
  expect(notificationOf(event(rule, part, value), '').url).toBe('');
});
