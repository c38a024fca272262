/**
 * Pictures of every page: `node tests/e2e/browser/screenshots.ts <folder>`.
 * From the server at SONDE_URL, or from the built pages in packages/web/dist with the fixture's data.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { CHROMIUM } from './chromium.ts';
import { startFixture } from './fixture/server.ts';

const folder = process.argv[2] ?? 'screenshots';
mkdirSync(folder, { recursive: true });

const fixture = process.env.SONDE_URL
  ? null
  : await startFixture(join(import.meta.dirname, '../../../packages/web/dist'));
const base = process.env.SONDE_URL ?? fixture!.url;
const browser = await chromium.launch(CHROMIUM);

const PAGES: readonly (readonly [name: string, path: string])[] = [
  ['services', '/'],
  ['map', '/map'],
  ['service', `/services/${process.env.SONDE_SERVICE ?? 'shop-web'}`],
  ['database', `/services/${process.env.SONDE_DATABASE ?? 'orders-db'}`],
  ['cache', `/services/${process.env.SONDE_CACHE ?? 'session-cache'}`],
  ['queue', `/services/${process.env.SONDE_QUEUE ?? 'order-events'}`],
  ['rpc', `/services/${process.env.SONDE_RPC ?? 'checkout'}`],
  ['dns', `/services/${process.env.SONDE_DNS ?? 'coredns.kube-system'}`],
  ['agents', '/agents'],
];
const LOOKS = [
  { name: 'light', query: 'theme=light&lang=en', width: 1440, height: 900 },
  { name: 'dark', query: 'theme=dark&lang=en', width: 1440, height: 900 },
  { name: 'zh', query: 'theme=light&lang=zh', width: 1440, height: 900 },
  { name: 'narrow', query: 'theme=light&lang=en', width: 420, height: 860 },
];

for (const { name: look, query, width, height } of LOOKS) {
  const page = await browser.newPage({ viewport: { width, height } });
  for (const [name, path] of PAGES) {
    await page.goto(`${base}${path}?${query}`);
    await page.waitForLoadState('networkidle');
    await page.waitForTimeout(500);
    const content = page.locator('#content');
    const scroll =
      name === 'map' || name === 'services' ? height : await content.evaluate((element) => element.scrollHeight);
    await page.setViewportSize({ width, height: Math.max(height, Math.min(scroll + 50, 2600)) });
    await page.waitForTimeout(300);
    await page.screenshot({ path: join(folder, `${name}-${look}.png`) });
    await page.setViewportSize({ width, height });
  }
  await page.close();
}
await browser.close();
await fixture?.close();
