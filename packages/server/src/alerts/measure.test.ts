import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alertRule } from '@sonde/api';
import { binOf } from '@sonde/model';
import { Store } from '@sonde/store';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { requestRows, SILENT, T, writeRequests } from './engine.case.ts';
import { AlertEngine } from './engine.ts';
import { PRESETS } from './presets.ts';

let path: string;
let store: Store;
let engine: AlertEngine;

beforeEach(async () => {
  path = mkdtempSync(join(tmpdir(), 'sonde-alerts-'));
  store = await Store.open({ path });
  engine = await AlertEngine.start(store, { channels: [], pageUrl: '', log: SILENT, presets: {} });
});
afterEach(async () => {
  await engine.stop();
  await store.close();
  rmSync(path, { recursive: true, force: true });
});

const requests = (...of: Parameters<typeof requestRows>) => writeRequests(store, requestRows(...of));
const put = (rule: Record<string, unknown>) => engine.book.putRule('r', alertRule.parse(rule));
/** An evaluation whose windows end at `time`. */
const tick = (time: number) => engine.tick((time + 20) * 1000);
const spans = () => store.alertSpans(0, Date.now() + 3_600_000);

const ERRORS = { name: 'Errors', metric: 'error_rate', threshold: 0.1, window: 60, for: 20, recovery: 30 };

describe('metrics', () => {
  /** Evaluates each rule alone and all together; what each fired for, by rule. */
  async function fired(rules: Readonly<Record<string, Record<string, unknown>>>) {
    for (const [id, rule] of Object.entries(rules)) {
      await engine.book.putRule(id, alertRule.parse({ name: id, window: 60, for: 0, ...rule }));
    }
    await tick(T);
    return Map.groupBy(await spans(), ({ rule }) => rule);
  }

  test('of requests', async () => {
    await requests(T - 50, 4, 0, { status: '404' });
    await requests(T - 50, 8, 2);
    const below = { operator: 'below' };
    const cases: Record<string, [rule: Record<string, unknown>, value: number]> = {
      error_rate: [{ threshold: 0.1 }, 2 / 14],
      client_error_rate: [{ threshold: 0.3, ...below }, 4 / 14],
      latency: [{ percentile: 50, threshold: 100, ...below }, 2],
      latency_avg: [{ threshold: 100, ...below }, 2],
      apdex: [{ threshold: 0.9, apdex: 500, ...below }, 12 / 14],
      slow_rate: [{ slow: 1, threshold: 0.5 }, 1],
      rate: [{ threshold: 0.1 }, 14 / 60],
      requests: [{ threshold: 9 }, 14],
      errors: [{ threshold: 1 }, 2],
    };
    const rules = Object.entries(cases).map(([metric, [rule]]) => [metric, { metric, ...rule }] as const);
    const seen = await fired(Object.fromEntries(rules));
    for (const [metric, [, value]] of Object.entries(cases)) {
      expect([metric, seen.get(metric)?.map((span) => (span.value! / value).toFixed(2))]).toEqual([
        metric,
        [expect.stringMatching(/^(1\.0[01]|0\.99)$/)],
      ]);
    }
  });

  test('by endpoint and instance, narrowed by patterns', async () => {
    await requests(T - 50, 0, 5, { target: '/bad', instance: 'shop-2' });
    await requests(T - 50, 50, 0);
    await put({ ...ERRORS, for: 0, by: 'endpoint', part: 'GET /b*' });
    await engine.book.putRule('i', alertRule.parse({ ...ERRORS, for: 0, by: 'instance', service: 'sho*' }));
    await tick(T);
    expect((await store.alertSpans(0, Date.now() + 3_600_000, 'nobody')).length).toBe(0);
    const ofShop = await store.alertSpans(0, Date.now() + 3_600_000, 'shop');
    expect(ofShop.map(({ rule, part }) => [rule, part]).sort()).toEqual([
      ['i', 'shop-2'],
      ['r', 'GET /bad'],
    ]);
  });

  test('no requests: of a service that had some, until it has some again', async () => {
    await requests(T - 900, 100, 0);
    await put({ ...PRESETS['preset:no-data'], for: 0, recovery: 0 });
    await tick(T - 880);
    expect(await spans()).toEqual([]);
    await tick(T);
    expect(await spans()).toMatchObject([{ service: 'shop', ended: null }]);
    await requests(T, 1, 0);
    await tick(T + 10);
    expect(await spans()).toMatchObject([{ service: 'shop', ended: (T + 30) * 1000 }]);
  });

  test('of connections and look-ups', async () => {
    const dns = { protocol: 'dns', operation: 'A', side: 'client', peerAddress: '10.0.0.53:53' } as const;
    await requests(T - 50, 1, 4, { ...dns, target: 'nowhere.test' });
    await requests(T - 50, 9, 0, { ...dns, target: 'users.test' });
    const base = {
      time: T - 50,
      service: 'shop',
      side: 'client',
      host: '',
      container: '',
      instance: 'shop-1',
    } as const;
    const none = { opened: 0, closed: 0, reset: 0, lost: 0, refused: 0, unanswered: 0, rttSum: 0 };
    const rtts = { indexes: [binOf(30e6)], counts: [3] };
    const network = [
      { ...base, ...none, peer: 'users', peerAddress: '', segments: 200, retransmits: 12, reset: 1, lost: 2, rtts },
      {
        ...base,
        ...none,
        peer: '',
        peerAddress: '10.0.0.9:81',
        segments: 10,
        retransmits: 4,
        refused: 3,
        unanswered: 2,
      },
    ].map((row) => ({ rtts: { indexes: [], counts: [] }, ...row }));
    await store.write({ requests: [], network, spans: [], metrics: [], resources: [] });
    const seen = await fired({
      a: { metric: 'retransmit_rate', by: 'peer', threshold: 0.05, minRequests: 100 },
      b: { metric: 'retransmit_rate', threshold: 0.05 },
      c: { metric: 'rtt', percentile: 50, threshold: 20, by: 'instance' },
      d: { metric: 'connect_failures', threshold: 4, by: 'peer' },
      e: { metric: 'resets', threshold: 2 },
      f: { metric: 'dns_failures', threshold: 3 },
      g: { metric: 'dns_failure_rate', threshold: 0.5, by: 'endpoint' },
    });
    const facts = [...seen].map(([rule, all]) => [rule, all.map(({ part, value }) => [part, value!.toPrecision(2)])]);
    expect(Object.fromEntries(facts)).toEqual({
      a: [['users', (12 / 200).toPrecision(2)]],
      b: [['', (16 / 210).toPrecision(2)]],
      c: [['shop-1', '30']],
      d: [['10.0.0.9:81', '5.0']],
      e: [['', '3.0']],
      f: [['', '4.0']],
      g: [['nowhere.test', '0.80']],
    });
  });

  test('burn rate of slow requests', async () => {
    const minute = Math.floor(T / 60) * 60;
    await requests(minute - 240, 1000, 0);
    await put({ ...PRESETS['preset:slo-burn-rate'], spentBy: 'slow', slow: 1, recovery: 0 });
    await tick(minute);
    expect((await spans())[0].value! / (1 / 0.001 / 6)).toBeCloseTo(1, 1);
  });

  test('burn rate: both windows of a pair must burn', async () => {
    const minute = Math.floor(T / 60) * 60;
    // 2 % of errors for an hour are 20 times the budget of 99.9 %.
    for (let i = 0; i < 12; i++) await requests(minute - 3600 + 300 * i, 98, 2);
    await put({ ...PRESETS['preset:slo-burn-rate'], recovery: 0 });
    await tick(minute);
    const [span] = await spans();
    expect(span).toMatchObject({ service: 'shop', severity: 'critical' });
    // The slower pair asks for less, so it is further over its limit.
    expect(span.value! / (0.02 / 0.001 / 6)).toBeCloseTo(1, 1);
    // The last five minutes are good: the short window no longer burns, though the long one does.
    await requests(minute + 60, 2000, 0);
    await tick(minute + 300);
    expect((await spans())[0].ended).not.toBeNull();
  });
});
