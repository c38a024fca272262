// node memcached-text.mjs PORT: 23 commands in the text protocol.
import Memcached from 'memcached';

const client = new Memcached(`127.0.0.1:${process.argv[2]}`, { poolSize: 1 });
const call = (name, ...values) =>
  new Promise((resolve) => client[name](...values, (error, result) => resolve(error ?? result)));

for (const id of [1, 22, 333]) await call('set', `order:${id}`, 'x'.repeat(10 * id), 60);
for (const id of [1, 22, 333, 4444]) await call('get', `order:${id}`);
await call('getMulti', ['order:1', 'order:5', 'order:6']);
await call('add', 'order:1', 'again', 60);
await call('add', 'order:6', 'new', 60);
await call('replace', 'order:7', 'nothing', 60);
await call('append', 'order:6', 'er');
await call('prepend', 'order:6', 're');
const { cas } = await call('gets', 'order:6');
await call('cas', 'order:6', 'changed', cas, 60);
await call('cas', 'order:6', 'too late', cas, 60);
await call('set', 'visits', 1, 60);
await call('incr', 'visits', 41);
await call('decr', 'visits', 2);
await call('incr', 'order:6', 1);
await call('touch', 'visits', 30);
await call('del', 'visits');
await call('del', 'visits');
client.end();
