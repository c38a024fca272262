// node sofarpc.mjs PORT: 23 calls of sofa-rpc-node, ten of them at once, two that fail.
import sofa from 'sofa-rpc-node';

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const client = new sofa.client.RpcClient({ logger: quiet });
const consumer = client.createConsumer({
  interfaceName: 'com.shop.Orders',
  version: '1.0',
  serverHost: `127.0.0.1:${process.argv[2]}`,
});
await consumer.ready();
const call = (method, ...args) => consumer.invoke(method, args, { responseTimeout: 5000 });
const failure = (promise) =>
  promise.then(
    () => console.log('no failure'),
    ({ message }) => console.log(message),
  );

for (let id = 0; id < 7; id++) await call('find', id);
await Promise.all(Array.from({ length: 10 }, (_, n) => call('total', n, 1)));
for (let i = 0; i < 4; i++) await call('find', 22);
await failure(call('cancel', 7));
await failure(call('nothing'));
await client.close();
setImmediate(() => process.exit());
