/**
 * The pages in a real Chromium, built as they are shipped.
 * Against the server at SONDE_URL, where it is given: then only what holds for every server with traffic is checked.
 * Otherwise against the fixture's API, and all of it.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CHROMIUM } from './chromium.ts';
import { type Fixture, type Scenario, startFixture } from './fixture/server.ts';

const web = join(import.meta.dirname, '../../../packages/web');
const vite = join(import.meta.dirname, '../../../node_modules/vite/bin/vite.js');
const outDir = mkdtempSync(join(tmpdir(), 'sonde-web-'));
const real = process.env.SONDE_URL;
const withFixture = describe.skipIf(real !== undefined);

let fixture: Fixture | undefined;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let base: string;
/** What the page asked of other hosts, and what it complained about. */
let outside: string[];
let complaints: string[];

beforeAll(async () => {
  if (real === undefined) {
    execFileSync(process.execPath, [vite, 'build', web, '--logLevel', 'warn', '--outDir', outDir, '--emptyOutDir'], {
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: 'inherit',
    });
    fixture = await startFixture(outDir);
  }
  base = real ?? fixture!.url;
  browser = await chromium.launch(CHROMIUM);
  context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
  });
});

afterAll(async () => {
  await browser?.close();
  await fixture?.close();
  rmSync(outDir, { recursive: true, force: true });
});

beforeEach(async () => {
  if (fixture) fixture.scenario = 'shop';
  page = await context.newPage();
  page.setDefaultTimeout(10_000);
  outside = [];
  complaints = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(base) && !/^(data|blob):/.test(request.url())) outside.push(request.url());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    const refused = /the server responded with a status of/.test(message.text());
    if (message.type() === 'error' && !refused) complaints.push(message.text());
  });
});

afterEach(async () => {
  await page.close();
  expect(outside).toEqual([]);
  expect(complaints).toEqual([]);
});

/** The button that names the range of the page. */
const range = (name: string) =>
  page.getByRole('group', { name: 'Time range' }).getByRole('button', { name, exact: true });

const search = () => new URL(page.url()).searchParams;

async function open(path: string, scenario?: Scenario) {
  if (fixture && scenario) fixture.scenario = scenario;
  await page.goto(base + path);
}

const rows = () => page.getByRole('table', { name: 'Services' }).locator('tbody tr:has(a)');
const firstNames = async () => rows().locator('a').allTextContents();

describe('every server with traffic', () => {
  it('lists services, opens one, and keeps the range on the way', async () => {
    await open('/?from=now-1h&to=now&lang=en');
    await rows().first().waitFor();
    const [name] = await firstNames();
    await rows().first().getByRole('link').click();
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
    expect(await header.getAttribute('aria-sort')).toBe('ascending');
    const names = await firstNames();
    expect(names).toEqual([...names].sort(new Intl.Collator('en', { numeric: true, sensitivity: 'base' }).compare));
    await header.getByRole('button').click();
    expect(await firstNames()).toEqual([...names].reverse());
    expect(search().get('sort')).toBe('-name');
  });
});

withFixture(`the shop of the fixture${real === undefined ? '' : ' (left out: SONDE_URL names another server)'}`, () => {
  it('shows the numbers of the API, a dash where there is none, and whose numbers they are', async () => {
    await open('/');
    await rows().first().waitFor();
    const cells = async (name: string) =>
      (await rows().filter({ hasText: name }).locator('td').allTextContents()).map((text) => text.trim());
    expect((await cells('payment')).slice(1, 11)).toEqual([
      'http',
      '6,750',
      '7.50',
      '9.61 %',
      '177 ms',
      '131 ms',
      '312 ms',
      '683 ms',
      '1.09 s',
      '2.62 s',
    ]);
    expect((await cells('nightly-report')).slice(2, 11)).toEqual(['0', '0', '—', '—', '—', '—', '—', '—', '—']);
    expect(await rows().filter({ hasText: 'order-events' }).getByText('seen by callers').count()).toBe(1);
    expect(await rows().filter({ hasText: 'payment' }).getByText('seen by callers').count()).toBe(0);
    expect(await page.getByRole('link', { name: /^Complete 99.98 %/ }).count()).toBe(1);
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
    expect(await firstNames()).toEqual(['session-cache']);
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
    await expect.poll(asked, { timeout: 5_000 }).toBeGreaterThanOrEqual(before + 2);
    await open(`/?refresh=1&from=${Date.now() - 600_000}&to=${Date.now() - 60_000}`);
    await rows().first().waitFor();
    const still = asked();
    await page.waitForTimeout(2_500);
    expect(asked()).toBe(still);
  });

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
          if (pixel === '125,155,214') seen.bars++;
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
    expect(await page.getByRole('table', { name: 'Instances' }).locator('tbody tr').count()).toBe(1);
    const neighbours = page.getByRole('region', { name: 'Callers and dependencies' });
    expect((await neighbours.locator('li strong').allTextContents()).sort()).toEqual([
      'catalog',
      'checkout',
      'fulfilment',
    ]);
    await neighbours.getByRole('link', { name: /checkout/ }).click();
    await page.getByRole('heading', { level: 1, name: 'checkout' }).waitFor();
    await page.getByRole('table', { name: 'Endpoints' }).getByText('PlaceOrder').waitFor();
    await page.getByRole('region', { name: 'Status codes' }).getByText('UNAVAILABLE').waitFor();
  });

  it('says of a service not seen in the range what to do', async () => {
    await open('/services/nobody');
    await page.getByText('nobody was not seen in this range').waitFor();
    await page.getByRole('button', { name: 'Look at the last 24 hours' }).click();
    await expect.poll(() => search().get('from')).toBe('now-24h');
  });

  it('draws the map: cards, calls, numbers on request, Enter opens a service', async () => {
    await open('/map');
    const node = (name: string) =>
      page.locator('.react-flow__node').filter({ has: page.getByText(name, { exact: true }) });
    await node('shop-web').waitFor();
    expect(await page.locator('.react-flow__node').count()).toBe(12);
    expect(await page.locator('.react-flow__edge').count()).toBe(15);
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
    expect(await page.locator('.react-flow__node').count()).toBeLessThan(20);
  });

  it('keeps only the rows in view in the document', async () => {
    await open('/?sort=name', 'large');
    await page.getByText('400 services').waitFor();
    expect(await rows().count()).toBeLessThan(80);
    const table = page.getByRole('table', { name: 'Services' });
    expect(await table.getAttribute('aria-rowcount')).toBe('401');
    await table.evaluate((element) => element.parentElement!.scrollTo({ top: 1e6 }));
    await page.getByRole('link', { name: 'team-22.service-390' }).waitFor();
  });

  it('speaks Chinese and goes dark by the URL, and keeps both from page to page', async () => {
    await open('/?lang=zh&theme=dark');
    await page.getByRole('table', { name: '服务' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
    expect(await page.locator('html').getAttribute('data-mantine-color-scheme')).toBe('dark');
    await page.getByRole('link', { name: '探针', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: '探针' }).waitFor();
    expect([search().get('lang'), search().get('theme')]).toEqual(['zh', 'dark']);
    await page.getByRole('button', { name: '语言' }).click();
    await page.getByRole('menuitem', { name: 'English' }).click();
    await page.getByRole('heading', { level: 1, name: 'Agents' }).waitFor();
    await page.getByRole('button', { name: 'Theme' }).click();
    await page.getByRole('menuitem', { name: 'Light' }).click();
    await expect.poll(() => page.locator('html').getAttribute('data-mantine-color-scheme')).toBe('light');
  });

  it('tells of each agent what it costs and what it lost', async () => {
    await open('/agents');
    const second = page.getByRole('region', { name: 'node-2' });
    await second.getByText('99.96 %').waitFor();
    expect(await second.getByText('ring_full').count()).toBe(1);
    expect(await second.getByText('735 ns').count()).toBe(1);
    expect(await page.getByRole('region', { name: 'node-1' }).getByText('Nothing was lost').count()).toBe(1);
  });

  it('says how to begin where nobody watches, and why where nothing is seen', async () => {
    await open('/', 'empty');
    await page.getByText('No agent has reported yet').waitFor();
    await page.getByText('sudo ./sonde up', { exact: true }).waitFor();
    await open('/', 'quiet');
    await page.getByText('saw no traffic in this range').waitFor();
    await page.getByText('Scope: cgroup:/shop.slice').waitFor();
    await open('/map', 'quiet');
    await page.getByText('No calls between services in this range').waitFor();
    await open('/agents', 'empty');
    await page.getByText('No agent reported in this range').first().waitFor();
  });

  it('gives cause and hint of a refusal, and comes back by itself', async () => {
    await open('/?refresh=1', 'broken');
    await page.getByText('SONDE_STORE_UNAVAILABLE').waitFor();
    await page.getByText('Retry; the agent keeps its data until then').waitFor();
    fixture!.scenario = 'shop';
    await rows().first().waitFor();
    fixture!.scenario = 'broken';
    await page.getByText('The last refresh failed').waitFor();
    expect(await rows().count()).toBe(13);
  });

  it('says when the server is out of reach', async () => {
    await open('/');
    await rows().first().waitFor();
    await page.route('**/api/**', (route) => route.abort());
    await page.getByRole('link', { name: 'Agents', exact: true }).click();
    await page.getByText('The server does not answer').waitFor();
    complaints = complaints.filter((text) => !text.includes('ERR_FAILED'));
  });

  it('can be used without a mouse', async () => {
    await open('/');
    await rows().first().waitFor();
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to content');
    await page.getByRole('link', { name: 'checkout' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'checkout' }).waitFor();
    await range('Last 15 minutes').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('textbox', { name: 'From' }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Last 15 minutes');
  });

  it('does not scroll sideways on a narrow screen, whatever the page', async () => {
    await page.setViewportSize({ width: 390, height: 800 });
    for (const path of ['/', '/map', '/services/shop-web', '/services/orders-db', '/agents']) {
      await open(`${path}?refresh=0`);
      await range('Last 15 minutes').waitFor();
      await page.waitForLoadState('networkidle');
      const over = await page.evaluate(() => {
        const content = document.querySelector('#content')!;
        return Math.max(content.scrollWidth - content.clientWidth, document.body.scrollWidth - innerWidth);
      });
      expect({ path, over }).toEqual({ path, over: 0 });
    }
  });
});
