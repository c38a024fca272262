/** Dashboards as a user has them, over the real server: made, changed by keys and by mouse, exported and imported. */
import { readFileSync } from 'node:fs';
import { ATTR, binOf } from '@sonde/model';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { metricsOf, postMetrics, startTestServer, type TestServer } from '../../../packages/server/src/test-server.ts';
import { CHROMIUM } from './chromium.ts';
import { builtPages } from './pages.ts';

const now = Math.floor(Date.now() / 10_000) * 10;

let server: TestServer;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

/** Ten minutes of a service with two instances and four endpoints, one of them slow, one failing now and then. */
function traffic() {
  const endpoints = [
    ['GET', '/items/{id}', 4, 60],
    ['GET', '/search', 45, 25],
    ['POST', '/orders', 120, 12],
    ['POST', '/export', 2300, 2],
  ] as const;
  return Array.from({ length: 60 }, (_, i) => now - 600 + 10 * i).flatMap((time, i) =>
    endpoints.flatMap(([operation, target, ms, count], e) =>
      ['shop-1', 'shop-2'].map((instance, n) => {
        const failed = e === 2 && n === 1 && i % 5 === 0;
        const wave = 1 + 0.4 * Math.sin(i / 6 + e);
        return {
          resource: { [ATTR.serviceName]: 'shop', [ATTR.serviceInstanceId]: instance, [ATTR.hostName]: `node-${n}` },
          side: 'server' as const,
          time,
          count: Math.round(count * wave),
          bin: binOf(ms * wave * 1e6),
          seconds: (Math.round(count * wave) * ms * wave) / 1000,
          requestBytes: 200 * count,
          responseBytes: 4000 * count,
          attributes: {
            [ATTR.operation]: operation,
            [ATTR.target]: target,
            [ATTR.status]: failed ? '503' : '200',
            ...(failed ? { [ATTR.errorType]: '503' } : {}),
            [ATTR.peerService]: e % 2 ? 'edge' : 'mobile',
          },
        };
      }),
    ),
  );
}

beforeAll(async () => {
  builtPages();
  server = await startTestServer();
  expect((await postMetrics(server.url, metricsOf(...traffic()))).status).toBe(200);
  browser = await chromium.launch(CHROMIUM);
  page = await browser.newPage({ locale: 'en-GB', viewport: { width: 1440, height: 1100 } });
  page.setDefaultTimeout(20_000);
  page.on('pageerror', (error) => complaints.push(String(error)));
});
afterAll(async () => {
  await browser?.close();
  await server?.[Symbol.asyncDispose]();
});
beforeEach(() => {
  complaints.length = 0;
});

const open = (path: string) => page.goto(server.url + path);
const titles = () => page.locator('section[aria-label] > header h2').allTextContents();

it('shows each service with the dashboard of its kind, and each part of it', async () => {
  await open('/services/shop');
  await page.getByRole('link', { name: 'Dashboard', exact: true }).click();
  await page.getByRole('heading', { name: 'Rate by status' }).waitFor();
  await expect.poll(() => page.locator('#dashboard-choice option').allTextContents()).toEqual(['HTTP']);
  await expect
    .poll(() => page.locator('section[aria-label="Errors by endpoint"] th').first().textContent())
    .toBe('POST /orders');
  await page
    .locator('section[aria-label="Latency by endpoint P99"], section[aria-label^="Latency P99"] canvas')
    .first()
    .waitFor();
  await open('/services/shop/instance?instance=shop-2');
  await page.getByRole('link', { name: 'Dashboard', exact: true }).click();
  const ring = page.locator('section[aria-label="Errors by instance"] li');
  await ring.first().waitFor();
  await expect.poll(() => ring.count()).toBe(1);
  expect(complaints).toEqual([]);
});

it('is made by keys, changed by mouse, and there after a reload', async () => {
  await open('/dashboards');
  await page.getByRole('button', { name: 'New dashboard' }).press('Enter');
  await page.locator('#dashboard-name').fill('Shop on call');
  await page.getByRole('button', { name: 'Add a panel' }).press('Enter');
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('panel-title');
  await page.locator('#panel-metric').selectOption('latency');
  await page.locator('#panel-of-service').fill('shop');
  await page.locator('#panel-group').selectOption('endpoint');
  await page.getByRole('button', { name: 'Apply' }).press('Enter');
  await page.locator('section[aria-label="Latency P50 by endpoint"] canvas').waitFor();
  await page.getByRole('button', { name: 'Add a panel' }).click();
  await page.locator('#panel-title').fill('Everything');
  await page.locator('#panel-chart').selectOption('number');
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.locator('section[aria-label="Everything"] dd').waitFor();
  await expect.poll(() => titles()).toEqual(['Latency P50 by endpoint', 'Everything']);
  await page.getByRole('button', { name: 'Move forward: Everything' }).press('Enter');
  await expect.poll(() => titles()).toEqual(['Everything', 'Latency P50 by endpoint']);
  const [first, second] = [page.locator('[draggable=true]').nth(0), page.locator('[draggable=true]').nth(1)];
  await second.locator('h2').dragTo(first.locator('h2'));
  await expect.poll(() => titles()).toEqual(['Latency P50 by endpoint', 'Everything']);
  // What is not saved is left only where one says so.
  const asked: string[] = [];
  page.once('dialog', (dialog) => {
    asked.push(dialog.message());
    void dialog.dismiss();
  });
  await page.getByRole('link', { name: 'Agents', exact: true }).click();
  await expect.poll(() => asked.length).toBe(1);
  expect(asked[0]).toContain('not saved');
  await expect.poll(() => titles()).toEqual(['Latency P50 by endpoint', 'Everything']);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Edit', exact: true }).waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'Dashboard: Shop on call' }).waitFor();
  await expect.poll(() => titles()).toEqual(['Latency P50 by endpoint', 'Everything']);
  expect(complaints).toEqual([]);
});

it('explains each panel, and keeps its view in the link', async () => {
  await open('/dashboards');
  await page.getByRole('link', { name: 'Shop on call' }).click();
  await page.getByRole('button', { name: /: Latency P50 by endpoint$/ }).click();
  const drawer = page.getByRole('complementary');
  await drawer.getByText('middle of the first bin').waitFor();
  await drawer.locator('details[open] summary', { hasText: 'totals by endpoint' }).waitFor();
  expect(new URL(page.url()).searchParams.get('explain')).toBe('percentile@totals by endpoint');
});

it('is exported and imported; a file that is no dashboard is refused with its reason', async () => {
  await open('/dashboards');
  await page.getByRole('link', { name: 'Shop on call' }).click();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export as JSON' }).click(),
  ]);
  expect(file.suggestedFilename()).toBe('shop-on-call.json');
  const exported = JSON.parse(readFileSync(await file.path(), 'utf8'));
  expect(exported).toMatchObject({
    version: 1,
    name: 'Shop on call',
    panels: [{ metric: 'latency' }, { metric: 'rate' }],
  });
  await open('/dashboards');
  const put = (text: string) =>
    page
      .locator('input[type=file]')
      .setInputFiles({ name: 'board.json', mimeType: 'application/json', buffer: Buffer.from(text) });
  const alert = page.getByRole('alert');
  await put('{');
  await alert.getByText('This file is no JSON: board.json').waitFor();
  await put(JSON.stringify({ ...exported, panels: [{ metric: 'speed' }] }));
  await alert.getByText('SONDE_API_BAD_DASHBOARD: Panels.0.metric').waitFor();
  await put(JSON.stringify({ ...exported, name: 'Shop, imported' }));
  await page.getByRole('heading', { name: 'Dashboard: Shop, imported' }).waitFor();
  await page.getByRole('button', { name: 'Duplicate' }).click();
  await page.getByRole('heading', { name: 'Dashboard: Shop, imported (copy)' }).waitFor();
  page.once('dialog', (dialog) => dialog.accept());
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByRole('link', { name: 'Shop, imported', exact: true }).waitFor();
  await expect.poll(() => page.getByRole('link', { name: 'Shop, imported (copy)' }).count()).toBe(0);
});

it('speaks 中文, and says what no panel can show', async () => {
  await open('/dashboards/kind:http?lang=zh&theme=dark');
  await page.getByRole('heading', { name: '请求速率（按状态码）' }).waitFor();
  await open('/dashboards/kind:dns?lang=zh');
  await page.getByText('该时段没有看到 DNS 类服务').waitFor();
  expect(complaints).toEqual([]);
});
