import { expect, it } from 'vitest';
import { open, page, range, search, withFixture } from './harness.ts';

withFixture('the page of a service', () => {
  it('zooms the range of the page by a drag over a chart', async () => {
    await open('/services/shop-web');
    const canvas = page.getByRole('region', { name: 'Latency' }).locator('canvas').first();
    await canvas.waitFor();
    await canvas.scrollIntoViewIfNeeded();
    const box = (await canvas.boundingBox())!;
    const y = box.y + box.height / 2;
    await page.mouse.move(box.x + box.width * 0.4, y);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, y, { steps: 5 });
    await page.mouse.move(box.x + box.width * 0.7, y, { steps: 5 });
    await page.mouse.up();
    await expect.poll(() => Number(search().get('from'))).toBeGreaterThan(1e12);
    const width = Number(search().get('to')) - Number(search().get('from'));
    // 30 % of the canvas; the axis labels take some of it.
    expect(width).toBeGreaterThan(0.25 * 900_000);
    expect(width).toBeLessThan(0.4 * 900_000);
    await page.goBack();
    await range('Last 15 minutes').waitFor();
  });

  it('draws what the series say: a chart is no empty canvas', async () => {
    await open('/services/shop-web?theme=light');
    const canvas = page.getByRole('region', { name: 'Requests' }).locator('canvas').first();
    await canvas.waitFor();
    const colours = async () =>
      canvas.evaluate((element) => {
        const { width, height } = element as HTMLCanvasElement;
        const { data } = (element as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height);
        const seen = { bars: 0, errors: 0 };
        for (let at = 0; at < data.length; at += 4) {
          const pixel = `${data[at]},${data[at + 1]},${data[at + 2]}`;
          if (pixel === '111,144,210') seen.bars++;
          if (pixel === '212,61,61') seen.errors++;
        }
        return seen;
      });
    await expect.poll(async () => (await colours()).bars).toBeGreaterThan(5_000);
    expect((await colours()).errors).toBeGreaterThan(100);
    await page.getByRole('button', { name: 'Errors', exact: true }).click();
    await expect.poll(async () => (await colours()).errors).toBe(0);
  });

  it('shows endpoints, statements, instances and neighbours of a service', async () => {
    await open('/services/orders-db');
    const statements = page.getByRole('table', { name: 'Statements' });
    await statements.getByText('SELECT id, name, price_cents, stock FROM products WHERE id = ?').waitFor();
    const neighbours = page.getByRole('region', { name: 'Callers and dependencies' });
    await expect
      .poll(async () => (await neighbours.locator('li strong').allTextContents()).sort())
      .toEqual(['catalog', 'checkout', 'fulfilment']);
    await neighbours.getByRole('link', { name: /checkout/ }).click();
    await page.getByRole('heading', { level: 1, name: 'checkout' }).waitFor();
    await page.getByRole('table', { name: 'Methods' }).getByText('PlaceOrder').waitFor();
    await page.getByRole('region', { name: 'Status codes' }).getByText('UNAVAILABLE').waitFor();
  });

  it('says of a service not seen in the range what to do', async () => {
    await open('/services/nobody');
    await page.getByText('nobody was not seen in this range').waitFor();
    await page.getByRole('button', { name: 'Look at the last 24 hours' }).click();
    await expect.poll(() => search().get('from')).toBe('now-24h');
  });
});
