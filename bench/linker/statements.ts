import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ATTR, type EpochNanoseconds, type Nanoseconds } from '@sonde/model';
import { type SpanRow, Store } from '@sonde/store';

const SIZES = [50_000, 200_000];
const HOSTS = 3;
const GROUP = 10_000;
const LINKING = { window: 300_000, clockBound: 10_000, unfollowed: '^/health$' };

const hex = (number: number, digits: number) => number.toString(16).padStart(digits, '0');

/** Requests through three hosts, five spans and three trace ids each. */
function rows(from: number, count: number): SpanRow[] {
  const now = BigInt(Date.now()) * 1_000_000n;
  return Array.from({ length: count }, (_, i) => {
    const [request, part] = [Math.floor((from + i) / 5), (from + i) % 5];
    const kind = part % 2 === 0 ? 'server' : 'client';
    return {
      start: (now - BigInt(50 - part * 5) * 1_000_000n) as EpochNanoseconds,
      duration: ((50 - part * 5) * 1e6) as Nanoseconds,
      traceId: hex(request * HOSTS + (part >> 1) + 1, 32),
      spanId: hex(from + i + 1, 16),
      parentSpanId: part === 0 ? '' : hex(from + i, 16),
      service: `service-${part >> 1}`,
      instance: '',
      host: `node-${part >> 1}`,
      kind,
      name: 'GET /',
      status: 'unset',
      statusMessage: '',
      attributes: {
        [ATTR.connection]: hex(request, 16),
        ...(kind === 'client' ? { [ATTR.linkConfidence]: '0.99' } : {}),
      },
      links: '',
      events: '',
    };
  });
}

/** How long the statements take for so many spans in their window, in the embedded store: the first time, and again. */
export async function measureStatements() {
  const folder = mkdtempSync(join(tmpdir(), 'sonde-bench-'));
  const store = await Store.open({ path: folder });
  try {
    const measured = [];
    let stored = 0;
    for (const spans of SIZES) {
      for (; stored < spans; stored += GROUP) {
        await store.write({ requests: [], metrics: [], resources: [], spans: rows(stored, GROUP) });
      }
      const runs = [];
      for (let run = 0; run < 2; run++) {
        const [begin, before] = [performance.now(), process.cpuUsage()];
        await store.linkSpans(LINKING, Date.now() + run);
        const { user, system } = process.cpuUsage(before);
        const seconds = (performance.now() - begin) / 1000;
        runs.push({ seconds: Number(seconds.toFixed(2)), cpuSeconds: Number(((user + system) / 1e6).toFixed(2)) });
      }
      const names = await store.traceNames([hex(1, 32)]);
      measured.push({ spans, runs, idsOfFirst: names.size });
    }
    return measured;
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
