import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readTruth, startShop, type TruthRecord } from '@sonde/shop';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { observe } from './observe.ts';
import { captureSkipReason, Sandbox } from './sandbox.ts';
import { judgeTraces } from './shop-truth.ts';
import type { SeenSpan, Sink } from './sink.ts';

const reason = captureSkipReason();
/** Seconds at either end of the observation in which requests may have been seen in part. */
const MARGIN = 3;
const SECONDS = 20;

describe.skipIf(reason !== '')(`the shop, traced without a change to it ${reason}`, () => {
  let sink: Sink;
  let traces: SeenSpan[][];
  let truth: TruthRecord[];

  beforeAll(async () => {
    await using sandbox = new Sandbox();
    const folderOfTruth = join(sandbox.folder, 'truth');
    mkdirSync(folderOfTruth);
    for (const folder of [sandbox.folder, folderOfTruth]) chmodSync(folder, 0o777);
    // What nobody waits for makes traces of its own.
    const shop = await startShop({ rate: 40, truth: folderOfTruth, background: false });
    try {
      const observation = await observe(sandbox, {}, null, { cgroups: [shop.cgroup] });
      await sleep(SECONDS * 1000);
      sink = await observation.finish();
      truth = readTruth(folderOfTruth);
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

  test('nearly all are exact by what the shop wrote down: all that was done for the request, and nothing else', () => {
    const verdicts = judgeTraces(traces, truth);
    expect(verdicts.filter((verdict) => verdict.endsWith('of another request')).length).toBeLessThanOrEqual(
      traces.length * 0.002,
    );
    const exact = verdicts.filter((verdict) => verdict === '').length;
    const requests = traces.filter((spans) => spans.some(({ service }) => service === 'load')).length;
    expect(exact / requests, verdicts.filter(Boolean).slice(0, 6).join('\n')).toBeGreaterThanOrEqual(0.99);
  });

  test('they reach from the edge to statements and keys', () => {
    const paths = new Set(
      traces.flatMap((spans) => [...new Set(spans.map(({ service }) => service))].sort().join(' ')),
    );
    expect([...paths].some((path) => /gateway.*load.*nginx.*orders.*payments.*postgres/.test(path))).toBe(true);
    expect([...paths].some((path) => /catalog.*gateway.*load.*nginx.*postgres.*redis-server/.test(path))).toBe(true);
  });
});
