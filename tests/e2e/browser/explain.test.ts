/**
 * Behind every number stands a query: on each page, every column of numbers and every number by itself leads to a formula
 * and to a query that was sent for the page; its rows, read from the store by another client and put together here by
 * plain arithmetic, give the number that is shown.
 */
import { join } from 'node:path';
import { createClient, FORMULAS } from '@sonde/api';
import { ATTR } from '@sonde/model';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { metricsOf, postMetrics, startTestServer, type TestServer } from '../../../packages/server/src/test-server.ts';
import { connect, type SentQuery } from '../../../packages/store/src/client.ts';
import { CHROMIUM } from './chromium.ts';
import { keyOf, MADE, preferServer, type Row } from './explain-arithmetic.case.ts';
import { ALERT, DASHBOARD, RANGE, SOCKETS, SPANS, selfMetrics, TRAFFIC, traffic } from './explain-data.case.ts';
import { builtPages, follow, quiet } from './pages.ts';

let server: TestServer;
let store: ReturnType<typeof connect>;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  builtPages();
  server = await startTestServer();
  const agent = { [ATTR.serviceName]: 'sonde-agent', [ATTR.serviceInstanceId]: 'agent-1', [ATTR.hostName]: 'node-1' };
  const scopeMetrics = [{ scope: { name: 'sonde', version: '0' }, metrics: selfMetrics() }];
  const data = metricsOf(...TRAFFIC.map(traffic));
  const sent = {
    ...data,
    resourceMetrics: [...data.resourceMetrics, ...SOCKETS, { resource: { attributes: agent }, scopeMetrics }],
  };
  expect((await postMetrics(server.url, sent)).status).toBe(200);
  await server.store.write({ requests: [], metrics: [], resources: [], spans: SPANS });
  await server.store.addAlertEvents([ALERT]);
  await createClient(server.url).putDashboard({ id: 'every-metric', body: DASHBOARD });
  store = connect({ kind: 'embedded', path: join(server.path, 'clickhouse') });
  browser = await chromium.launch(CHROMIUM);
  page = await browser.newPage({ locale: 'en-GB', viewport: { width: 2400, height: 1400 } });
  page.setDefaultTimeout(20_000);
  follow(page);
});
afterAll(async () => {
  await browser?.close();
  await store?.close();
  await server?.[Symbol.asyncDispose]();
});

const known = new Map<string, Promise<Row[]>>();

/** The rows of a query; nothing is written meanwhile, so that the same query is sent once. */
function rowsOf({ sql: query, params }: SentQuery): Promise<Row[]> {
  const key = JSON.stringify([query, params]);
  const ask = async () =>
    (await store.query({ query, format: 'JSONEachRow', query_params: { ...params } })).json<Row>();
  if (!known.has(key)) known.set(key, ask());
  return known.get(key)!;
}

/** A page with its range, and the queries of all its answers by name. */
async function open(path: string): Promise<Map<string, SentQuery[]>> {
  const answers: Promise<unknown>[] = [];
  const take = (response: { url(): string; json(): Promise<unknown> }) => {
    if (response.url().includes('/api/v1/')) answers.push(response.json().catch(() => ({})));
  };
  page.on('response', take);
  await page.goto(`${server.url}${path}${path.includes('?') ? '&' : '?'}${RANGE}&explain=all`);
  await quiet(page);
  await page.locator('main tbody [role=row], main tbody tr, main dl dd').first().waitFor();
  page.off('response', take);
  const all = (await Promise.all(answers)) as { meta?: { explain?: SentQuery[] } }[];
  const sent = all.flatMap(({ meta }) => meta?.explain ?? []);
  const different = new Map(sent.map((query) => [query.sql + JSON.stringify(query.params), query]));
  return Map.groupBy(different.values(), ({ name }) => name);
}

interface Shown {
  /** Nothing of it can be read: a chart. */
  readonly isDrawn?: boolean;
  readonly formula: string;
  readonly query: string | null;
  readonly header: string;
  /** Lines of a table by the text of their first cell; of a number by itself one line. */
  readonly cells: readonly (readonly [key: string, text: string])[];
}

/** All that is shown with a formula, and what is a number without one. */
const onPage = () =>
  page.evaluate(() => {
    const text = (element: Element | null | undefined) => (element?.textContent ?? '').replace(/ƒ/g, '').trim();
    const shown: Shown[] = [];
    const bare: string[] = [];
    for (const table of document.querySelectorAll('table[aria-rowcount]')) {
      const rows = [...table.querySelectorAll('tbody tr')].filter((row) => row.children.length > 1);
      [...table.querySelectorAll('thead th')].forEach((th, at) => {
        const link = th.querySelector('[data-formula]');
        const header = text(th.querySelector('button'));
        if (link === null) {
          if (th.hasAttribute('data-numeric')) bare.push(`${table.getAttribute('aria-label')}: ${header}`);
          return;
        }
        const first = (row: Element) => {
          const cell = row.children[0].cloneNode(true) as Element;
          for (const extra of cell.querySelectorAll('.visually-hidden, [class*=side], small')) extra.remove();
          return text(cell).replace(/\s+/g, '');
        };
        const cells = rows.map((row) => [first(row), text(row.children[at])] as const);
        shown.push({
          formula: link.getAttribute('data-formula')!,
          query: link.getAttribute('data-query'),
          header,
          cells,
        });
      });
    }
    const panelOf = (element: Element) => element.closest('section:has(> header [data-formula])');
    for (const panel of document.querySelectorAll(
      'main section:has(> header h2):not(:has(section)):has(canvas, figure, [class*=ring])',
    )) {
      const link = panel.querySelector(':scope > header [data-formula]');
      const header = panel.getAttribute('aria-label') ?? '';
      if (link === null) bare.push(`chart: ${header}`);
      else {
        const query = link.getAttribute('data-query');
        shown.push({ isDrawn: true, formula: link.getAttribute('data-formula')!, query, header, cells: [] });
      }
    }
    for (const table of document.querySelectorAll('table:not([aria-rowcount])')) {
      const panel = panelOf(table);
      const link = panel?.querySelector(':scope > header [data-formula]');
      if (!panel || !link) continue;
      const cells = [...table.querySelectorAll('tr:has(th[scope=row])')].map(
        (row) =>
          [text(row.children[0]).replace(/\s+/g, ''), text(row.lastElementChild).replace(/ req\/s$/, '')] as const,
      );
      const header = panel.getAttribute('aria-label') ?? '';
      shown.push({
        formula: link.getAttribute('data-formula')!,
        query: link.getAttribute('data-query'),
        header,
        cells,
      });
    }
    for (const stat of document.querySelectorAll('dl > div:has(dd)')) {
      if (stat.closest('[class*=facts]')) continue;
      const link =
        stat.querySelector('[data-formula]') ?? panelOf(stat)?.querySelector('header [data-formula]') ?? null;
      const header = text(stat.querySelector('dt'));
      const value = text(stat.querySelector('dd')).replace(/ req\/s$/, '');
      if (link === null) {
        if (/\d/.test(value)) bare.push(header);
        continue;
      }
      const query = link.getAttribute('data-query');
      shown.push({ formula: link.getAttribute('data-formula')!, query, header, cells: [['', value]] });
    }
    return { shown, bare };
  });

const ENDPOINT = 'protocol=http&operation=POST&target=%2Forders&statement=';

describe('behind every number stands its query', () => {
  it.each([
    ['/', 20],
    ['/services/shop', 20],
    ['/services/shop/endpoints', 20],
    ['/services/shop/pods', 20],
    ['/services/orders-db', 12],
    [`/services/shop/endpoint?${ENDPOINT}`, 25],
    ['/services/shop/instance?instance=shop-2', 25],
    ['/services/shop/errors', 4],
    [`/services/shop/error?side=server&${ENDPOINT}&status=503&error=503`, 15],
    ['/services/shop/slow', 8],
    ['/hosts/node-1', 10],
    ['/errors', 4],
    ['/agents', 9],
    ['/alerts', 2],
    ['/traces', 3],
    ['/services/shop/network', 30],
    ['/dashboards/every-metric', 40],
    [`/traces/${'a'.repeat(32)}`, 4],
    [`/traces/${'a'.repeat(32)}?view=operations`, 18],
    [`/traces/${'a'.repeat(32)}?view=calls`, 7],
    [`/map?choices=${encodeURIComponent('{"selected":"node shop"}')}`, 10],
    [`/map?choices=${encodeURIComponent('{"selected":"edge edge\\u0000shop"}')}`, 10],
  ] as const)('%s', async (path, least) => {
    const queries = await open(path);
    const { shown, bare } = await onPage();
    expect(bare).toEqual([]);
    let compared = 0;
    for (const { formula, query, header, cells, isDrawn } of shown) {
      expect(Object.keys(FORMULAS)).toContain(formula);
      const name = query ?? FORMULAS[formula].query;
      const made = MADE[formula];
      if (cells.length > 0 || isDrawn) expect([...queries.keys()], `${path}: ${header}`).toContain(name);
      if (made === undefined) continue;
      const key = keyOf(name);
      const isStat = cells.length === 1 && cells[0][0] === '';
      const isPart = (row: Row) =>
        name === 'errors'
          ? row.status === '503'
          : name === 'network by peer'
            ? row.service === 'shop' && row.peer === 'edge'
            : (name !== 'totals of services' && name !== 'calls between services') ||
              row.name === 'shop' ||
              (row.source === 'edge' && row.target === 'shop');
      if (key === null && !isStat) continue;
      const given: Set<string> = new Set();
      for (const sent of queries.get(name) ?? []) {
        const all = await rowsOf(sent);
        const part = (line: string) =>
          isStat || key === null ? all.filter(isPart) : all.filter((row) => key(row).replace(/\s+/g, '') === line);
        const counted = (rows: readonly Row[]) => ('side' in (rows[0] ?? {}) ? preferServer(rows) : rows);
        const whole =
          isStat || key === null ? all.filter(isPart) : [...Map.groupBy(all, key).values()].flatMap(counted);
        for (const [line, text] of cells) {
          if (made(counted(part(line)), whole, header) === text) given.add(`${line} ${text}`);
        }
      }
      for (const [line, text] of cells) {
        expect([...given], `${path}: ${header} of ${line || 'all'} is not ${text}`).toContain(`${line} ${text}`);
        compared++;
      }
    }
    expect(compared).toBeGreaterThanOrEqual(least);
  });

  it('a column leads to its formula and to the query of its rows', async () => {
    await page.goto(`${server.url}/?${RANGE}`);
    const header = page.getByRole('columnheader', { name: 'P95' });
    await header.hover();
    await header.getByRole('button', { name: 'Explain the numbers: P95' }).click();
    const drawer = page.getByRole('complementary', { name: 'Where the numbers come from' });
    await drawer.getByText('Pq = middle of the first bin').waitFor();
    await drawer.locator('details[open] summary').getByText('totals of services', { exact: true }).waitFor();
    expect(new URL(page.url()).searchParams.get('explain')).toBe('percentile@totals of services');
  });
});
