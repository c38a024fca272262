import type { Alert } from '@sonde/api';
import { expect, test } from 'vitest';
import { alertsOf, endpointPart, groupAlerts, worstOf } from './alert-groups.ts';

const alert = (id: string, change: Partial<Alert>): Alert => ({
  id,
  rule: 'r',
  ruleName: 'Errors',
  metric: 'error_rate',
  service: 'shop',
  part: '',
  by: 'service',
  severity: 'warning',
  started: 1,
  ended: null,
  value: 1,
  threshold: 0,
  silenced: false,
  notified: [],
  ...change,
});

const alerts = [
  alert('a', {}),
  alert('b', { by: 'endpoint', part: 'GET /items', severity: 'critical', ended: 2 }),
  alert('c', { by: 'instance', part: 'GET /items' }),
  alert('d', { service: 'other', severity: 'info' }),
];

test('a service has the alerts of all its parts, a part its own', () => {
  const groups = groupAlerts(alerts);
  const ids = (scope: Parameters<typeof alertsOf>[1]) => alertsOf(groups, scope).map(({ id }) => id);
  expect(ids({ service: 'shop' })).toEqual(['a', 'b', 'c']);
  expect(ids({ service: 'shop', by: 'endpoint', part: 'GET /items' })).toEqual(['b']);
  expect(ids({ service: 'shop', by: 'instance', part: 'GET /items' })).toEqual(['c']);
  expect(ids({ service: 'other' })).toEqual(['d']);
  expect(ids({ service: 'nobody' })).toEqual([]);
});

test('what is over makes nothing worse', () => {
  expect(worstOf(alerts.slice(0, 2))).toBe('warning');
  expect(worstOf([{ ...alerts[1], ended: null }, alerts[0]])).toBe('critical');
  expect(worstOf([alerts[1]])).toBe('resolved');
});

test('endpoints are called as alerts call them', () => {
  expect(endpointPart({ operation: 'GET', target: '/items', statement: '' })).toBe('GET /items');
  expect(endpointPart({ operation: '', target: 'orders', statement: '' })).toBe('orders');
  expect(endpointPart({ operation: 'SELECT', target: 'items', statement: 'SELECT 1' })).toBe('SELECT 1');
});
