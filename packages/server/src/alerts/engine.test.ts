import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AlertRule, alertRule } from '@sonde/api';
import { timeRange } from '@sonde/model';
import { Store } from '@sonde/store';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { parseChannel } from './channels/channel.ts';
import { requestRows, SILENT, T, writeRequests } from './engine.case.ts';
import { AlertEngine } from './engine.ts';
import { PRESETS } from './presets.ts';

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
  engine = await AlertEngine.start(store, { channels, pageUrl: 'http://sonde', log: SILENT, presets: {} });
}

async function stop(): Promise<void> {
  await engine.stop();
  await store.close();
}

const restart = async () => {
  await stop();
  await start();
};

const soon = (check: () => unknown) => vi.waitFor(check, { timeout: 30_000 });

const requests = (...of: Parameters<typeof requestRows>) => writeRequests(store, requestRows(...of));

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
  const first = await AlertEngine.start(store, { channels: [], pageUrl: '', log: SILENT });
  expect([...first.book.rules.keys()].sort()).toEqual(Object.keys(PRESETS).sort());
  await first.book.deleteRule('preset:no-data');
  const second = await AlertEngine.start(store, { channels: [], pageUrl: '', log: SILENT });
  expect([...second.book.rules.keys()].sort()).toEqual(
    Object.keys(PRESETS)
      .filter((id) => id !== 'preset:no-data')
      .sort(),
  );
});

describe('from condition to notification', () => {
  test('fires after `for`, resolves after `recovery`, and says so once to each channel', async () => {
    await put(ERRORS);
    for (let i = 0; i < 6; i++) await requests(T - 100 + 10 * i, 8, i < 3 ? 2 : 0);
    await tick(T - 70);
    expect(await spans()).toEqual([]);
    await tick(T - 60);
    await tick(T - 50);
    expect((await store.openAlerts()).map(({ rule, state }) => [rule, state])).toEqual([['r', 'firing']]);
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
    const times = [-70, -60, -50, -10, 20, 40, 60];
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

  test('a server beside others over one store: its changes count, and it sends nothing itself', async () => {
    await put({ ...ERRORS, for: 0, recovery: 0 });
    const channels = [parseChannel(`webhook:hook=${url}/hook`)!];
    await requests(T - 100, 8, 2);
    const other = await AlertEngine.start(store, { channels, pageUrl: '', log: SILENT, evaluates: false, presets: {} });
    await other.book.putRule('r', alertRule.parse({ ...ERRORS, for: 0, severity: 'critical' }));
    status = 503;
    await tick(T - 90);
    expect((await spans()).map(({ severity }) => severity)).toEqual(['critical']);
    const idle = await AlertEngine.start(store, { channels, pageUrl: '', log: SILENT, evaluates: false, presets: {} });
    status = 200;
    await soon(() => expect(hooks()).toEqual(['firing shop']));
    expect(await other.book.deleteRule('r')).toBe(true);
    await tick(T - 80);
    await soon(() => expect(hooks()).toEqual(['firing shop', 'resolved shop']));
    await Promise.all([other.stop(), idle.stop()]);
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

test('a plan reads the time asked for', () => {
  expect(store.plan(timeRange((T - 60) * 1000, T * 1000))).toMatchObject({ from: T - 60, to: T });
});
