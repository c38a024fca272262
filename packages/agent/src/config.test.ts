import { expect, test } from 'vitest';
import { agentConfig } from './config.ts';

test('everything has a default, and by default nothing may be observed', () => {
  expect(agentConfig.parse({})).toMatchObject({
    scope: { cgroups: [], pids: [], hostWide: false },
    server: { url: 'http://127.0.0.1:4318' },
    interval: 10_000,
    metrics: { port: 0 },
  });
});

test('the default capture limits fit into what the probes keep of a turn', () => {
  const { capture } = agentConfig.parse({});
  expect(capture.requestBytes + capture.responseBytes).toBeLessThanOrEqual(1536);
});

test.each<[string, object]>([
  ['scope.cgroups.0', { scope: { cgroups: ['system.slice'] } }],
  ['scope.pids.0', { scope: { pids: [0] } }],
  ['scope.pids.1', { scope: { pids: [1, 1.5] } }],
  ['server.url', { server: { url: 'ftp://example.org' } }],
  ['interval', { interval: 10 }],
  ['spool.maxBytes', { spool: { maxBytes: -1 } }],
  ['ring.bytes', { ring: { bytes: 2 ** 31 } }],
  ['ring.bytes', { ring: { bytes: 100_000 } }],
  ['capture.requestBytes', { capture: { requestBytes: 63 } }],
  ['capture.requestBytes', { capture: { requestBytes: 1000, responseBytes: 600 } }],
  ['metrics.port', { metrics: { port: 70_000 } }],
])('%s is refused in %j', (path, config) => {
  const result = agentConfig.safeParse(config);
  expect(result.error?.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
});
