// node grpc.mjs PORT: 23 calls: of each kind of method, with errors, a cancellation, several at once.
import { once } from 'node:events';
import { credentials, makeGenericClientConstructor } from '@grpc/grpc-js';
import { orders, unknown } from '../servers/orders.mjs';

const Client = makeGenericClientConstructor({ ...orders, ...unknown }, 'shop.Orders');
const client = new Client(`127.0.0.1:${process.argv[2]}`, credentials.createInsecure());
const call = (name, request) =>
  new Promise((resolve) => client[name](request, (error, answer) => resolve(error?.code ?? answer)));

for (const id of [1, 22, 333]) await call('Get', { id });
for (const size of [1000, 3000]) await call('Get', { id: 4, size });
await Promise.all(Array.from({ length: 8 }, (_, id) => call('Get', { id })));
await call('Get', { id: 404 });
await call('Get', { id: 500 });
await new Promise((resolve) => {
  const slow = client.Get({ id: 408 }, resolve);
  setTimeout(() => slow.cancel(), 50);
});
await call('Refund', { id: 1 });

for (const count of [0, 1, 50]) {
  const list = client.List({ count });
  list.resume();
  await once(list, 'end');
}
for (const count of [0, 3]) {
  await new Promise((resolve) => {
    const stream = client.Import((error, answer) => resolve(error ?? answer));
    for (let id = 0; id < count; id++) stream.write({ id });
    stream.end();
  });
}
const chat = client.Chat();
for (const text of ['one', 'two', 'three']) {
  chat.write({ text });
  await once(chat, 'data');
}
chat.end();
await once(chat, 'end');
client.close();
