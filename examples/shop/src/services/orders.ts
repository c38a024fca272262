import pg from 'pg';
import { Broker } from './broker.ts';
import { type Context, call, env, type Input, keepResolved, type Reply, serve, traced } from './service.ts';

const pool = new pg.Pool({ host: '127.0.0.1', port: Number(env('POSTGRES_PORT')), user: 'shop', database: 'shop' });

const broker = process.env.BROKER_PORT ? new Broker(Number(process.env.BROKER_PORT)) : undefined;

keepResolved('payments.shop.internal', ['A', 'AAAA'], 400);

interface Order {
  readonly id: number;
  readonly product: number;
  readonly quantity: number;
  readonly status: string;
}

serve({ 'POST /orders': placeOrder, 'GET /orders/:id': readOrder, 'GET /reports/sales': salesReport });

/** Write, charge, write again, tell; a failed charge leaves the order in the state `failed`. */
async function placeOrder({ context, body }: Input): Promise<Reply> {
  const [order] = await query<Order>(
    context,
    'INSERT INTO orders (product, quantity) VALUES ($1, $2) RETURNING id, product, quantity, status',
    [body.product, body.quantity],
  );
  if (!order) return { status: 500, body: { error: 'the order was not written' } };
  const charge = await call(context, 'payments', 'POST', '/charges', { order: order.id }).catch(() => undefined);
  const status = charge?.status === 201 ? 'paid' : 'failed';
  await query(context, 'UPDATE orders SET status = $1 WHERE id = $2', [status, order.id]);
  await announce(context, order.id, status);
  return status === 'paid'
    ? { status: 201, body: { ...order, status } }
    : { status: 502, body: { ...order, status, error: 'payment failed' } };
}

/** Nobody waits for who hears of it. */
async function announce(context: Context, order: number, status: string): Promise<void> {
  if (broker === undefined) return;
  const subject = `orders.${status}`;
  await traced(context, 'broker', `PUB ${subject}`, async (id) => {
    broker.publish({ subject, payload: { request: context.request, call: id, order } });
    return { value: undefined, clientPort: broker.port };
  });
}

async function readOrder({ context, params }: Input): Promise<Reply> {
  const [order] = await query<Order>(context, 'SELECT id, product, quantity, status FROM orders WHERE id = $1', [
    params.id,
  ]);
  return order ? { status: 200, body: { ...order } } : { status: 404, body: { error: 'no such order' } };
}

/** The slow query of the shop. */
async function salesReport({ context }: Input): Promise<Reply> {
  const rows = await query(
    context,
    'SELECT status, count(*)::int AS orders FROM orders, (SELECT pg_sleep(0.3)) AS wait GROUP BY status ORDER BY status',
  );
  return { status: 200, body: { sales: rows } };
}

function query<Row extends pg.QueryResultRow>(context: Context, text: string, values?: unknown[]): Promise<Row[]> {
  const operation = text.slice(0, text.indexOf(' '));
  return traced(context, 'postgres', operation, async () => {
    const client = await pool.connect();
    try {
      const clientPort = (client as unknown as { connection: { stream: { localPort: number } } }).connection.stream
        .localPort;
      const { rows } = await client.query<Row>(text, values);
      return { value: rows, clientPort };
    } finally {
      client.release();
    }
  });
}
