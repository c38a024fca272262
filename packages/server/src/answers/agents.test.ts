import { createClient } from '@sonde/api';
import { ATTR, SELF } from '@sonde/model';
import type { AttributeMap, Metric, MetricsData } from '@sonde/otlp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SondeServer } from '../index.ts';
import { postMetrics, startTestServer } from '../test-server.ts';
import { AGENT_SERVICE } from './agents.ts';

let server: SondeServer & AsyncDisposable;
const now = Math.floor(Date.now() / 10_000) * 10 - 10;
const MIB = 2 ** 20;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

interface Number {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  readonly attributes?: AttributeMap;
  readonly kind?: 'gauge' | 'sum';
}

/** What one agent exports for the 10 s from `time` on. */
function selfMetrics(agent: AttributeMap, time: number, numbers: readonly Number[]): MetricsData {
  const times = { startTimeUnixNano: BigInt(time) * 10n ** 9n, timeUnixNano: BigInt(time + 10) * 10n ** 9n };
  const metrics = numbers.map(({ name, unit, value, attributes = {}, kind = 'sum' }): Metric => {
    const points = [{ ...times, attributes, value }];
    return {
      name,
      unit,
      data: kind === 'gauge' ? { kind, points } : { kind, temporality: 'delta', monotonic: true, points },
    };
  });
  const resource = { attributes: { [ATTR.serviceName]: AGENT_SERVICE, ...agent } };
  return {
    kind: 'metrics',
    resourceMetrics: [{ resource, scopeMetrics: [{ scope: { name: '', version: '' }, metrics }] }],
  };
}

const first = {
  [ATTR.serviceInstanceId]: 'agent-1',
  [ATTR.hostName]: 'node-1',
  'service.version': '0.1.0',
  'sonde.kernel': '6.18.0',
  'sonde.hook_level': 'A',
  'sonde.scope': '/demo',
  'sonde.unlinked': 'no loopback',
  'sonde.pods.problem': 'the Kubernetes API answered 403',
};

test('health, overhead and losses by plain arithmetic', async () => {
  for (const [i, time] of [now - 40, now - 30].entries()) {
    const response = await postMetrics(
      server.url,
      selfMetrics(first, time, [
        { name: SELF.cpu, unit: 's', value: 0.3, attributes: { 'cpu.mode': 'user' } },
        { name: SELF.cpu, unit: 's', value: 0.1, attributes: { 'cpu.mode': 'system' } },
        { name: SELF.memory, unit: 'By', value: (90 + i) * MIB, kind: 'gauge' },
        { name: SELF.programTime, unit: 'ns', value: 4000, attributes: { program: 'sock_recv' } },
        { name: SELF.programRuns, unit: '1', value: 20, attributes: { program: 'sock_recv' } },
        { name: SELF.programTime, unit: 'ns', value: 6000, attributes: { program: 'sock_send' } },
        { name: SELF.programRuns, unit: '1', value: 30, attributes: { program: 'sock_send' } },
        { name: SELF.records, unit: '1', value: 100 },
        { name: SELF.exchanges, unit: '1', value: 95 },
        { name: SELF.dropped, unit: '1', value: 4 + i, attributes: { cause: 'ring_full' } },
        { name: SELF.dropped, unit: '1', value: 0, attributes: { cause: 'spool_full' } },
        { name: SELF.spoolBytes, unit: 'By', value: 5 - i * 5, kind: 'gauge' },
      ]),
    );
    expect(response.status).toBe(200);
  }
  await postMetrics(
    server.url,
    selfMetrics({ [ATTR.serviceInstanceId]: 'agent-2', [ATTR.hostName]: 'node-2' }, now - 300, [
      { name: SELF.exchanges, unit: '1', value: 1 },
    ]),
  );
  const { agents, meta } = await createClient(server.url).agents({});
  expect(meta.completeness).toBe(191 / 200);
  expect(agents).toEqual([
    {
      id: 'agent-1',
      host: 'node-1',
      version: '0.1.0',
      kernel: '6.18.0',
      hookLevel: 'A',
      scope: '/demo',
      unlinked: 'no loopback',
      podProblem: 'the Kubernetes API answered 403',
      firstSeen: (now - 40) * 1000,
      lastSeen: (now - 20) * 1000,
      healthy: true,
      cpu: 0.8 / 20,
      rss: 91 * MIB,
      records: 200,
      exchanges: 190,
      userNsPerExchange: expect.closeTo(0.6e9 / 190, 3),
      kernelNsPerExchange: 20_000 / 190,
      programs: [
        { program: 'sock_send', runs: 60, timeNs: 12_000 },
        { program: 'sock_recv', runs: 40, timeNs: 8000 },
      ],
      drops: [{ cause: 'ring_full', count: 9 }],
      completeness: 190 / 199,
      spoolBytes: 0,
    },
    expect.objectContaining({
      id: 'agent-2',
      host: 'node-2',
      healthy: false,
      cpu: null,
      rss: null,
      userNsPerExchange: null,
      kernelNsPerExchange: null,
      completeness: 1,
    }),
  ]);
  const { meta: services } = await createClient(server.url).services({});
  expect(services.completeness).toBe(191 / 200);
});
