// node zookeeper.mjs PORT: 23 operations of node-zookeeper-client, some that fail, one watched change.
import { once } from 'node:events';
import { promisify } from 'node:util';
import zookeeper from 'node-zookeeper-client';

const client = zookeeper.createClient(`127.0.0.1:${process.argv[2]}`);
client.connect();
await once(client, 'connected');
const call = (method, ...args) => promisify(client[method].bind(client))(...args);
const failure = (promise) =>
  promise.then(
    () => console.log('no failure'),
    ({ name }) => console.log(name),
  );

await call('create', '/locks');
for (const n of [1, 2, 3]) await call('create', `/locks/lock-000000000${n}`, Buffer.from('held by a secret'));
for (const n of [1, 2, 3]) await call('getData', `/locks/lock-000000000${n}`);
for (let i = 0; i < 4; i++) await call('getChildren', '/locks');
const changed = new Promise((resolve) => client.getData('/locks', resolve, () => {}));
await call('setData', '/locks', Buffer.from('new'));
await changed;
await Promise.all(Array.from({ length: 5 }, () => call('exists', '/locks')));
await failure(call('create', '/locks'));
await failure(call('getData', '/nothing'));
await failure(call('remove', '/locks'));
await call('remove', '/locks/lock-0000000003');
client.close();
