/**
 * Takes the pictures of README and docs/guide from the demo: starts it, lets it run for two minutes, and writes
 * docs/images/*.png, and docs/guide/*.png for each step of the walks. Needs root and Chromium.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@sonde/api';
import { chromium } from 'playwright-core';
import { CHROMIUM } from '../tests/e2e/browser/chromium.ts';
import { WALKS, walk } from '../tests/e2e/walks.ts';

const HOME = join(import.meta.dirname, '..');
const FOLDER = join(HOME, 'docs/images');
const GUIDE = join(HOME, 'docs/guide');
/** From start to pictures, in milliseconds: long enough for charts with a shape. */
const RUN = 130_000;

/** The page of the trace with the most spans, with one of them that another process answers. */
async function richestTrace(url: string): Promise<string> {
  const client = createClient(url);
  const { traces } = await client.traces({ from: 'now-1m', service: 'payments', limit: 50 });
  const richest = traces.toSorted((a, b) => b.spans - a.spans || a.duration - b.duration)[0];
  const { trace } = await client.trace({ id: richest.id });
  const span = trace.spans.find(({ service, kind }) => service === 'payments' && kind === 'server');
  return `/traces/${richest.id}${span ? `?span=${span.id}` : ''}`;
}

const PICTURES: readonly { file: string; path: string | ((url: string) => Promise<string>); height: number }[] = [
  { file: 'map.png', path: '/map', height: 760 },
  { file: 'service.png', path: '/services/gateway', height: 1180 },
  { file: 'database.png', path: '/services/postgres', height: 1180 },
  { file: 'trace.png', path: richestTrace, height: 720 },
];

for (const folder of [FOLDER, GUIDE]) mkdirSync(folder, { recursive: true });
const demo = spawn(
  join(HOME, 'sonde'),
  ['demo', '--server-port', '0', '--server-intake-port', '0', '--server-intake-grpc-port', '0'],
  {
    stdio: ['ignore', 'pipe', 'inherit'],
  },
);
try {
  const [url] = await once(createInterface({ input: demo.stdout }), 'line');
  await sleep(RUN);
  const browser = await chromium.launch(CHROMIUM);
  for (const { file, path, height } of PICTURES) {
    const page = await browser.newPage({ viewport: { width: 1440, height }, deviceScaleFactor: 1 });
    const address = new URL(typeof path === 'string' ? path : await path(url), url);
    for (const [key, value] of Object.entries({ from: 'now-2m', theme: 'light', lang: 'en' })) {
      address.searchParams.set(key, value);
    }
    await page.goto(address.href);
    await page.waitForLoadState('networkidle');
    await page.getByRole('status', { name: 'Loading' }).waitFor({ state: 'detached', timeout: 30_000 });
    await sleep(1000);
    await page.screenshot({ path: join(FOLDER, file) });
    await page.close();
  }
  for (const one of WALKS) {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, deviceScaleFactor: 1 });
    await walk(page, url, one, async (step) => {
      await page.waitForLoadState('networkidle');
      await sleep(1000);
      await page.screenshot({ path: join(GUIDE, `${one.name}-${step}.png`) });
    });
    await page.close();
  }
  await browser.close();
} finally {
  demo.kill('SIGINT');
  await once(demo, 'exit');
}
