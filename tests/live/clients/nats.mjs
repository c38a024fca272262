// node nats.mjs PORT: 23 operations: publish, subscribe, deliver, request and reply, nobody there.
import { connect } from '@nats-io/transport-node';

const servers = `127.0.0.1:${process.argv[2]}`;
const client = await connect({ servers });
const worker = await connect({ servers });

const seen = [];
const orders = worker.subscribe('orders.*', { max: 5 });
const all = (async () => {
  for await (const message of orders) seen.push(message.subject);
})();
worker.subscribe('price', { callback: (_, message) => message.respond('42') });
await worker.flush();
for (let i = 0; i < 5; i++) client.publish('orders.new', 'x'.repeat(100 * i));
await all;
for (let i = 0; i < 3; i++) await client.request('price', `${i}`);
await client.request('nobody', 'x').catch(({ message }) => console.log(message));
client.publish('unheard', 'x');
await client.flush();
await client.close();
await worker.close();
