import { join } from 'node:path';
import { describe, test } from 'vitest';
import { freePort } from '../capture/ports.ts';
import { converse, expectExactly, type Server, serve, skipReason } from './live.ts';

const reason = skipReason('rabbitmq-server');

/** Its own node name, ports, folders and port mapper; no management, no TLS. */
const rabbitmq: Server = {
  patience: 40_000,
  async start(sandbox, port) {
    const { folder } = sandbox;
    const mapper = await freePort();
    return serve(sandbox, ['/usr/lib/rabbitmq/bin/rabbitmq-server'], {
      HOME: folder,
      RABBITMQ_NODENAME: `live${port}@localhost`,
      RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
      RABBITMQ_NODE_PORT: String(port),
      RABBITMQ_DIST_PORT: String(await freePort()),
      ERL_EPMD_PORT: String(mapper),
      ERL_EPMD_ADDRESS: '127.0.0.1',
      RABBITMQ_MNESIA_BASE: join(folder, 'mnesia'),
      RABBITMQ_LOGS: join(folder, 'log'),
      RABBITMQ_CONFIG_FILE: join(folder, 'none'),
      RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'plugins'),
      RABBITMQ_GENERATED_CONFIG_DIR: folder,
      RABBITMQ_PID_FILE: join(folder, 'pid'),
    });
  },
};

describe.skipIf(reason !== '')(`RabbitMQ ${reason}`, () => {
  test('23 operations of amqplib', async () => {
    const seen = await converse(rabbitmq, 'amqp.mjs');
    expectExactly(
      seen,
      {
        'amqp: exchange.declare shop = OK': 1,
        'amqp: queue.declare orders = OK': 1,
        'amqp: queue.bind orders = OK': 1,
        'amqp: basic.publish shop:order.new (oneway)': 5,
        'amqp: basic.get orders = OK': 1,
        'amqp: basic.consume orders = OK': 1,
        'amqp: basic.deliver shop:order.new (oneway)': 4,
        'amqp: basic.ack (oneway)': 5,
        'amqp: basic.get orders = EMPTY': 1,
        'amqp: queue.declare nothing = 404': 1,
        'amqp: queue.purge orders = OK': 1,
        'amqp: queue.delete orders = OK': 1,
      },
      {
        around: {
          'amqp: connection.start = OK': 1,
          'amqp: connection.tune = OK': 1,
          'amqp: connection.open / = OK': 1,
          'amqp: channel.open = OK': 2,
          'amqp: confirm.select = OK': 1,
          // The server's, which confirm.
          'amqp: basic.ack (oneway)': 5,
          // The server's, as the queue is deleted.
          'amqp: basic.cancel (oneway)': 1,
          'amqp: channel.close = 404': 1,
          'amqp: channel.close = 200': 1,
          'amqp: connection.close = 200': 1,
        },
      },
    );
  });
});
