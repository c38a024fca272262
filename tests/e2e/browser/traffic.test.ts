/** Holds for every server with traffic: also run against the one at SONDE_URL. */
import { describe, expect, it } from 'vitest';
import { firstNames, open, page, rows, search } from './harness.ts';

describe('every server with traffic', () => {
  it('lists services, opens one, and keeps the range on the way', async () => {
    await open('/?from=now-1h&to=now&lang=en');
    await rows().first().waitFor();
    const [name] = await firstNames();
    await rows().first().getByRole('link').first().click();
    await page.getByRole('heading', { level: 1, name }).waitFor();
    await page.getByRole('region', { name: 'Latency' }).locator('canvas').waitFor();
    expect(search().get('from')).toBe('now-1h');
    await page.getByRole('link', { name: 'Map', exact: true }).click();
    await page.locator('.react-flow__node').first().waitFor();
    expect(search().get('from')).toBe('now-1h');
    await page.getByRole('link', { name: 'Agents', exact: true }).click();
    await page.getByText('Completeness').first().waitFor();
    await page.goBack();
    await page.locator('.react-flow__node').first().waitFor();
  });

  it('sorts by any column, and the URL says so', async () => {
    await open('/?lang=en');
    await rows().first().waitFor();
    const header = page.getByRole('columnheader', { name: 'Service' });
    await header.getByRole('button').click();
    await expect.poll(() => header.getAttribute('aria-sort')).toBe('ascending');
    const names = await firstNames();
    expect(names).toEqual([...names].sort(new Intl.Collator('en', { numeric: true, sensitivity: 'base' }).compare));
    await header.getByRole('button').click();
    await expect.poll(() => firstNames()).toEqual([...names].reverse());
    expect(search().get('sort')).toBe('-name');
  });
});
