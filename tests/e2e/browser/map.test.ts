import { expect, it } from 'vitest';
import { open, page, search, withFixture } from './harness.ts';

withFixture('the map', () => {
  it('draws the map: cards, calls, numbers on request, Enter opens a service', async () => {
    await open('/map');
    const node = (name: string) =>
      page.locator('.react-flow__node').filter({ has: page.getByText(name, { exact: true }) });
    await node('shop-web').waitFor();
    await expect.poll(() => page.locator('.react-flow__node').count()).toBe(12);
    await expect.poll(() => page.locator('.react-flow__edge').count()).toBe(15);
    const boxes = await page
      .locator('.react-flow__node')
      .evaluateAll((all) => all.map((each) => each.getBoundingClientRect().toJSON()));
    for (const [index, a] of boxes.entries())
      for (const b of boxes.slice(index + 1))
        expect(a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top).toBe(true);
    await node('checkout').click({ position: { x: 20, y: 20 } });
    const details = page.getByRole('complementary', { name: 'checkout' });
    await details.getByText('9,630').waitFor();
    await page.keyboard.press('Escape');
    await details.waitFor({ state: 'detached' });
    await page.getByText('P95 latency', { exact: true }).click();
    await expect.poll(() => search().get('fill')).toBe('latency');
    await node('payment').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'payment' }).waitFor();
  });

  it('draws the busiest of a large map, says so, and focuses on one', async () => {
    await open('/map', 'large');
    await page.getByText('The 200 busiest of 400 services are drawn.').waitFor();
    await page.locator('.react-flow__node').first().waitFor({ timeout: 30_000 });
    await page.getByRole('textbox', { name: 'Find a service' }).fill('service-399');
    await page.getByRole('option', { name: 'team-8.service-399' }).click();
    await expect.poll(() => search().get('focus')).toBe('team-8.service-399');
    await page.locator('.react-flow__node').filter({ hasText: 'team-8.service-399' }).waitFor();
    await expect.poll(() => page.locator('.react-flow__node').count()).toBeLessThan(20);
  });
});
