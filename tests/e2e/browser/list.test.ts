import { expect, it } from 'vitest';
import { firstNames, fixture, open, page, range, rows, search, withFixture } from './harness.ts';
import { quiet } from './pages.ts';

withFixture('the list of services', () => {
  it('shows the numbers of the API, a dash where there is none, and whose numbers they are', async () => {
    await open('/');
    await rows().first().waitFor();
    const cells = async (name: string) =>
      (await rows().filter({ hasText: name }).locator('td').allTextContents()).map((text) => text.trim());
    expect((await cells('payment')).slice(1, 13)).toEqual([
      'http',
      '3/4',
      '6,750',
      '7.50',
      '9.61 %',
      '0',
      '177 ms',
      '131 ms',
      '312 ms',
      '683 ms',
      '1.09 s',
      '2.62 s',
    ]);
    expect((await cells('nightly-report')).slice(2, 13)).toEqual([
      '—',
      '0',
      '0',
      '—',
      '0',
      '—',
      '—',
      '—',
      '—',
      '—',
      '—',
    ]);
    await expect.poll(() => rows().filter({ hasText: 'order-events' }).getByText('seen by callers').count()).toBe(1);
    await expect.poll(() => rows().filter({ hasText: 'payment' }).getByText('seen by callers').count()).toBe(0);
    await expect.poll(() => page.getByRole('link', { name: /^Complete 99.98 %/ }).count()).toBe(1);
  });

  it('filters from the keyboard, and a reload keeps the filter', async () => {
    await open('/');
    await rows().first().waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('redis');
    await page.getByText('1 of 13 services').waitFor();
    await expect.poll(() => search().get('q')).toBe('redis');
    await page.reload();
    await page.getByText('1 of 13 services').waitFor();
    await expect.poll(() => firstNames()).toEqual(['session-cache']);
    await page.getByRole('textbox', { name: 'Filter services' }).press('Escape');
    await page.getByText('13 services', { exact: true }).waitFor();
    await page.getByRole('textbox', { name: 'Filter services' }).fill('nothing like it');
    await page.getByText('No service matches the filter').waitFor();
  });

  it('asks the API for the range chosen, quick or typed, and names a bad one', async () => {
    await open('/');
    await range('Last 15 minutes').click();
    await page.getByRole('group', { name: 'Quick ranges' }).getByRole('button', { name: 'Last 6 hours' }).click();
    await expect.poll(() => fixture!.requests).toContain('/api/v1/services?from=now-6h&to=now');
    await range('Last 6 hours').click();
    await page.getByRole('textbox', { name: 'From' }).fill('2026-11-20 10:00:00');
    await page.getByRole('textbox', { name: 'To' }).fill('2026-11-20 09:00:00');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('The start must be before the end').waitFor();
    await page.getByRole('textbox', { name: 'To' }).fill('2026-11-20 11:00:00');
    await page.getByRole('button', { name: 'Apply' }).click();
    await range('2026-11-20 10:00:00 – 11:00:00').waitFor();
    // Berlin is one hour ahead of UTC in November.
    expect(search().get('from')).toBe(String(Date.UTC(2026, 10, 20, 9)));
    expect(search().get('to')).toBe(String(Date.UTC(2026, 10, 20, 10)));
    await page.getByRole('button', { name: 'Earlier' }).click();
    await range('2026-11-20 09:00:00 – 10:00:00').waitFor();
    await page.getByRole('button', { name: 'Zoom out' }).click();
    await range('2026-11-20 08:30:00 – 10:30:00').waitFor();
  });

  it('answers a range that is none with the code of the API and a way back', async () => {
    await open('/?from=now&to=now-5m');
    await page.getByText('SONDE_API_BAD_RANGE').waitFor();
    await page.getByRole('button', { name: 'Back to the last 15 minutes' }).click();
    await rows().first().waitFor();
  });

  it('refreshes as the URL says, and not at all where nothing can change', async () => {
    const asked = () => fixture!.requests.filter((path) => path.startsWith('/api/v1/services?')).length;
    await open('/?refresh=1');
    await rows().first().waitFor();
    const before = asked();
    await expect.poll(asked).toBeGreaterThanOrEqual(before + 2);
    await page.clock.install();
    await open(`/?refresh=1&from=${Date.now() - 600_000}&to=${Date.now() - 60_000}`);
    await rows().first().waitFor();
    const still = asked();
    await page.clock.runFor(10_000);
    await quiet(page);
    expect(asked()).toBe(still);
  });

  it('keeps only the rows in view in the document', async () => {
    await open('/?sort=name', 'large');
    await page.getByText('400 services').waitFor();
    await expect.poll(() => rows().count()).toBeLessThan(80);
    const table = page.getByRole('table', { name: 'Services' });
    await expect.poll(() => table.getAttribute('aria-rowcount')).toBe('401');
    await table.evaluate((element) => element.parentElement!.scrollTo({ top: 1e6 }));
    await page.getByRole('link', { name: 'team-22.service-390' }).waitFor();
  });

  it('takes 50,000 rows: scrolls, sorts and filters them at once', async () => {
    await open('/?sort=name&refresh=0', 'huge');
    await page.getByText('50,000 services').waitFor({ timeout: 60_000 });
    const table = page.getByRole('table', { name: 'Services' });
    await expect.poll(() => table.getAttribute('aria-rowcount')).toBe('50001');
    const timed = async (act: () => Promise<unknown>) => {
      const start = performance.now();
      await act();
      return performance.now() - start;
    };
    const scroll = await timed(async () => {
      await table.evaluate((element) => element.parentElement!.scrollTo({ top: 1e9 }));
      await page.locator('tr[aria-rowindex="50001"]').waitFor();
    });
    await expect.poll(() => rows().count()).toBeLessThan(80);
    const sort = await timed(async () => {
      await table.getByRole('button', { name: 'Requests', exact: true }).click();
      await expect.poll(() => search().get('sort')).toBe('-requests');
      await page.locator('th[aria-sort=descending]').waitFor();
    });
    const filter = await timed(async () => {
      await page.getByRole('textbox', { name: 'Filter services' }).fill('service-49999');
      await page.getByText('1 of 50,000 services').waitFor();
    });
    expect(Math.max(scroll, sort, filter)).toBeLessThan(2_000);
  });
});
