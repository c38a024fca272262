/**
 * Behind every number stands a query: on each page, every column of numbers and every number by itself leads to a formula
 * and to a query that was sent for the page; its rows, read from the store by another client and put together here by
 * plain arithmetic, give the number that is shown.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { alertRule, FORMULAS } from '@sonde/api';
import { ATTR, binOf, SELF, valueOfBin } from '@sonde/model';
import type { Metric } from '@sonde/otlp';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { metricsOf, postMetrics, startTestServer, type TestServer } from '../../../packages/server/src/test-server.ts';
import { connect, type SentQuery } from '../../../packages/store/src/client.ts';
import type { SpanRow } from '../../../packages/store/src/index.ts';
import { bytes, cores, count, duration, exact, percent, perSecond } from '../../../packages/web/src/base/format.ts';
import { CHROMIUM } from './chromium.ts';

const MS = 1e6;
const time = Math.floor(Date.now() / 60_000) * 60 - 120;
/** The range of every page: whole minutes that have passed, so that nothing of it changes. */
const SECONDS = 120;
const RANGE = `from=${(time - 60) * 1000}&to=${(time + 60) * 1000}&refresh=0&slow=100&lang=en`;

let server: TestServer;
let store: ReturnType<typeof connect>;
let browser: Browser;
let page: Page;

type Row = Record<string, unknown>;
type Bins = [number[], number[]];

interface Traffic {
  readonly service: string;
  readonly instance: string;
  readonly peer?: string;
  readonly side?: 'server' | 'client';
  readonly ms: number;
  readonly count: number;
  readonly attributes: Record<string, string | number>;
}

const traffic = ({ service, instance, peer = '', side = 'server', ms, count: n, attributes }: Traffic) => ({
  resource: {
    [ATTR.serviceName]: service,
    [ATTR.serviceInstanceId]: instance,
    [ATTR.hostName]: side === 'server' ? 'node-1' : 'node-2',
  },
  side,
  time,
  count: n,
  bin: binOf(ms * MS),
  seconds: (n * ms) / 1000,
  requestBytes: 111 * n,
  responseBytes: 1313 * n,
  attributes: {
    ...(peer === '' ? {} : { [ATTR.peerService]: peer }),
    [side === 'server' ? ATTR.clientAddress : ATTR.peerAddress]: '10.0.0.5',
    ...attributes,
  },
});

const http = (operation: string, target: string, status: string) => ({
  [ATTR.operation]: operation,
  [ATTR.target]: target,
  [ATTR.status]: status,
  ...(status >= '500' ? { [ATTR.errorType]: status } : {}),
});
const sql = { [ATTR.protocolName]: 'pgsql', [ATTR.operation]: 'SELECT', [ATTR.target]: 'orders' };

const TRAFFIC: readonly Traffic[] = [
  { service: 'shop', instance: 'shop-1', peer: 'edge', ms: 3, count: 171, attributes: http('GET', '/items', '200') },
  { service: 'shop', instance: 'shop-2', peer: 'edge', ms: 7, count: 53, attributes: http('GET', '/items', '200') },
  { service: 'shop', instance: 'shop-2', peer: 'edge', ms: 410, count: 23, attributes: http('POST', '/orders', '503') },
  { service: 'shop', instance: 'shop-1', peer: 'edge', ms: 5, count: 19, attributes: http('GET', '/items', '404') },
  {
    service: 'edge',
    instance: 'edge-1',
    peer: 'shop',
    side: 'client',
    ms: 5,
    count: 224,
    attributes: http('GET', '/items', '200'),
  },
  { service: 'shop', instance: 'shop-1', peer: 'orders-db', side: 'client', ms: 2, count: 31, attributes: sql },
];

/** What an agent says of itself. */
function selfMetrics(): Metric[] {
  const times = { startTimeUnixNano: BigInt(time) * 10n ** 9n, timeUnixNano: BigInt(time + 10) * 10n ** 9n };
  const sum = (name: string, value: number, attributes = {}): Metric => ({
    name,
    unit: name === SELF.cpu || name === SELF.programTime ? 's' : '1',
    data: { kind: 'sum', temporality: 'delta', monotonic: true, points: [{ ...times, attributes, value }] },
  });
  return [
    sum(SELF.exchanges, 993),
    sum(SELF.dropped, 7, { cause: 'ring_full' }),
    sum(SELF.records, 1234),
    sum(SELF.cpu, 0.41, { 'cpu.mode': 'user' }),
    sum(SELF.programTime, 0.0031, { program: 'sock_recv' }),
    sum(SELF.programRuns, 997, { program: 'sock_recv' }),
  ];
}

beforeAll(async () => {
  const built = join(import.meta.dirname, '../../../packages/web/dist/index.html');
  if (!existsSync(built)) throw new Error('the pages are not built: run `make web`');
  server = await startTestServer();
  const agent = { [ATTR.serviceName]: 'sonde-agent', [ATTR.serviceInstanceId]: 'agent-1', [ATTR.hostName]: 'node-1' };
  const scopeMetrics = [{ scope: { name: 'sonde', version: '0' }, metrics: selfMetrics() }];
  const data = metricsOf(...TRAFFIC.map(traffic));
  const sent = {
    ...data,
    resourceMetrics: [...data.resourceMetrics, { resource: { attributes: agent }, scopeMetrics }],
  };
  expect((await postMetrics(server.url, sent)).status).toBe(200);
  const span = (
    id: string,
    parent: string,
    service: string,
    name: string,
    ms: number,
    status: SpanRow['status'],
  ): SpanRow => ({
    start: (BigInt(time) * 10n ** 9n) as SpanRow['start'],
    duration: (ms * MS) as SpanRow['duration'],
    traceId: 'a'.repeat(32),
    spanId: id.repeat(16),
    parentSpanId: parent.repeat(16),
    service,
    instance: `${service}-1`,
    host: 'node-1',
    kind: service === 'edge' ? 'client' : 'server',
    name,
    status,
    statusMessage: '',
    attributes: {},
    links: '',
    events: '',
  });
  const spans = [span('1', '', 'edge', 'GET /items', 417, 'unset'), span('2', '1', 'shop', 'GET /items', 409, 'error')];
  await server.store.write({ requests: [], metrics: [], resources: [], spans });
  await server.store.addAlertEvents([
    {
      time: (time + 10) * 1000,
      alert: 'a1',
      rule: 'r1',
      service: 'shop',
      part: 'POST /orders',
      state: 'firing',
      started: (time + 10) * 1000,
      severity: 'critical',
      value: 0.0865,
      threshold: 0.05,
      silenced: false,
      channels: [],
      body: JSON.stringify(alertRule.parse({ name: 'Errors', metric: 'error_rate', by: 'endpoint', threshold: 0.05 })),
    },
  ]);
  store = connect({ kind: 'embedded', path: join(server.path, 'clickhouse') });
  browser = await chromium.launch(CHROMIUM);
  page = await browser.newPage({ locale: 'en-GB', viewport: { width: 2400, height: 1400 } });
  page.setDefaultTimeout(20_000);
});
afterAll(async () => {
  await browser?.close();
  await store?.close();
  await server?.[Symbol.asyncDispose]();
});

const rowsOf = async ({ sql: query, params }: SentQuery): Promise<Row[]> =>
  (await store.query({ query, format: 'JSONEachRow', query_params: { ...params } })).json<Row>();

/** A page with its range, and the queries of all its answers by name. */
async function open(path: string): Promise<Map<string, SentQuery[]>> {
  const answers: Promise<unknown>[] = [];
  const take = (response: { url(): string; json(): Promise<unknown> }) => {
    if (response.url().includes('/api/v1/')) answers.push(response.json().catch(() => ({})));
  };
  page.on('response', take);
  await page.goto(`${server.url}${path}${path.includes('?') ? '&' : '?'}${RANGE}&explain=all`);
  await page.waitForLoadState('networkidle');
  page.off('response', take);
  const all = (await Promise.all(answers)) as { meta?: { explain?: SentQuery[] } }[];
  return Map.groupBy(
    all.flatMap(({ meta }) => meta?.explain ?? []),
    ({ name }) => name,
  );
}

const sum = (rows: readonly Row[], column: string) => rows.reduce((total, row) => total + Number(row[column] ?? 0), 0);

const merged = (rows: readonly Row[]) => {
  const all = new Map<number, number>();
  for (const row of rows) {
    const [bins, counts] = row.bins as Bins;
    for (const [i, bin] of bins.entries()) all.set(bin, (all.get(bin) ?? 0) + counts[i]);
  }
  return [...all].sort((a, b) => a[0] - b[0]);
};

function quantileOf(rows: readonly Row[], q: number): number | null {
  const bins = merged(rows);
  const total = bins.reduce((n, [, counted]) => n + counted, 0);
  let passed = 0;
  for (const [bin, counted] of bins) {
    passed += counted;
    if (passed >= Math.max(1, Math.ceil(q * total))) return valueOfBin(bin);
  }
  return null;
}

const ratio = (part: number, whole: number) => (whole > 0 ? part / whole : null);
const slowOf = (rows: readonly Row[]) =>
  merged(rows).reduce((n, [bin, counted]) => n + (valueOfBin(bin) >= 100 * MS ? counted : 0), 0);
const measuredIn = (rows: readonly Row[]) => merged(rows).reduce((n, [, counted]) => n + counted, 0);

type Made = (rows: readonly Row[], all: readonly Row[], header: string) => string;

const metric = (rows: readonly Row[], name: string) =>
  sum(
    rows.filter((row) => row.metric === name),
    'sum',
  );

/** Each formula by plain arithmetic on the rows of one line, and on all of them, as the page writes it. */
const MADE: Record<string, Made> = {
  requests: (rows) => count(sum(rows, 'requests')),
  rate: (rows) => perSecond(sum(rows, 'requests') / SECONDS),
  errorRate: (rows) => percent(ratio(sum(rows, 'errors'), sum(rows, 'requests'))),
  requestShare: (rows, all) => percent(ratio(sum(rows, 'requests'), sum(all, 'requests'))),
  errorShare: (rows, all) => percent(ratio(sum(rows, 'errors'), sum(all, 'errors'))),
  timeShare: (rows, all) => percent(ratio(sum(rows, 'duration_sum'), sum(all, 'duration_sum'))),
  requestBytes: (rows) => bytes(sum(rows, 'request_bytes')),
  responseBytes: (rows) => bytes(sum(rows, 'response_bytes')),
  avg: (rows) => duration(ratio(sum(rows, 'duration_sum'), measuredIn(rows))),
  percentile: (rows, _, header) => duration(quantileOf(rows, Number(header.slice(1)) / 100)),
  max: (rows) => duration(merged(rows).length > 0 ? valueOfBin(merged(rows).at(-1)![0]) : null),
  slow: (rows) => count(slowOf(rows)),
  slowRate: (rows) => percent(ratio(slowOf(rows), measuredIn(rows))),
  perMinute: (rows) => perSecond(sum(rows, 'requests') / (SECONDS / 60)),
  statements: (rows) => count(sum(rows, 'statements')),
  apdex: (rows) => {
    const upTo = (limit: number, errors: boolean) =>
      rows.reduce((n, row) => {
        const [bins, counts] = row[errors ? 'error_bins' : 'bins'] as Bins;
        return n + bins.reduce((m, bin, i) => m + (valueOfBin(bin) <= limit ? counts[i] : 0), 0);
      }, 0);
    const good = (limit: number) => upTo(limit, false) - upTo(limit, true);
    const [satisfied, tolerated] = [good(500 * MS), good(2000 * MS)];
    return ((satisfied + (tolerated - satisfied) / 2) / measuredIn(rows)).toFixed(2);
  },
  errors: (rows) => exact(sum(rows, 'errors')),
  exchanges: (rows) => count(metric(rows, SELF.exchanges)),
  completeness: (rows) => {
    const seen = metric(rows, SELF.exchanges);
    return percent(ratio(seen, seen + metric(rows, SELF.dropped)));
  },
  cpu: (rows) => cores(metric(rows, SELF.cpu) / 10),
  userNs: (rows) => duration((metric(rows, SELF.cpu) * 1e9) / metric(rows, SELF.exchanges)),
  kernelNs: (rows) => duration((metric(rows, SELF.programTime) * 1e9) / metric(rows, SELF.exchanges)),
  programTime: (rows) => duration(metric(rows, SELF.programTime) * 1e9),
  programRuns: (rows) => count(metric(rows, SELF.programRuns)),
  perRun: (rows) => duration((metric(rows, SELF.programTime) * 1e9) / metric(rows, SELF.programRuns)),
  lost: (rows) => count(metric(rows, SELF.dropped)),
  alertValue: ([row]) => percent(Number(row?.value)),
  threshold: ([row]) => percent(Number(row?.threshold)),
  spanDuration: ([row]) => duration(Number(row?.duration)),
  spans: ([row]) => count(Number(row?.spans)),
  spanErrors: ([row]) => count(Number(row?.errors)),
  clientErrorRate: (rows) =>
    percent(
      ratio(
        sum(
          rows.filter(({ status }) => String(status).startsWith('4')),
          'requests',
        ),
        sum(rows, 'requests'),
      ),
    ),
};

/** Rows of the side that counts: the server's where there are any. */
const preferServer = (rows: readonly Row[]) => {
  const own = rows.filter(({ side }) => side === 'server');
  return own.length > 0 ? own : rows;
};

/** What a line of a table is called, made of the columns of a row. */
const KEYS: Record<string, (row: Row) => string> = {
  'totals of services': ({ name }) => String(name),
  endpoints: ({ statement, operation, target }) => String(statement || `${operation}${target}`),
  instances: ({ instance }) => String(instance),
  'instances of the host': ({ instance }) => String(instance),
  'usage by target-operation': ({ group_operation, group_target }) => `${group_operation}${group_target}`,
  'usage by target': ({ group_target }) => String(group_target),
  errors: ({ status }) => `${status}${status === '503' ? 'ServiceUnavailable' : 'NotFound'}`,
  "agents' own numbers": ({ attributes }) => {
    const { cause, program } = attributes as Record<string, string>;
    return cause ?? program ?? '';
  },
  alerts: ({ service }) => String(service),
  // There is one trace.
  'spans found': () => 'edge GET /items',
  'traces found': () => 'edge GET /items',
};
const keyOf = (query: string) =>
  KEYS[query] ?? (query.startsWith('requests by ') ? ({ key }: Row) => String(key) : null);

interface Shown {
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
    for (const stat of document.querySelectorAll('dl > div:has(dd)')) {
      if (stat.closest('[class*=facts]')) continue;
      const link = stat.querySelector('[data-formula]');
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
    [`/map?choices=${encodeURIComponent('{"selected":"node shop"}')}`, 10],
    [`/map?choices=${encodeURIComponent('{"selected":"edge edge\\u0000shop"}')}`, 10],
  ] as const)('%s', async (path, least) => {
    const queries = await open(path);
    const { shown, bare } = await onPage();
    expect(bare).toEqual([]);
    let compared = 0;
    for (const { formula, query, header, cells } of shown) {
      expect(Object.keys(FORMULAS)).toContain(formula);
      const name = query ?? FORMULAS[formula].query;
      const made = MADE[formula];
      if (cells.length > 0) expect([...queries.keys()], `${path}: ${header}`).toContain(name);
      if (made === undefined) continue;
      const key = keyOf(name);
      const isStat = cells.length === 1 && cells[0][0] === '';
      const isPart = (row: Row) =>
        name === 'errors'
          ? row.status === '503'
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
