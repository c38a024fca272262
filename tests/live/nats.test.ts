import { describe, test } from 'vitest';
import { converse, expectExactly, type Server, serve, skipReason } from './live.ts';

const reason = skipReason('nats-server');

const nats: Server = {
  start: (sandbox, port) =>
    serve(sandbox, ['nats-server', '-a', '127.0.0.1', '-p', `${port}`, '-l', `${sandbox.folder}/log`]),
};

describe.skipIf(reason !== '')(`NATS ${reason}`, () => {
  test('23 operations of @nats-io/transport-node', async () => {
    const seen = await converse(nats, 'nats.mjs');
    expectExactly(
      seen,
      {
        'nats: SUB orders.* (oneway)': 1,
        'nats: SUB price (oneway)': 1,
        'nats: UNSUB (oneway)': 1,
        'nats: PUB orders.new (oneway)': 5,
        'nats: MSG orders.new (oneway)': 5,
        'nats: PUB price = OK': 3,
        'nats: MSG price = OK': 3,
        'nats: PUB nobody = 503': 1,
        'nats: PUB unheard (oneway)': 1,
        'nats: PING = OK': 2,
      },
      {
        around: {
          'nats: CONNECT (oneway)': 2,
          'nats: PING = OK': 2,
          'nats: SUB _INBOX.{id} (oneway)': 1,
          'nats: UNSUB (oneway)': 2,
        },
      },
    );
  });
});
