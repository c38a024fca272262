import { expect, it } from 'vitest';
import { open, page, search, withFixture } from './harness.ts';

withFixture('pods and hosts', () => {
  const table = () => page.getByRole('table', { name: 'Instances' });
  const cells = async (name: string) =>
    (await table().locator('tr').filter({ hasText: name }).locator('td').allTextContents()).map((text) => text.trim());

  it('from the list to the pod that does not start, and to its host', async () => {
    await open('/');
    await page.getByRole('link', { name: '3/4' }).first().click();
    await table().waitFor();
    const row = table().locator('tr').filter({ hasText: 'xbad0' });
    const shown = (column: string) => row.locator(`[data-column=${column}]`).textContent();
    const columns = ['status', 'ready', 'restarts', 'age', 'requestShare', 'requests', 'errors', 'p99'];
    await expect
      .poll(() => Promise.all(columns.map(shown)))
      .toEqual(['CrashLoopBackOff', '0/1', '17', '6h', '—', '0', '—', '—']);
    await table().getByRole('link', { name: 'node-2' }).first().click();
    await page.getByRole('heading', { level: 1, name: 'node-2' }).waitFor();
    await page.getByRole('table', { name: 'What runs here' }).getByRole('link', { name: 'shop-web' }).first().waitFor();
  });

  it('the page of a pod says how it is, and leads to its host', async () => {
    await open('/services/shop-web/pods');
    await table()
      .getByRole('link', { name: /^shop-web-7d9f6c2/ })
      .click();
    const state = page.getByRole('region', { name: 'State' });
    await state.getByText('Deployment shop-web').waitFor();
    await expect.poll(() => state.getByText('the Kubernetes API').count()).toBe(1);
    await state.getByRole('link', { name: 'node-1' }).click();
    await page.getByRole('heading', { level: 1, name: 'node-1' }).waitFor();
  });

  it('what nobody knows is a dash that says why', async () => {
    await open('/services/orders-db/pods');
    const dash = table().locator('[data-column=ready] [title]');
    await dash.waitFor();
    await expect.poll(() => dash.getAttribute('title')).toMatch(/outside of Kubernetes/);
    expect((await cells('orders-db'))[2]).toBe('running');
  });

  it('a link keeps the order of the table', async () => {
    await open('/services/shop-web/pods');
    await table().getByRole('button', { name: 'Restarts', exact: true }).click();
    await expect.poll(() => search().get('choices')).toBe('{"instances":"-restarts"}');
    await page.reload();
    await expect.poll(() => table().locator('[aria-sort=descending]').textContent()).toContain('Restarts');
    await expect.poll(() => table().locator('tbody tr').first().textContent()).toContain('xbad0');
  });
});
