// node dubbo.mjs PORT: 23 calls of Dubbo's own client for Node, ten of them at once.
import { setTimeout as sleep } from 'node:timers/promises';
import { DirectlyDubbo, java } from 'apache-dubbo-js';

const dubbo = DirectlyDubbo.from({ dubboAddress: `127.0.0.1:${process.argv[2]}`, dubboVersion: '2.0.2', dubboInvokeTimeout: 10 });
const takesText = (value) => [java.String(value)];
const service = (dubboInterface, methods) =>
  dubbo.proxyService({ dubboInterface, version: '1.0.0', timeout: 5000, methods });
const orders = service('shop.Orders', { get: takesText, refund: takesText, crash: takesText });
const parts = service('shop.Parts', { get: takesText });

await orders.get('first');
for (let i = 0; i < 5; i++) await orders.get('x'.repeat(200 * i));
await Promise.all(Array.from({ length: 10 }, (_, id) => orders.get(`${id}`)));
for (let i = 0; i < 3; i++) await orders.refund('1');
for (let i = 0; i < 2; i++) await orders.crash('1');
for (let i = 0; i < 2; i++) await parts.get('1');
// It has no way to close its connection.
await sleep(300);
process.exit();
