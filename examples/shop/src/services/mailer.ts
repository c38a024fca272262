import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { epochMicros } from '../truth.ts';
import { Broker, type Message } from './broker.ts';
import { env, lookup, served } from './service.ts';

/** Hears of orders and writes to the customer: finds out where the mail goes, and takes its time. */
const broker = new Broker(Number(env('BROKER_PORT')), (message) => void mail(message));
broker.subscribe('orders.*');
await broker.flush();
// That it listens says that it hears; nobody has anything to ask.
createServer().listen(Number(env('SHOP_PORT')), '127.0.0.1');

async function mail({ subject, payload }: Message): Promise<void> {
  const start = epochMicros();
  const context = { request: String(payload.request), call: String(payload.call) };
  // One customer in ten gave an address whose domain nobody knows.
  const known = await lookup(context, Number(payload.order) % 10 === 0 ? 'nowhere.test' : 'mail.example', 'MX');
  await sleep(3 + Math.random() * 4);
  served(context, `MSG ${subject}`, known ? 'ok' : 'no mail host', broker.port, start);
}
