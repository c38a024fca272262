/** Alerts and the network where they matter, over the real server: counted on every page, and from each a way to the other. */
import { createClient, type RouteInput } from '@sonde/api';
import { ATTR, binOf, TCP } from '@sonde/model';
import type { AttributeMap, Metric } from '@sonde/otlp';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { metricsOf, postMetrics, startTestServer, type TestServer } from '../../../packages/server/src/test-server.ts';
import { CHROMIUM } from './chromium.ts';
import { builtPages } from './pages.ts';

const time = Math.floor(Date.now() / 10_000) * 10 - 60;

let server: TestServer;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

const requests = (instance: string, target: string, count: number, status: string) => ({
  resource: { [ATTR.serviceName]: 'shop', [ATTR.serviceInstanceId]: instance, [ATTR.hostName]: 'node-1' },
  side: 'server' as const,
  time,
  count,
  bin: binOf(2e6),
  seconds: count * 0.002,
  attributes: {
    [ATTR.operation]: 'GET',
    [ATTR.target]: target,
    [ATTR.status]: status,
    ...(status >= '500' ? { [ATTR.errorType]: status } : {}),
    [ATTR.peerService]: 'edge',
  },
});

const times = { startTimeUnixNano: BigInt(time) * 10n ** 9n, timeUnixNano: BigInt(time + 10) * 10n ** 9n };

function socketsOf(attributes: AttributeMap, sums: Partial<Record<keyof typeof TCP, number>>): Metric[] {
  return Object.entries(sums).map(([name, value]) => ({
    name: TCP[name as keyof typeof TCP],
    unit: '1',
    data: { kind: 'sum', temporality: 'delta', monotonic: true, points: [{ attributes, ...times, value }] },
  }));
}

const rule = (id: string, body: RouteInput<'putAlertRule'>['body']) =>
  createClient(server.url).putAlertRule({ id, body: { for: 0, minRequests: 1, ...body } });

beforeAll(async () => {
  builtPages();
  server = await startTestServer({ alerts: { interval: 1 } });
  for (const { id } of (await createClient(server.url).alertRules({})).rules)
    await createClient(server.url).deleteAlertRule({ id });
  await rule('r', { name: 'Errors', metric: 'error_rate', threshold: 0.1, severity: 'critical' });
  await rule('e', { name: 'Endpoint fails', metric: 'error_rate', threshold: 0.5, by: 'endpoint' });
  await rule('i', { name: 'Instance fails', metric: 'error_rate', threshold: 0.5, by: 'instance' });
  await rule('n', { name: 'Loss', metric: 'retransmit_rate', threshold: 0.05, by: 'peer', severity: 'info' });
  const toShop = { [ATTR.side]: 'client', [ATTR.peerService]: 'shop' };
  const toNobody = { [ATTR.side]: 'client', [ATTR.serverAddress]: '10.0.0.99', [ATTR.serverPort]: 9000 };
  const edge = {
    resource: { attributes: { [ATTR.serviceName]: 'edge', [ATTR.serviceInstanceId]: 'edge-1' } },
    scopeMetrics: [
      {
        scope: { name: 'sonde', version: '0' },
        metrics: [
          ...socketsOf(toShop, { opened: 2, segments: 200, retransmits: 30 }),
          ...socketsOf(toNobody, { refused: 7 }),
        ],
      },
    ],
  };
  const { resourceMetrics } = metricsOf(
    requests('shop-1', '/items', 80, '200'),
    requests('shop-2', '/orders', 20, '503'),
  );
  const sent = { kind: 'metrics', resourceMetrics: [...resourceMetrics, edge] } as const;
  expect((await postMetrics(server.url, sent)).status).toBe(200);
  browser = await chromium.launch(CHROMIUM);
  page = await browser.newPage({ locale: 'en-GB', viewport: { width: 1440, height: 1000 } });
  page.setDefaultTimeout(20_000);
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  const fired = async () => (await createClient(server.url).alerts({})).alerts.map(({ rule }) => rule).sort();
  await vi.waitFor(async () => expect(await fired()).toEqual(['e', 'i', 'n', 'r']), { timeout: 30_000 });
});
afterAll(async () => {
  await browser?.close();
  await server?.[Symbol.asyncDispose]();
});
afterEach(() => {
  expect(complaints.splice(0)).toEqual([]);
});

const open = (path: string) => page.goto(server.url + path);
const rowOf = (table: string, text: string) =>
  page.getByRole('table', { name: table }).locator('tr', { hasText: text });
const count = (scope: ReturnType<typeof rowOf>) => scope.locator('a[href*="/alerts"]');

it('counts: list, header, endpoint, instance and map, in the colour of the worst that fires', async () => {
  await open('/');
  const chip = count(rowOf('Services', 'shop'));
  await expect.poll(() => chip.textContent()).toBe('3');
  await expect.poll(() => chip.getAttribute('data-state')).toBe('critical');
  await open('/services/shop');
  await page.getByRole('banner').or(page.locator('header')).getByRole('link', { name: '3 alerts' }).first().waitFor();
  const endpoint = count(rowOf('Endpoints', '/orders'));
  expect([await endpoint.textContent(), await endpoint.getAttribute('data-state')]).toEqual(['1', 'warning']);
  await expect.poll(() => count(rowOf('Endpoints', '/items')).count()).toBe(0);
  await open('/services/shop/pods');
  await expect.poll(() => count(rowOf('Instances', 'shop-2')).textContent()).toBe('1');
  await open('/map');
  await expect
    .poll(() => page.locator('.react-flow__node', { hasText: 'shop' }).locator('a[href*="/alerts"]').textContent())
    .toBe('3');
});

it('from an endpoint to its alerts, to their rule, and back to the page at that time', async () => {
  await open('/services/shop');
  await count(rowOf('Endpoints', '/orders')).click();
  await page.getByRole('status').getByText('1 alert').waitFor();
  const history = page.getByRole('table', { name: 'History' });
  await history.getByRole('link', { name: 'Endpoint fails' }).click();
  await expect.poll(() => new URL(page.url()).searchParams.get('rule')).toBe('e');
  await page.getByRole('button', { name: 'Clear' }).click();
  await page
    .getByRole('status')
    .getByText(/alerts/)
    .waitFor();
  await page.getByText('resolved', { exact: true }).click();
  await page.getByText('No alert in this range').waitFor();
  await page.getByText('All', { exact: true }).click();
  await history.locator('a[href*="from="]').first().click();
  await page.getByRole('heading', { level: 1 }).waitFor();
  expect(Number(new URL(page.url()).searchParams.get('from'))).toBeGreaterThan(0);
});

it('an alert is silenced from its row, and spoken of again', async () => {
  await open('/alerts');
  const row = rowOf('Firing now', 'Loss');
  await row.getByRole('button', { name: 'Silence for an hour' }).click();
  const silence = page.getByRole('region', { name: 'Silences' }).getByRole('listitem');
  await silence.getByText('edge · shop').waitFor();
  await silence.getByRole('button', { name: 'End the silence' }).click();
  await silence.waitFor({ state: 'detached' });
});

it('the network of a service: what it sent again to whom, and who refused it', async () => {
  await open('/services/edge');
  await page.getByRole('link', { name: 'Network' }).click();
  const cells = (text: string) => rowOf('Peers', text).locator('td').allTextContents();
  await expect.poll(() => cells('shop')).toEqual(expect.arrayContaining(['shop', 'client', '15.0 %', '200', '1']));
  await expect
    .poll(() => cells('10.0.0.99:9000'))
    .toEqual(expect.arrayContaining(['10.0.0.99:9000', 'client', '—', '7']));
  await count(rowOf('Peers', 'shop')).click();
  await page.getByRole('table', { name: 'History' }).getByText('Loss').waitFor();
});
