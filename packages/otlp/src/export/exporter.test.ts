import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Intake, metrics, ok, status, traces } from '../../testdata/intake.ts';
import { encodeExportResponse } from '../response.ts';
import { EXPORT_DEFAULTS, Exporter, type ExporterOptions } from './exporter.ts';
import { HttpSender } from './http-sender.ts';
import { bearer } from './sender.ts';

let intake: Intake;
let directory: string;
const exporters: Exporter[] = [];

beforeEach(async () => {
  intake = new Intake();
  await intake.start();
  directory = mkdtempSync(join(tmpdir(), 'sonde-export-'));
});
afterEach(async () => {
  for (const exporter of exporters.splice(0)) await exporter.close(0);
  await intake.stop();
  rmSync(directory, { recursive: true, force: true });
});

const senderTo = ({ url = intake.url, headers = {}, timeout = 2_000 } = {}) =>
  new HttpSender({ url, headers, timeout });

async function open(options: Partial<ExporterOptions> = {}): Promise<Exporter> {
  const exporter = await Exporter.open({
    ...EXPORT_DEFAULTS,
    sender: senderTo(),
    source: 'agent-1',
    spool: { directory, maxBytes: 1 << 20 },
    backoff: { initial: 5, max: 20 },
    ...options,
  });
  exporters.push(exporter);
  return exporter;
}

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);
const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 30_000, interval: 5 });

describe('a server that is well', () => {
  test('gets metrics and traces with the batch id and the token', async () => {
    const exporter = await open({
      sender: senderTo({ url: new URL('/base/', intake.url), headers: bearer('secret') }),
    });
    exporter.export(metrics(1));
    exporter.export(traces(2));
    await until(() => expect(intake.requests).toHaveLength(2));
    expect(intake.requests.map((request) => request.path)).toEqual(['/base/v1/metrics', '/base/v1/traces']);
    const [first, second] = intake.requests.map(({ headers }) => headers);
    expect(first).toMatchObject({
      authorization: 'Bearer secret',
      'content-type': 'application/x-protobuf',
      'content-encoding': 'gzip',
    });
    const sequence = /^agent-1\/(\d+)$/;
    expect(Number(sequence.exec(String(second['x-sonde-batch']))?.[1])).toBe(
      Number(sequence.exec(String(first['x-sonde-batch']))?.[1]) + 1,
    );
  });

  test('leaves nothing behind', async () => {
    const exporter = await open();
    for (const value of upTo(23)) exporter.export(value % 2 ? metrics(value) : traces(value));
    await exporter.close(5_000);
    expect(intake.values).toEqual(upTo(23));
    expect(exporter.stats()).toEqual({
      delivered: { logs: 0, metrics: 12, traces: 11 },
      dropped: new Map(),
      failures: new Map(),
      failing: 0,
      memoryBytes: 0,
      spoolBytes: 0,
      waiting: 0,
    });
    expect(readdirSync(directory)).toEqual([]);
  });

  test('nothing to say is not sent; after close it is counted', async () => {
    const exporter = await open();
    exporter.export({ kind: 'metrics', resourceMetrics: [] });
    await exporter.close(5_000);
    exporter.export(metrics(1));
    expect(intake.requests).toHaveLength(0);
    expect(exporter.stats().dropped).toEqual(new Map([['closed', 1]]));
  });

  test('what cannot be encoded is counted and does not stop the rest', async () => {
    const exporter = await open();
    exporter.export({
      ...metrics(1),
      resourceMetrics: [
        {
          resource: { attributes: { a: undefined as never } },
          scopeMetrics: metrics(1).resourceMetrics[0].scopeMetrics,
        },
      ],
    });
    exporter.export(metrics(2));
    await exporter.close(5_000);
    expect(intake.values).toEqual([2]);
    expect(exporter.stats().dropped).toEqual(new Map([['not_encodable', 1]]));
  });

  test('what cannot be sent is counted and does not stop delivery', async () => {
    const exporter = await open({ source: 'two\nlines' });
    exporter.export(metrics(1));
    await until(() => expect(exporter.stats().dropped).toEqual(new Map([['not_sendable', 1]])));
    expect(exporter.stats().waiting).toBe(0);
  });

  test('may refuse a part of a batch', async () => {
    intake.answer = (response) =>
      response
        .writeHead(200, { 'content-type': 'application/x-protobuf' })
        .end(encodeExportResponse({ rejected: 1, errorMessage: 'no' }));
    const exporter = await open();
    exporter.export(metrics(1));
    await exporter.close(5_000);
    expect(exporter.stats()).toMatchObject({ delivered: { metrics: 0 }, dropped: new Map([['partial_success', 1]]) });
  });
});

describe('a server that is away', () => {
  test('gets everything in order when it is back', async () => {
    const exporter = await open();
    exporter.export(metrics(1));
    await until(() => expect(intake.values).toEqual([1]));
    await intake.stop();
    for (const value of upTo(23).slice(1)) exporter.export(metrics(value));
    await until(() => expect(exporter.stats()).toMatchObject({ memoryBytes: 0, waiting: 22 }));
    expect(readdirSync(directory)).toHaveLength(22);
    expect(exporter.stats().failing).toBeGreaterThan(0);
    expect(exporter.stats().spoolBytes).toBeGreaterThan(0);
    await intake.start();
    await until(() => expect(intake.values).toEqual(upTo(23)));
    await until(() => expect(exporter.stats()).toMatchObject({ failing: 0, waiting: 0, dropped: new Map() }));
    await until(() => expect(readdirSync(directory)).toEqual([]));
  });

  test('loses the oldest past the limit, and that is counted', async () => {
    await intake.stop();
    const exporter = await open({ spool: { directory, maxBytes: 3_000 } });
    for (const value of upTo(40)) exporter.export(metrics(value));
    await until(() => expect(exporter.stats().dropped.get('spool_full')).toBeGreaterThan(10));
    await intake.start();
    await until(() => expect(exporter.stats().waiting).toBe(0));
    const lost = exporter.stats().dropped.get('spool_full') ?? 0;
    expect(intake.values.length + lost).toBe(40);
    expect(intake.values).toEqual([...intake.values].sort((a, b) => a - b));
    expect(intake.values.at(-1)).toBe(40);
  });

  test('and an agent that restarts: the spool is delivered first, under its old ids', async () => {
    await intake.stop();
    const first = await open();
    for (const value of upTo(7)) first.export(traces(value));
    await first.close(50);
    expect(first.stats()).toMatchObject({ waiting: 7, dropped: new Map() });
    await intake.start();
    const second = await open({ source: 'agent-2' });
    second.export(metrics(8));
    await until(() => expect(intake.values).toEqual(upTo(8)));
    const ids = intake.requests.map(({ headers }) => String(headers['x-sonde-batch']));
    expect(ids.map((id) => id.split('/')[0])).toEqual([...Array<string>(7).fill('agent-1'), 'agent-2']);
    const sequences = ids.map((id) => Number(id.split('/')[1]));
    expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => a - b));
  });

  test('without a spool: memory up to its limit, then the oldest go', async () => {
    await intake.stop();
    const exporter = await open({ spool: null, maxMemoryBytes: 1_500 });
    for (const value of upTo(40)) exporter.export(metrics(value));
    await until(() => expect(exporter.stats().dropped.get('memory_full')).toBeGreaterThan(10));
    expect(exporter.stats().memoryBytes).toBeLessThanOrEqual(1_500);
    await intake.start();
    await until(() => expect(exporter.stats().waiting).toBe(0));
    expect(intake.values.length + (exporter.stats().dropped.get('memory_full') ?? 0)).toBe(40);
    expect(intake.values.at(-1)).toBe(40);
  });

  test('while the disk fails: memory carries on', async () => {
    const exporter = await open();
    await intake.stop();
    rmSync(directory, { recursive: true });
    writeFileSync(directory, 'not a directory');
    for (const value of upTo(5)) exporter.export(metrics(value));
    await until(() => expect(exporter.stats().failures.get('spool_ENOTDIR')).toBeGreaterThan(0));
    await intake.start();
    await until(() => expect(intake.values).toEqual(upTo(5)));
    expect(exporter.stats().dropped).toEqual(new Map());
  });
});

describe('a server in trouble', () => {
  test.each([401, 404, 429, 502, 503, 504])('%d is repeated until it is taken', async (code) => {
    let refusals = 3;
    intake.answer = (response, request) => (refusals-- > 0 ? status(code) : ok)(response, request);
    const exporter = await open();
    for (const value of upTo(3)) exporter.export(metrics(value));
    await until(() => expect(intake.values).toEqual(upTo(3)));
    expect(exporter.stats()).toMatchObject({ dropped: new Map(), failures: new Map([[`http_${code}`, 3]]) });
  });

  test('Retry-After is kept', async () => {
    const times: number[] = [];
    intake.answer = (response, request) => {
      times.push(performance.now());
      (times.length === 1 ? status(503, { 'retry-after': '1' }) : ok)(response, request);
    };
    const exporter = await open();
    exporter.export(metrics(1));
    await until(() => expect(intake.values).toEqual([1]));
    expect(times[1] - times[0]).toBeGreaterThanOrEqual(990);
    expect(exporter.stats().failures).toEqual(new Map([['http_503', 1]]));
  });

  test.each([400, 413, 415, 422])('%d is given up, counted, and does not stop the rest', async (code) => {
    let first = true;
    intake.answer = (response, request) => {
      (first ? status(code) : ok)(response, request);
      first = false;
    };
    const exporter = await open();
    for (const value of upTo(3)) exporter.export(metrics(value));
    await until(() => expect(intake.values).toEqual([2, 3]));
    expect(exporter.stats().dropped).toEqual(new Map([[`http_${code}`, 1]]));
    expect(intake.requests).toHaveLength(3);
  });

  test('a batch it cannot digest does not block the rest for ever', async () => {
    let poison = '';
    intake.answer = (response, request) => {
      poison ||= String(request.headers['x-sonde-batch']);
      (request.headers['x-sonde-batch'] === poison ? status(500) : ok)(response, request);
    };
    const exporter = await open();
    for (const value of upTo(3)) exporter.export(metrics(value));
    await until(() => expect(intake.values).toEqual([2, 3]));
    expect(exporter.stats().dropped).toEqual(new Map([['http_500', 1]]));
  });

  test('a slow answer is a failure, and the repeated batch is recognised', async () => {
    let slow = true;
    intake.answer = (response, request) => {
      if (slow) setTimeout(() => ok(response, request), 1_000);
      else ok(response, request);
      slow = false;
    };
    const exporter = await open({ sender: senderTo({ timeout: 400 }) });
    for (const value of upTo(3)) exporter.export(metrics(value));
    await until(() => expect(intake.values).toEqual(upTo(3)));
    expect(exporter.stats().failures.get('timeout')).toBeGreaterThan(0);
    const ids = intake.requests.map(({ headers }) => headers['x-sonde-batch']);
    expect(ids[0]).toBe(ids[1]);
    expect(new Set(ids).size).toBe(3);
    await exporter.close(1_000);
    expect(exporter.stats().delivered.metrics).toBe(3);
  });

  test('a connection reset in the middle', async () => {
    let resets = 2;
    intake.answer = (response, request) => {
      if (resets-- > 0) request.socket.resetAndDestroy();
      else ok(response, request);
    };
    const exporter = await open();
    for (const value of upTo(3)) exporter.export(metrics(value));
    await until(() => expect(intake.values).toEqual(upTo(3)));
    expect(exporter.stats().failures.get('ECONNRESET')).toBe(2);
  });

  test('a full memory goes to disk before the server fails', async () => {
    const held: (() => void)[] = [];
    intake.answer = (response, request) => held.push(() => ok(response, request));
    const exporter = await open({ maxMemoryBytes: 500 });
    for (const value of upTo(20)) exporter.export(metrics(value));
    await until(() => expect(exporter.stats().waiting).toBe(20));
    await until(() => expect(exporter.stats().memoryBytes).toBeLessThanOrEqual(500));
    expect(exporter.stats().spoolBytes).toBeGreaterThan(0);
    intake.answer = ok;
    for (const release of held) release();
    await until(() => expect(intake.values).toEqual(upTo(20)));
    expect(exporter.stats().failures).toEqual(new Map());
  });

  test('close keeps its deadline and puts the rest on disk', async () => {
    intake.answer = () => {};
    const exporter = await open({ sender: senderTo({ timeout: 60_000 }) });
    for (const value of upTo(5)) exporter.export(metrics(value));
    await until(() => expect(intake.requests).toHaveLength(1));
    const start = performance.now();
    await exporter.close(100);
    expect(performance.now() - start).toBeLessThan(8_000);
    expect(readdirSync(directory)).toHaveLength(5);
    expect(exporter.stats().dropped).toEqual(new Map());
  });

  test('close does not wait for a long back-off', async () => {
    intake.answer = status(503, { 'retry-after': '120' });
    const exporter = await open();
    exporter.export(metrics(1));
    await until(() => expect(exporter.stats().failing).toBe(1));
    const start = performance.now();
    await exporter.close(10_000);
    expect(performance.now() - start).toBeLessThan(8_000);
    expect(readdirSync(directory)).toHaveLength(1);
  });
});
