/** The pages as the server itself serves them, over its own store: what was sent as OTLP is what one reads. */
import { ATTR, binOf, SELF } from '@sonde/model';
import type { Metric } from '@sonde/otlp';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SondeServer } from '../../../packages/server/src/index.ts';
import { metricsOf, postMetrics, startTestServer } from '../../../packages/server/src/test-server.ts';
import { CHROMIUM } from './chromium.ts';
import { builtPages } from './pages.ts';

const MS = 1e6;
const interval = Math.floor(Date.now() / 10_000) * 10 - 60;

let server: SondeServer & AsyncDisposable;
let browser: Browser;
let page: Page;

const http = (target: string, status: string, error = '') => ({
  [ATTR.operation]: 'GET',
  [ATTR.target]: target,
  [ATTR.status]: status,
  [ATTR.peerService]: 'edge',
  ...(error === '' ? {} : { [ATTR.errorType]: error }),
});

/** What an agent says of itself for the same interval. */
function selfMetrics(): Metric[] {
  const times = { startTimeUnixNano: BigInt(interval) * 10n ** 9n, timeUnixNano: BigInt(interval + 10) * 10n ** 9n };
  const sum = (name: string, unit: string, value: number, attributes = {}): Metric => ({
    name,
    unit,
    data: { kind: 'sum', temporality: 'delta', monotonic: true, points: [{ ...times, attributes, value }] },
  });
  return [
    sum(SELF.exchanges, '{exchange}', 996),
    sum(SELF.dropped, '{item}', 4, { cause: 'ring_full' }),
    sum(SELF.cpu, 's', 0.4, { 'cpu.mode': 'user' }),
  ];
}

beforeAll(async () => {
  builtPages();
  server = await startTestServer();
  const resource = {
    [ATTR.serviceName]: 'shop',
    [ATTR.serviceInstanceId]: 'shop-1',
    [ATTR.hostName]: 'node-1',
    [ATTR.containerId]: 'c1',
  };
  const exchanges = (count: number, ms: number, attributes: Record<string, string>) => ({
    resource,
    side: 'server' as const,
    time: interval,
    count,
    bin: binOf(ms * MS),
    seconds: (count * ms) / 1000,
    requestBytes: 100 * count,
    responseBytes: 1000 * count,
    attributes,
  });
  const data = metricsOf(
    exchanges(17, 2, http('/items/{id}', '200')),
    exchanges(5, 30, http('/items/{id}', '304')),
    exchanges(1, 500, http('/orders', '500', '500')),
  );
  const agent = { [ATTR.serviceName]: 'sonde-agent', [ATTR.serviceInstanceId]: 'agent-1', [ATTR.hostName]: 'node-1' };
  const scopeMetrics = [{ scope: { name: 'sonde', version: '0' }, metrics: selfMetrics() }];
  const response = await postMetrics(server.url, {
    ...data,
    resourceMetrics: [...data.resourceMetrics, { resource: { attributes: agent }, scopeMetrics }],
  });
  expect(response.status).toBe(200);
  browser = await chromium.launch(CHROMIUM);
  page = await browser.newPage({ locale: 'en-GB' });
  page.setDefaultTimeout(20_000);
});

afterAll(async () => {
  await browser?.close();
  await server?.[Symbol.asyncDispose]();
});

const cells = async (row: string) => {
  const found = page.locator('tr').filter({ hasText: row });
  await found.first().waitFor();
  return (await found.first().locator('td').allTextContents()).map((text) => text.trim());
};

it('shows in the list what was sent', async () => {
  await page.goto(`${server.url}/?refresh=1`);
  const [name, protocol, instances, requests, , errorRate, , , p50] = await cells('shop');
  expect([name, protocol, instances, requests, errorRate]).toEqual(['HTTPshop', 'http', '1', '23', '4.35 %']);
  // Bins are 1.09 % wide.
  expect(Number.parseFloat(p50)).toBeCloseTo(2, 1);
  expect(p50).toMatch(/ ms$/);
});

it('shows endpoints with their statuses, the instance and the caller of a service', async () => {
  await page.goto(`${server.url}/services/shop`);
  const [, , requests, , errorRate] = await cells('/items/{id}');
  expect([requests, errorRate]).toEqual(['22', '0 %']);
  const codes = await page
    .locator('tr')
    .filter({ hasText: '/items/{id}' })
    .first()
    .locator('[data-column=statuses]')
    .textContent();
  expect(codes).toContain('200 17');
  expect(codes).toContain('304 5');
  await page.getByRole('region', { name: 'Callers and dependencies' }).getByRole('link', { name: /edge/ }).waitFor();
  await page.getByRole('region', { name: 'Requests' }).locator('canvas').waitFor();
  await page.goto(`${server.url}/services/shop/pods`);
  const [instance, host] = await cells('shop-1');
  expect([instance, host]).toEqual(['shop-1', 'node-1']);
});

it('shows what the agent lost, on its page and as completeness everywhere', async () => {
  await page.goto(`${server.url}/agents`);
  const agent = page.getByRole('region', { name: 'node-1' });
  await agent.getByText('99.6 %').waitFor();
  await agent.getByText('ring_full').waitFor();
  await page.goto(`${server.url}/map`);
  await page.getByRole('link', { name: /^Complete 99.6 %/ }).waitFor();
  await page.locator('.react-flow__node').filter({ hasText: 'shop' }).waitFor();
});
