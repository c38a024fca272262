import type { UsageGroup } from '@sonde/api';
import { expect, it } from 'vitest';
import { topicsOf } from './topics.ts';

const group = (operation: string, target: string, requests: number, caller: string, errors = 0): UsageGroup => ({
  protocol: 'amqp',
  operation,
  target,
  requests,
  errors,
  errorRate: errors / requests,
  rate: requests / 10,
  latency: { avg: 1e6, p50: 1e6, p75: 1e6, p90: 1e6, p95: requests * 1e6, p99: 1e6 },
  requestBytes: 100 * requests,
  responseBytes: 0,
  side: 'server',
  timeShare: null,
  operations: [{ operation, requests }],
  statuses: [],
  callers: [{ name: caller, requests }],
  callerCount: 1,
  statements: 0,
});

it('joins what is done to a topic, by role', () => {
  const topics = topicsOf(
    'rabbit',
    [
      group('basic.publish', 'orders', 12, 'shop'),
      group('basic.get', 'orders', 3, 'billing', 1),
      group('basic.get', 'returns', 1, 'billing'),
      group('queue.declare', 'orders', 5, 'mailer'),
    ],
    [group('basic.deliver', 'orders', 8, 'mailer')],
  );
  expect(topics.map(({ name, requests, errors }) => [name, requests, errors])).toEqual([
    ['orders', 23, 1],
    ['returns', 1, 0],
  ]);
  const [{ flows }] = topics;
  expect(flows.publish).toMatchObject({ requests: 12, bytes: 1200, parties: [{ name: 'shop', requests: 12 }] });
  expect(flows.deliver).toEqual({
    requests: 11,
    errors: 1,
    rate: expect.closeTo(1.1, 9),
    bytes: 1100,
    p95: 8e6,
    parties: [
      { name: 'mailer', requests: 8 },
      { name: 'billing', requests: 3 },
    ],
  });
  expect(flows.ack).toBeUndefined();
});

it('of a client, names the client itself as the party', () => {
  const [topic] = topicsOf('mailer', [group('basic.deliver', 'orders', 8, 'rabbit')], []);
  expect(topic.flows.deliver?.parties).toEqual([{ name: 'mailer', requests: 8 }]);
});
