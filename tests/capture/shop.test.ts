import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startShop } from '@sonde/shop';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { observe } from './observe.ts';
import { captureSkipReason, Sandbox } from './sandbox.ts';
import type { SeenSpan, Sink } from './sink.ts';

const reason = captureSkipReason();
/** Seconds at either end of the observation in which requests may have been seen in part. */
const MARGIN = 3;
const SECONDS = 20;

describe.skipIf(reason !== '')(`the shop, traced without a change to it ${reason}`, () => {
  let sink: Sink;
  let traces: SeenSpan[][];

  beforeAll(async () => {
    await using sandbox = new Sandbox();
    const truth = join(sandbox.folder, 'truth');
    mkdirSync(truth);
    for (const folder of [sandbox.folder, truth]) chmodSync(folder, 0o777);
    // What nobody waits for makes traces of its own.
    const shop = await startShop({ rate: 40, truth, background: false });
    try {
      const observation = await observe(sandbox, {}, null, { cgroups: [shop.cgroup] });
      await sleep(SECONDS * 1000);
      sink = await observation.finish();
    } finally {
      await shop.stop();
    }
    const byTrace = new Map<string, SeenSpan[]>();
    for (const span of sink.spans) {
      const spans = byTrace.get(span.traceId) ?? [];
      byTrace.set(span.traceId, spans);
      spans.push(span);
    }
    const times = sink.spans.map(({ startTimeUnixNano }) => startTimeUnixNano);
    const margin = BigInt(MARGIN * 1e9);
    const [from, to] = [
      times.reduce((a, b) => (a < b ? a : b)) + margin,
      times.reduce((a, b) => (a > b ? a : b)) - margin,
    ];
    traces = [...byTrace.values()].filter((spans) =>
      spans.every(({ startTimeUnixNano }) => startTimeUnixNano > from && startTimeUnixNano < to),
    );
  });

  afterAll(() => sink?.[Symbol.asyncDispose]());

  test('every trace is of one request of the load: none holds two', () => {
    expect(traces.length).toBeGreaterThan(200);
    const roots = traces.map((spans) =>
      spans.filter(({ service, spanKind }) => service === 'load' && spanKind === 'client'),
    );
    expect(roots.filter((found) => found.length > 1)).toEqual([]);
  });

  test('at least 95 % of them are whole: from the load to the last call, every span has its parent there', () => {
    const whole = traces.filter((spans) => {
      const ids = new Set(spans.map(({ spanId }) => spanId));
      const rootless = spans.filter(({ parentSpanId }) => !ids.has(parentSpanId));
      return rootless.length === 1 && rootless[0].service === 'load';
    });
    const broken = traces.filter((spans) => !whole.includes(spans)).slice(0, 6);
    const why = broken.map((spans) => {
      const ids = new Set(spans.map(({ spanId }) => spanId));
      const loose = spans.filter(({ parentSpanId }) => !ids.has(parentSpanId));
      const text = loose.map((span) => `${span.service} ${span.spanKind} ${span.name} ${JSON.stringify(span.links)}`);
      return `${spans.length} spans, loose: ${text.join(', ')}`;
    });
    expect(whole.length / traces.length, why.join('\n')).toBeGreaterThanOrEqual(0.95);
  });

  test('they reach from the edge to statements and keys', () => {
    const paths = new Set(
      traces.flatMap((spans) => [...new Set(spans.map(({ service }) => service))].sort().join(' ')),
    );
    expect([...paths].some((path) => /gateway.*load.*nginx.*orders.*payments.*postgres/.test(path))).toBe(true);
    expect([...paths].some((path) => /catalog.*gateway.*load.*nginx.*postgres.*redis-server/.test(path))).toBe(true);
  });
});
