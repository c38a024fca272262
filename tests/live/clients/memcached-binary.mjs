// node memcached-binary.mjs PORT: 23 commands in the binary protocol.
import memjs from 'memjs';

const client = memjs.Client.create(`127.0.0.1:${process.argv[2]}`);
const options = { expires: 60 };

for (const id of [1, 22, 333]) await client.set(`order:${id}`, 'x'.repeat(10 * id), options);
for (const id of [1, 22, 333, 4444, 5, 6]) await client.get(`order:${id}`);
await client.add('order:1', 'again', options);
await client.add('order:6', 'new', options);
await client.replace('order:7', 'nothing', options);
await client.append('order:6', 'er');
// memjs sends an append for it.
await client.prepend('order:6', 're');
await client.increment('visits', 1, { initial: 41, ...options });
await client.increment('visits', 1, options);
await client.decrement('visits', 2, options);
await client.increment('order:6', 1, options).catch(({ message }) => console.log(message));
await client.touch('visits', 30);
await client.delete('visits');
await client.delete('visits');
await client.get('order:7');
await client.flush();
client.close();
