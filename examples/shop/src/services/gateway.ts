import { call, type Input, type Reply, serve } from './service.ts';

/** Public interface of the shop: passes on to the service that knows. */
serve({
  'GET /api/products': ({ context, query }) =>
    call(context, 'catalog', 'GET', `/products?page=${query.get('page') ?? 1}`),
  'GET /api/products/:id': productPage,
  'GET /api/search': ({ context, query }) =>
    call(context, 'catalog', 'GET', `/search?q=${encodeURIComponent(query.get('q') ?? '')}`),
  'POST /api/orders': ({ context, body }) => call(context, 'orders', 'POST', '/orders', body),
  'GET /api/orders/:id': ({ context, params }) => call(context, 'orders', 'GET', `/orders/${params.id}`),
  'GET /api/reports/sales': ({ context }) => call(context, 'orders', 'GET', '/reports/sales'),
});

/** Fan-out: the product and what goes with it, asked for at the same time. */
async function productPage({ context, params }: Input): Promise<Reply> {
  const [product, related] = await Promise.all([
    call(context, 'catalog', 'GET', `/products/${params.id}`),
    call(context, 'recommendations', 'GET', `/recommendations/${params.id}`),
  ]);
  return { status: product.status, body: { ...product.body, related: related.body.products ?? [] } };
}
