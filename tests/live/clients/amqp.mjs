// node amqp.mjs PORT: 23 operations: declare, publish, confirm, get, consume, acknowledge, a passive declare that fails.
import { setTimeout as sleep } from 'node:timers/promises';
import amqp from 'amqplib';

const client = await amqp.connect(`amqp://127.0.0.1:${process.argv[2]}`);
const channel = await client.createConfirmChannel();
await channel.assertExchange('shop', 'topic', { durable: false });
await channel.assertQueue('orders', { durable: false });
await channel.bindQueue('orders', 'shop', 'order.*');
for (let i = 0; i < 5; i++) {
  channel.publish('shop', 'order.new', Buffer.alloc(100 * i));
  await channel.waitForConfirms();
}
const first = await channel.get('orders');
channel.ack(first);
await sleep(20);
let seen = 0;
await new Promise((resolve) =>
  channel.consume('orders', (message) => {
    if (message !== null) channel.ack(message);
    if (++seen === 4) resolve();
  }),
);
await channel.get('orders');
const other = await client.createChannel();
other.on('error', ({ code }) => console.log(code));
await other.checkQueue('nothing').catch(() => undefined);
await channel.purgeQueue('orders');
await channel.deleteQueue('orders');
await channel.close();
await client.close();
