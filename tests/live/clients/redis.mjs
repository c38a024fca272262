// node redis.mjs PORT: 23 commands: one by one, in a pipeline, in a transaction, to a subscriber, failed ones.
import { createClient } from '@redis/client';

const socket = { host: '127.0.0.1', port: Number(process.argv[2]) };
const client = await createClient({ socket }).connect();
const subscriber = await createClient({ socket, RESP: 3 }).connect();
const failure = (promise) => promise.then(() => console.log('no failure'), ({ message }) => console.log(message));

for (const id of [1, 22, 333]) await client.set(`order:${id}:state`, 'paid', { EX: 60 });
for (const id of [1, 22, 333, 4444]) await client.get(`order:${id}:state`);
await Promise.all(['a', 'b', 'c'].map((name) => client.hSet('cart', name, 'x'.repeat(100))));
await client.hGetAll('cart');
await failure(client.lPush('cart', 'x'));
await failure(client.sendCommand(['NOSUCH', 'secret']));
await client.multi().incr('visits').incrBy('visits', 41).exec();
let seen = 0;
await new Promise(async (resolve) => {
  await subscriber.subscribe('news', () => ++seen === 2 && resolve());
  await client.publish('news', 'one');
  await client.publish('news', 'two');
});
await client.del(['cart', 'visits']);
subscriber.destroy();
client.destroy();
