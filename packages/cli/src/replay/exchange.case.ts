import type { ConnectionKey, EpochNanoseconds, Exchange, Nanoseconds } from '@sonde/model';

export const EXCHANGE: Exchange = {
  kind: 'exchange',
  protocol: 'http',
  side: 'server',
  outcome: 'complete',
  connection: 0n as ConnectionKey,
  requestOffset: 0n,
  client: { address: '2001:db8::1', port: 40000 },
  server: { address: '192.0.2.1', port: 80 },
  start: 1_700_000_000_123_456_789n as EpochNanoseconds,
  duration: 1_500_000 as Nanoseconds,
  queueWait: 0 as Nanoseconds,
  operation: 'GET',
  target: '/users/{id}',
  statement: '',
  status: '503',
  error: '503',
  requestBytes: 10,
  responseBytes: 20,
  complete: true,
};
