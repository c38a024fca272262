import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Context, call, env } from './service.ts';

/** Visitors of the shop: SHOP_RATE requests a second on average, sent without waiting for earlier answers. */
const rate = Number(env('SHOP_RATE'));
const words = ['lamp', 'chair', 'desk', 'shelf', 'rug'];
let lastOrder = 1;

const visits: readonly (readonly [weight: number, visit: (context: Context) => Promise<unknown>])[] = [
  [30, (context) => call(context, 'edge', 'GET', `/api/products?page=${randomInt(1, 11)}`)],
  [35, (context) => call(context, 'edge', 'GET', `/api/products/${randomInt(1, 201)}`)],
  [15, placeOrder],
  [10, (context) => call(context, 'edge', 'GET', `/api/orders/${randomInt(1, lastOrder + 1)}`)],
  [5, (context) => call(context, 'edge', 'GET', `/api/search?q=${words[randomInt(words.length)]}`)],
  [2, (context) => call(context, 'edge', 'GET', '/api/reports/sales')],
  [2, (context) => call(context, 'edge', 'GET', `/api/products/${randomInt(900, 1000)}`)],
  [1, (context) => call(context, 'edge', 'GET', '/api/wishlist')],
];
const total = visits.reduce((sum, [weight]) => sum + weight, 0);

async function placeOrder(context: Context): Promise<void> {
  const order = { product: randomInt(1, 201), quantity: randomInt(1, 4) };
  const reply = await call(context, 'edge', 'POST', '/api/orders', order);
  if (reply.status === 201) lastOrder = Number(reply.body.id);
}

function pick(): (context: Context) => Promise<unknown> {
  let dice = randomInt(total);
  for (const [weight, visit] of visits) if ((dice -= weight) < 0) return visit;
  throw new Error('the weights do not add up');
}

for (;;) {
  pick()({ request: randomUUID(), call: '' }).catch(() => undefined);
  await sleep((-Math.log(1 - Math.random()) * 1000) / rate);
}
