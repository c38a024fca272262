import { setTimeout as sleep } from 'node:timers/promises';
import { env, HangUp, type Input, keepResolved, type Reply, serve } from './service.ts';

/** Share of charges that fail, 0..1: most with 503, one in five with a closed connection. */
const failureRate = Number(env('PAYMENTS_FAILURE_RATE'));

keepResolved('bank.example', ['A'], 600);

serve({ 'POST /charges': charge });

async function charge({ body }: Input): Promise<Reply> {
  await sleep(5 + Math.random() * 15);
  const dice = Math.random();
  if (dice < failureRate / 5) throw new HangUp();
  if (dice < failureRate) return { status: 503, body: { error: 'the bank does not answer' } };
  return { status: 201, body: { order: body.order, charged: true } };
}
