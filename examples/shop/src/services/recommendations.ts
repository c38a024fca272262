import { createClient } from '@redis/client';
import { type Context, call, env, type Input, keepResolved, type Reply, serve, traced } from './service.ts';

const redis = createClient({ url: `redis://127.0.0.1:${env('REDIS_PORT')}` });
await redis.connect();

// The resolver does not know the advertising service any more.
keepResolved('ads.shop.internal', ['A'], 900);

serve({ 'GET /recommendations/:id': recommend });

/** Products seen together with this one; the advertising service, which is down, would add its own. */
async function recommend({ context, params }: Input): Promise<Reply> {
  const id = Number(params.id);
  const products = await command(context, 'ZRANGE', () => redis.zRange(`seen-with:${id}`, 0, 4, { REV: true }));
  await command(context, 'ZINCRBY', () => redis.zIncrBy(`seen-with:${id}`, 1, String((id % 200) + 1)));
  if (id % 10 === 0) await call(context, 'ads', 'GET', `/ads/${id}`).catch(() => undefined);
  return { status: 200, body: { products } };
}

function command<T>(context: Context, name: string, run: () => Promise<T>): Promise<T> {
  return traced(context, 'redis', name, async () => ({ value: await run() }));
}
