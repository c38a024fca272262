import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

/** Where `make web` puts the pages. */
const PAGES = join(import.meta.dirname, '../../../packages/web/dist');

export function builtPages(): string {
  if (!existsSync(join(PAGES, 'index.html'))) throw new Error('the pages are not built: run `make web`');
  return PAGES;
}

/** Requests of a page that are not answered yet. */
const waiting = new WeakMap<Page, Set<unknown>>();

/** Counts what a page asks for from now on, so that `quiet` knows of it. */
export function follow(page: Page): void {
  const open = new Set<unknown>();
  waiting.set(page, open);
  page.on('request', (request) => open.add(request));
  page.on('requestfinished', (request) => open.delete(request));
  page.on('requestfailed', (request) => open.delete(request));
}

const IDLE_IN_A_ROW = 3;

/** Resolves when all that a page asked for is answered, and it has nothing more to draw or to ask. */
export async function quiet(page: Page): Promise<void> {
  const open = waiting.get(page)!;
  for (let idle = 0; idle < IDLE_IN_A_ROW; ) {
    await page.evaluate(
      () =>
        new Promise((resolve) => {
          requestIdleCallback(() => requestAnimationFrame(() => setTimeout(resolve, 10)), { timeout: 200 });
        }),
    );
    idle = open.size === 0 ? idle + 1 : 0;
  }
}
