import { expect, test } from 'vitest';
import { isProbe } from './probe.ts';

test.each([
  ['http', '/healthz', true],
  ['http', '/-/ready', true],
  ['http2', '/actuator/health/readiness', true],
  ['http', '/metrics', true],
  ['http', '/nacos/v1/ns/instance/beat', true],
  ['grpc', 'grpc.health.v1.Health', true],
  ['http', '/health/records/{id}', false],
  ['http', '/api/metrics', false],
  ['http', '/', false],
  ['grpc', 'shop.Health', false],
  ['pgsql', '/healthz', false],
])('%s %s: %s', (protocol, target, expected) => {
  expect(isProbe({ protocol, target })).toBe(expected);
});
