import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { webRoutes } from './web.ts';

let root: string;
let app: FastifyInstance;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sonde-web-'));
  app = Fastify();
});
afterEach(async () => {
  await app.close();
  rmSync(root, { recursive: true, force: true });
});

async function get(url: string) {
  const { statusCode, headers, body } = await app.inject({ url });
  return [statusCode, headers['cache-control'], body];
}

test('files, and the page for every other path; hashed files are kept by the browser, the page is not', async () => {
  mkdirSync(join(root, 'assets'));
  writeFileSync(join(root, 'index.html'), 'page');
  writeFileSync(join(root, 'assets/app-1.js'), 'code');
  await app.register(webRoutes(root));
  for (const path of ['/', '/services/shop', '/map?from=now-1h', '/services/a.b', '/../../etc/passwd']) {
    expect(await get(path)).toEqual([200, 'no-cache', 'page']);
  }
  expect(await get('/assets/app-1.js')).toEqual([200, 'public, max-age=31536000, immutable', 'code']);
  writeFileSync(join(root, 'assets/app-2.js'), 'built later');
  expect(await get('/assets/app-2.js')).toMatchObject([200, expect.anything(), 'built later']);
  expect(await get('/assets/app-0.js')).toEqual([404, undefined, '']);
  expect((await app.inject({ method: 'POST', url: '/services' })).statusCode).toBe(404);
});

test('says so where the pages are not built', async () => {
  await app.register(webRoutes(root));
  expect(await get('/services')).toMatchObject([503, undefined, expect.stringContaining('make build')]);
});
