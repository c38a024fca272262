/** The dashboards for Grafana: each query run on a store, each metric name looked for in what an agent exposes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { binOf, quantile } from '@sonde/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listenForMetrics } from '../../packages/agent/src/self/metrics-listener.ts';
import { SelfMeter } from '../../packages/agent/src/self/self-meter.ts';
import { connect, rowsOf } from '../../packages/store/src/client.ts';
import { intakeOf, openStore, requestRow, temporaryFolder } from '../../packages/store/src/test-store.ts';

interface Target {
  readonly rawSql?: string;
  readonly expr?: string;
  readonly legendFormat?: string;
}

interface Dashboard {
  readonly uid: string;
  readonly panels: readonly { readonly id: number; readonly title: string; readonly targets: readonly Target[] }[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: unknown }[] };
}

const read = (name: string): Dashboard =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../../deploy/grafana', `${name}.json`), 'utf8'));

const BOARDS = { services: read('services'), service: read('service'), agents: read('agents') };

const HOUR = 3600;
const from = Math.floor(Date.now() / 1000 / HOUR) * HOUR - HOUR;
const to = from + HOUR;

/** What the ClickHouse plugin of Grafana makes of its macros (https://grafana.com/docs/plugins/grafana-clickhouse-datasource). */
function filledIn(sql: string, resolution: string): string {
  return sql
    .replaceAll(/\$__timeFilter\((\w+)\)/g, `$1 >= toDateTime(${from}) AND $1 <= toDateTime(${to})`)
    .replaceAll(/\$__timeInterval\((\w+)\)/g, 'toStartOfInterval(toDateTime($1), INTERVAL 300 second)')
    .replaceAll('$__fromTime', `toDateTime(${from})`)
    .replaceAll('$__toTime', `toDateTime(${to})`)
    .replaceAll('$__interval_s', '300')
    .replaceAll('$resolution', resolution)
    .replaceAll('$service', 'shop');
}

describe('over ClickHouse', () => {
  const folder = temporaryFolder();
  let database: ReturnType<typeof connect>;
  const durations = [2, 3, 5, 8, 13, 21, 34, 55, 89, 144].map((ms) => ms * 1e6);

  beforeAll(async () => {
    const store = await openStore(folder.path);
    const rows = durations.flatMap((ns, i) => {
      const row = {
        time: from + 600 + 60 * i,
        count: 7,
        durationSum: 7 * ns,
        bins: { indexes: [binOf(ns)], counts: [7] },
        peer: 'edge',
        status: i === 9 ? '503' : '200',
        error: i === 9 ? '503' : '',
        errors: i === 9 ? 7 : 0,
      };
      const seenByEdge = { ...row, side: 'client', service: 'edge', peer: 'shop', durationSum: 99 } as const;
      return [requestRow(row), requestRow(seenByEdge)];
    });
    const ends = { instance: 'shop-1', host: 'node-1', container: '', peer: 'edge', peerAddress: '10.0.0.1' };
    const counts = { opened: 1, closed: 1, reset: 0, lost: 0, refused: 0, unanswered: 0, segments: 50, retransmits: 1 };
    const rtts = { rttSum: 1e6, rtts: { indexes: [binOf(1e6)], counts: [1] } };
    const network = [{ time: from + 600, service: 'shop', side: 'server' as const, ...ends, ...counts, ...rtts }];
    await store.write({ ...intakeOf(rows), network });
    await store.close();
    database = connect({ kind: 'embedded', path: `${folder.path}/clickhouse` });
  });
  afterAll(async () => {
    await database?.close();
    folder[Symbol.dispose]();
  });

  const queries = [BOARDS.services, BOARDS.service].flatMap(({ uid, panels }) =>
    panels.flatMap(({ title, targets }) => targets.map(({ rawSql }) => [`${uid}: ${title}`, rawSql!] as const)),
  );

  test.each(queries)('%s', async (_, sql) => {
    for (const resolution of ['1m', '1h']) {
      const filled = filledIn(sql, resolution);
      expect(filled).not.toMatch(/\$/);
      expect((await rowsOf(database, filled)).length).toBeGreaterThan(0);
    }
  });

  const sqlOf = (board: Dashboard, title: string) =>
    filledIn(board.panels.find((panel) => panel.title === title)!.targets[0].rawSql!, '1m');

  test('the numbers are those of the pages', async () => {
    const [shop] = await rowsOf<Record<string, unknown>>(database, sqlOf(BOARDS.services, 'Services'));
    const bins = { indexes: durations.map(binOf), counts: durations.map(() => 7) };
    expect(shop).toMatchObject({ service: 'shop', side: 'server', requests: 70, error_rate: 0.1 });
    expect(shop.rate).toBeCloseTo(70 / HOUR, 12);
    for (const [name, q] of [
      ['p50', 0.5],
      ['p95', 0.95],
      ['p99', 0.99],
    ] as const)
      expect((shop[name] as number) / (quantile(bins, q)! / 1e9)).toBeCloseTo(1, 9);
    expect(shop.average).toBeCloseTo(durations.reduce((sum, ns) => sum + ns, 0) / 1e10, 12);
    const latency = await rowsOf<{ at: string; p99: number }>(database, sqlOf(BOARDS.service, 'Latency'));
    expect(latency.map(({ p99 }) => p99)).toEqual(
      [4, 9].map((i) => expect.closeTo(quantile({ indexes: [binOf(durations[i])], counts: [1] }, 1)! / 1e9, 9)),
    );
    const calls = await rowsOf<{ source: string; target: string }>(
      database,
      sqlOf(BOARDS.services, 'Calls between services'),
    );
    expect(new Set(calls.map(({ source, target }) => `${source} ${target}`))).toEqual(new Set(['edge shop']));
  });

  test('variables', async () => {
    const { query } = BOARDS.service.templating.list.find(({ name }) => name === 'service')!;
    expect(await rowsOf(database, filledIn(query as string, '1m'))).toEqual([{ name: 'shop' }]);
  });
});

describe('over Prometheus', () => {
  /** Names and labels of all an agent exposes. */
  async function exposed(): Promise<Map<string, Set<string>>> {
    const identity = { id: 'a', version: '1', hostName: 'h', kernel: 'k', hookLevel: 'A', scope: 's', unlinked: '' };
    const counters = {
      ...{ records: 1, exchanges: 1, spoolBytes: 1, series: 1 },
      dropped: new Map([['ring_full', 1]]),
      programs: [{ program: 'send', runTime: 1, runs: 1 }],
      runtimes: [],
      podProblem: '',
    };
    const meter = new SelfMeter(identity, () => counters, 0n);
    const listener = await listenForMetrics(() => meter.total(1n), { port: 0 });
    const text = await (await fetch(listener.url)).text();
    await listener.close();
    const names = new Map<string, Set<string>>();
    for (const [, name, labels = ''] of text.matchAll(/^(\w+)(?:\{(.*)\})? /gm))
      names.set(name, new Set([...labels.matchAll(/(\w+)="/g)].map(([, label]) => label)));
    return names;
  }

  /** What a scraper adds. */
  const ADDED = ['job', 'instance'];

  test('every metric and label a panel asks for is there', async () => {
    const names = await exposed();
    const exprs = BOARDS.agents.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr!));
    expect(exprs.length).toBeGreaterThanOrEqual(10);
    for (const expr of exprs) {
      const asked = [...expr.matchAll(/(\w+)\{/g)].map(([, name]) => name);
      expect(asked.length).toBeGreaterThan(0);
      for (const name of asked) expect([...names.keys()], expr).toContain(name);
      const labels = [...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list]) => list.split(', '));
      const known = [...ADDED, ...asked.flatMap((name) => [...names.get(name)!])];
      for (const label of labels) expect(known, expr).toContain(label);
    }
    const shown = BOARDS.agents.panels.flatMap(({ targets }) => targets.map(({ legendFormat }) => legendFormat ?? ''));
    const known = [...ADDED, ...[...names.values()].flatMap((labels) => [...labels])];
    for (const [, label] of shown.join(' ').matchAll(/\{\{(\w+)\}\}/g)) expect(known).toContain(label);
    const { query } = BOARDS.agents.templating.list.find(({ name }) => name === 'job')! as {
      query: { query: string };
    };
    expect([...names.keys()]).toContain(/label_values\((\w+),/.exec(query.query)![1]);
  });
});

test('each dashboard can be imported: ids of panels differ, and nothing names a data source of ours', () => {
  for (const { uid, panels, templating } of Object.values(BOARDS)) {
    expect(new Set(panels.map(({ id }) => id)).size, uid).toBe(panels.length);
    expect(templating.list[0].name).toBe('datasource');
    expect([...new Set(JSON.stringify(panels).match(/"uid":"[^"]*"/g))]).toEqual([`"uid":"$${'{datasource}'}"`]);
  }
});
