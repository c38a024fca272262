import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AlertRule, alertRule } from '@sonde/api';
import { binOf, timeRange } from '@sonde/model';
import { type RequestRow, Store } from '@sonde/store';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { parseChannel } from './channels/channel.ts';
import { AlertEngine } from './engine.ts';
import { PRESETS } from './presets.ts';

const log = { info() {}, warn() {}, error() {} };

interface Received {
  readonly path: string;
  readonly key: string;
  readonly body: Record<string, unknown> & Record<string, unknown>[];
}

let path: string;
let store: Store;
let engine: AlertEngine;
let receiver: Server;
let url: string;
let received: Received[];
let status: number;

beforeEach(async () => {
  path = mkdtempSync(join(tmpdir(), 'sonde-alerts-'));
  received = [];
  status = 200;
  receiver = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString());
    if (status === 200)
      received.push({ path: request.url!, key: String(request.headers['idempotency-key'] ?? ''), body });
    response.writeHead(status).end('{"code":0,"errcode":0}');
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  await start();
});
afterEach(async () => {
  await stop();
  await new Promise((resolve) => receiver.close(resolve));
  rmSync(path, { recursive: true, force: true });
});

async function start(): Promise<void> {
  store = await Store.open({ path });
  const channels = [`webhook:hook=${url}/hook`, `alertmanager:am=${url}`].map((text) => parseChannel(text)!);
  engine = await AlertEngine.start(store, { channels, pageUrl: 'http://sonde', log });
  for (const id of engine.book.rules.keys()) if (id.startsWith('preset:')) await engine.book.deleteRule(id);
}

async function stop(): Promise<void> {
  await engine.stop();
  await store.close();
}

const restart = async () => {
  await stop();
  await start();
};

const soon = (check: () => unknown) => vi.waitFor(check, { timeout: 10_000 });

const T = Math.floor(Date.now() / 10_000) * 10;

/** Requests of 2 ms in the 10 s from `time` on. */
async function requests(time: number, count: number, errors: number, row: Partial<RequestRow> = {}): Promise<void> {
  const base: RequestRow = {
    time,
    service: 'shop',
    side: 'server',
    protocol: 'http',
    operation: 'GET',
    target: '/a',
    statement: '',
    status: '200',
    error: '',
    peer: '',
    peerAddress: '',
    instance: 'shop-1',
    host: '',
    container: '',
    count,
    errors: 0,
    durationSum: count * 2e6,
    bins: { indexes: [binOf(2e6)], counts: [count] },
    queueWaitSum: 0,
    requestBytes: 0,
    responseBytes: 0,
    ...row,
  };
  const failed = {
    ...base,
    status: '500',
    error: '500',
    count: errors,
    errors,
    durationSum: errors * 2e6,
    bins: { indexes: [binOf(2e6)], counts: [errors] },
  };
  const rows = [...(count > 0 ? [base] : []), ...(errors > 0 ? [failed] : [])];
  await store.write({ requests: rows, spans: [], metrics: [], resources: [] });
}

const ERRORS: Partial<AlertRule> = {
  name: 'Errors',
  metric: 'error_rate',
  threshold: 0.1,
  window: 60,
  for: 20,
  recovery: 30,
};
const put = (rule: Record<string, unknown>) => engine.book.putRule('r', alertRule.parse(rule));
/** An evaluation whose windows end at `time`. */
const tick = (time: number) => engine.tick((time + 20) * 1000);
const spans = () => store.alertSpans(0, Date.now() + 3_600_000);
const hooks = () =>
  received.filter(({ path }) => path === '/hook').map(({ body }) => `${body.state} ${body.service}${body.part}`);

test('a store begins with the presets, and what was removed stays so', async () => {
  expect(engine.book.rules.size).toBe(0);
  const fresh = mkdtempSync(join(tmpdir(), 'sonde-alerts-'));
  await stop();
  const other = await Store.open({ path: fresh });
  const first = await AlertEngine.start(other, { channels: [], pageUrl: '', log });
  expect([...first.book.rules.keys()].sort()).toEqual(Object.keys(PRESETS).sort());
  await other.close();
  rmSync(fresh, { recursive: true, force: true });
  store = await Store.open({ path });
  engine = await AlertEngine.start(store, { channels: [], pageUrl: '', log });
  expect(engine.book.rules.size).toBe(0);
});

describe('from condition to notification', { timeout: 30_000 }, () => {
  test('fires after `for`, resolves after `recovery`, and says so once to each channel', async () => {
    await put(ERRORS);
    for (let i = 0; i < 6; i++) await requests(T - 100 + 10 * i, 8, i < 3 ? 2 : 0);
    await tick(T - 70);
    expect(await spans()).toEqual([]);
    await tick(T - 60);
    await tick(T - 50);
    expect(engine.firing('r')).toBe(1);
    await soon(() => expect(hooks()).toEqual(['firing shop']));
    await tick(T - 10);
    await tick(T + 10);
    expect(await spans()).toMatchObject([{ rule: 'r', service: 'shop', ended: null }]);
    await tick(T + 20);
    await soon(() => expect(hooks()).toEqual(['firing shop', 'resolved shop']));
    const alerts = received.filter(({ path }) => path === '/api/v2/alerts').map(({ body }) => body[0]);
    expect(alerts[0]).toMatchObject({ labels: { alertname: 'Errors', service: 'shop', severity: 'warning' } });
    expect(new Set(alerts.map(({ labels }) => JSON.stringify(labels))).size).toBe(1);
    await soon(async () => expect((await spans())[0].notified).toEqual(['am', 'hook']));
    expect(await spans()).toMatchObject([{ started: (T - 30) * 1000, ended: (T + 40) * 1000, threshold: 0.1 }]);
  });

  test('a restart neither repeats nor forgets, at any moment', async () => {
    await put(ERRORS);
    for (let i = 0; i < 3; i++) await requests(T - 100 + 10 * i, 8, 2);
    const times = [-70, -60, -50, -40, -10, 10, 20, 30, 40, 50, 60];
    for (const time of times) {
      await restart();
      await put(ERRORS);
      await tick(T + time);
      await tick(T + time);
    }
    await soon(() => expect(hooks().length).toBeGreaterThanOrEqual(1));
    expect(hooks().filter((text) => text.startsWith('firing'))).toEqual(['firing shop']);
    expect((await spans()).length).toBe(1);
    await restart();
    // A restart forgets for how long an alert has been calm, so it resolves later, but once.
    await put(ERRORS);
    for (const time of [70, 80, 90, 100, 110]) await tick(T + time);
    await soon(() => expect(hooks()).toEqual(['firing shop', 'resolved shop']));
    expect(new Set(received.filter(({ path }) => path === '/hook').map(({ key }) => key)).size).toBe(2);
  });

  test('what a receiver did not take is sent when it is back, after a restart too, in order', async () => {
    await put({ ...ERRORS, for: 0, recovery: 0, channels: ['hook'] });
    status = 503;
    await requests(T - 100, 8, 2);
    await tick(T - 90);
    await tick(T - 10);
    expect(await spans()).toMatchObject([{ ended: (T + 10) * 1000, notified: [] }]);
    await stop();
    status = 200;
    await start();
    await soon(() => expect(hooks()).toEqual(['firing shop', 'resolved shop']));
    await soon(async () => expect((await spans())[0].notified).toEqual(['hook']));
    await restart();
    await tick(T);
    expect(hooks()).toEqual(['firing shop', 'resolved shop']);
  });

  test('a silence records and does not send; a removed rule ends its alerts', async () => {
    await put({ ...ERRORS, for: 0 });
    await engine.book.putSilence('s', {
      rule: '*',
      service: 'sh*',
      part: '*',
      until: Date.now() + 600_000,
      comment: '',
    });
    await requests(T - 100, 8, 2);
    await requests(T - 100, 8, 2, { service: 'other' });
    await tick(T - 90);
    await soon(() => expect(hooks()).toEqual(['firing other']));
    expect((await spans()).map(({ service, silenced }) => [service, silenced]).sort()).toEqual([
      ['other', false],
      ['shop', true],
    ]);
    await engine.book.deleteRule('r');
    await tick(T - 80);
    await soon(() => expect(hooks()).toEqual(['firing other', 'resolved other']));
    expect((await spans()).every(({ ended }) => ended !== null)).toBe(true);
  });

  test('an alert that outlasts its silence is told when the silence ends, one that does not never', async () => {
    await put({ ...ERRORS, for: 0, recovery: 0 });
    const everything = { rule: '*', service: '*', part: '*', comment: '' };
    await engine.book.putSilence('s', { ...everything, until: (T - 45) * 1000 });
    await requests(T - 100, 8, 2);
    await tick(T - 90);
    await restart();
    await put({ ...ERRORS, for: 0, recovery: 0 });
    await tick(T - 70);
    expect((await spans()).map(({ silenced }) => silenced)).toEqual([true]);
    await tick(T - 60);
    await soon(() => expect(hooks()).toEqual(['firing shop']));
    expect((await spans()).map(({ silenced }) => silenced)).toEqual([false]);

    await engine.book.putSilence('s', { ...everything, until: (T + 30) * 1000 });
    await requests(T - 10, 8, 2, { service: 'short' });
    await tick(T);
    await tick(T + 70);
    await requests(T + 70, 8, 2, { service: 'last' });
    await tick(T + 80);
    await soon(() => expect(hooks()).toEqual(['firing shop', 'firing last']));
    expect((await spans()).map(({ service, ended }) => [service, ended !== null]).sort()).toEqual([
      ['last', false],
      ['shop', true],
      ['short', true],
    ]);
  });

  test('a rule that cannot be evaluated leaves its alerts as they are, and the others go on', async () => {
    await put({ ...ERRORS, for: 0, recovery: 0 });
    await engine.book.putRule('other', alertRule.parse({ ...ERRORS, for: 0, name: 'other' }));
    await requests(T - 100, 8, 2);
    await tick(T - 90);
    await put({ ...ERRORS, for: 0, recovery: 0, by: 'peer' });
    await tick(T);
    await tick(T + 30);
    expect((await spans()).map(({ rule, ended }) => [rule, ended === null]).sort()).toEqual([
      ['other', false],
      ['r', true],
    ]);
  });
});

describe('metrics', { timeout: 30_000 }, () => {
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

test('a plan reads the time asked for', () => {
  expect(store.plan(timeRange((T - 60) * 1000, T * 1000))).toMatchObject({ from: T - 60, to: T });
});
