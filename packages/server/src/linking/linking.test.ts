import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ATTR, type EpochNanoseconds, type Nanoseconds } from '@sonde/model';
import { type SpanRow, Store } from '@sonde/store';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { serverConfig } from '../config.ts';
import { Linking } from './linking.ts';
import { SpanRecords } from './span-records.ts';
import { startTraces } from './traces.ts';

const log = pino({ level: 'silent' });
const now = Date.now();
const trace = (id: number) => id.toString(16).padStart(32, 'a');
const id = (number: number) => number.toString(16).padStart(16, 'b');

const row = (number: number, traceId: string, parent: string, kind: 'client' | 'server'): SpanRow => ({
  start: (BigInt(now) * 1_000_000n + BigInt(number)) as EpochNanoseconds,
  duration: 5e6 as Nanoseconds,
  traceId,
  spanId: id(number),
  parentSpanId: parent,
  service: 'shop',
  instance: '',
  host: `node-${number}`,
  kind,
  name: 'GET /',
  status: 'unset',
  statusMessage: '',
  attributes: { [ATTR.connection]: '00000000000000aa' },
  links: '',
  events: '',
});
const client = row(1, trace(1), '', 'client');
const server = row(2, trace(2), id(1), 'server');
const nothing = { requests: [], metrics: [], resources: [] };

let path: string;
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'sonde-linking-'));
});
afterEach(() => rmSync(path, { recursive: true, force: true }));

test('two ends of a call with a restart between them are one trace', async () => {
  for (const spans of [[client], [server]]) {
    const store = await Store.open({ path });
    const traces = await startTraces(store, log, serverConfig.parse({}));
    await store.write({ ...nothing, spans });
    traces.sink.onStored(spans);
    await traces.stop();
    await store.close();
  }
  const store = await Store.open({ path });
  const names = await store.traceNames([trace(2)]);
  expect([...names.values()]).toEqual([trace(1), trace(1)]);
  await store.close();
});

test('a trace that was not judged when the server ended is judged after; one that was kept is kept on', async () => {
  const sampling = { enabled: true, wait: 500, rareBelow: 0, perMinute: 0, application: 'ignore', share: 0 };
  const spansTo = 'spans_recent' as const;
  const failed = { ...server, status: 'error' } as const;
  const late = row(3, trace(2), id(2), 'client');
  for (const [round, spans] of [[client], [failed], [late]].entries()) {
    const store = await Store.open({ path });
    const traces = await startTraces(store, log, serverConfig.parse({ sampling }));
    await store.write({ ...nothing, spans, spansTo });
    traces.sink.onStored(spans);
    const since = Math.floor(now / 1000) - 60;
    if (round > 0) {
      await expect
        .poll(() => store.keptTraces(since).then((kept) => [...kept].sort()), { interval: 200 })
        .toEqual([trace(1), trace(2)]);
    }
    await traces.stop();
    if (round === 2) {
      await store.retain(now / 1000 + 7200);
      const kept = await store.spansOfTraces([trace(1), trace(2)]);
      expect(kept.map(({ spanId }) => spanId).sort()).toEqual([id(1), id(2), id(3)]);
    }
    await store.close();
  }
});

test('what the store does not take is stored later, and the linker tells what it did', async () => {
  const store = await Store.open({ path });
  const linking = new Linking(store, log);
  const began = Date.now();
  const records = new SpanRecords({ always: [], never: [] });
  for (const span of [client, server]) linking.take(records.of(span), began);
  const write = store.write.bind(store);
  store.write = () => Promise.reject(new Error('no room'));
  await linking.flush(began + 3000);
  expect([...(await store.traceNames([trace(2)])).keys()]).toEqual([trace(2)]);
  store.write = write;
  await linking.flush(began + 20_000);
  expect([...(await store.traceNames([trace(2)])).keys()].toSorted()).toEqual([trace(1), trace(2)]);
  await linking.stop();
  const plan = store.plan({ kind: 'time-range', from: began - 60_000, to: began + 60_000 } as never);
  const events = await store.metricTotals(plan, 'sonde-server', ['sonde.linker.events']);
  expect(Object.fromEntries(events.map(({ attributes, sum }) => [attributes.event, sum]))).toEqual({
    spans: 2,
    joined: 1,
  });
  await store.close();
});
