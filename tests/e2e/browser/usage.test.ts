import { expect, it } from 'vitest';
import { open, page, search, withFixture } from './harness.ts';

const table = (name: string) => page.getByRole('table', { name });
const cells = async (name: string, row: string) => {
  const found = table(name).locator('tbody tr').filter({ hasText: row }).first();
  await found.waitFor();
  return (await found.locator('td').allTextContents()).map((text) => text.trim());
};

withFixture('what a service is asked for', () => {
  it('of a database: tables with operations and callers, a statement in full to copy', async () => {
    await open('/services/orders-db');
    const products = await cells('Tables', 'products');
    expect(products).toContain('SELECT 86.7 %UPDATE 13.3 %');
    expect(products).toContain('3');
    expect(products.at(-1)).toBe('catalogcheckoutfulfilment');
    expect((await cells('Tables', 'none')).length).toBe(products.length);
    await table('Statements')
      .getByRole('link', { name: /to_tsvector/ })
      .click();
    const statement = page.getByRole('region', { name: 'Statement', exact: true });
    await statement.getByText('FROM products').waitFor();
    expect((await statement.locator('pre').textContent())?.split('\n')).toEqual([
      'SELECT id, name, price_cents',
      'FROM products',
      'WHERE to_tsvector(name) @@ plainto_tsquery(?)',
      'ORDER BY rank',
      'LIMIT ?',
    ]);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await statement.getByRole('button', { name: 'Copy' }).click();
    await statement.getByRole('button', { name: 'Copied' }).waitFor();
    await expect
      .poll(() => page.evaluate(() => navigator.clipboard.readText()))
      .toBe(
        'SELECT id, name, price_cents FROM products WHERE to_tsvector(name) @@ plainto_tsquery(?) ORDER BY rank LIMIT ?',
      );
  });

  it('of a cache: commands across, key patterns down, by rate, latency or errors', async () => {
    await open('/services/session-cache');
    const matrix = table('Commands by key pattern');
    await matrix.waitFor();
    await expect
      .poll(() => matrix.locator('thead th').allTextContents())
      .toEqual(['Key pattern', 'GET', 'SET', 'EXPIRE', 'INCR', 'MGET', 'All']);
    // 765 req/s, of which 49, 14 and 8 % are of sessions.
    await expect
      .poll(() => cells('Commands by key pattern', 'session:{id}'))
      .toEqual(['375', '107', '61.2', '', '', '543']);
    await expect
      .poll(async () => (await matrix.locator('tfoot td').allTextContents()).slice(0, 2))
      .toEqual(['543', '122']);
    await page.getByRole('region', { name: 'Commands by key pattern' }).getByText('P95', { exact: true }).click();
    await expect.poll(async () => (await cells('Commands by key pattern', 'rate:{id}'))[3]).toMatch(/µs$/);
    await matrix.getByRole('link', { name: 'rate:{id}' }).click();
    await expect.poll(() => search().get('target')).toBe('rate:{id}');
    await page.getByRole('heading', { level: 1, name: 'rate:{id}' }).waitFor();
  });

  it('of a broker: topics with what is published and delivered, by whom and to whom', async () => {
    await open('/services/order-events');
    const [name, , published, delivered, , , , ...callers] = await cells('Topics and queues', 'orders');
    expect([name, published, delivered, ...callers]).toEqual(['orders', '6.26', '6.26', 'checkout', 'fulfilment']);
    expect((await cells('Topics and queues', 'shipments'))[3]).toBe('—');
    await expect.poll(() => table('Topics and queues').locator('tbody tr').count()).toBe(2);
    await expect.poll(() => page.getByText('seen by callers').count()).toBeGreaterThan(0);
    await table('Endpoints').getByText('Metadata').waitFor();
  });

  it('of an RPC server: methods with status codes by name', async () => {
    await open('/services/checkout');
    const method = await cells('Methods', 'PlaceOrder');
    expect(method[0]).toBe('PlaceOrdershop.Checkout');
    expect(method.find((text) => text.startsWith('UNAVAILABLE'))).toBe('UNAVAILABLE 493OK 6,248');
    await expect.poll(() => table('Endpoints').count()).toBe(0);
  });

  it('of a resolver: names, what does not exist, and who asks', async () => {
    await open('/services/coredns.kube-system');
    const missing = await cells('Names asked', 'legacy.shop.example');
    expect(missing.slice(3, 7)).toEqual(['100 %', '0 %', '0 %', '0 %']);
    expect(missing.at(-1)).toBe('catalog');
    await expect.poll(() => cells('Names asked', 'orders-db.shop')).toContain('A 57.1 %AAAA 42.9 %');
    const summary = page.getByRole('region', { name: 'Names asked' }).locator('dl');
    await expect
      .poll(() => summary.locator('div').filter({ hasText: 'NXDOMAIN' }).locator('dd').first().textContent())
      .toBe('11.6 %');
    await page.getByRole('textbox', { name: 'Filter' }).fill('acquirer');
    await expect.poll(() => table('Names asked').locator('tbody tr').count()).toBe(1);
  });

  it('speaks Chinese', async () => {
    await open('/services/session-cache?lang=zh');
    await table('命令 × 键模式').waitFor();
    await open('/services/coredns.kube-system?lang=zh');
    await table('查询的域名').waitFor();
  });
});
