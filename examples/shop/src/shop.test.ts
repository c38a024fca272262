import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTruth, type Shop, startShop } from './index.ts';

const REQUESTS = 23;
/** Four services serve, and make six calls: edge 1, gateway 2, catalog 1, recommendations 2. */
const RECORDS_PER_PAGE = 10;
/** Products 10 and 20 also ask the advertising service, which is down. */
const REFUSED = 2;

/** What of a shop is still there: processes and the cgroup. */
function survivors(cgroup: string, pids: readonly number[]): string[] {
  const found = pids.filter((pid) => existsSync(`/proc/${pid}`)).map((pid) => `process ${pid}`);
  return existsSync(cgroup) ? [...found, cgroup] : found;
}

function temporaryFolders(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith('sonde-shop-'));
}

describe.skipIf(process.getuid?.() !== 0)('the shop (needs root)', () => {
  const truth = mkdtempSync(join(tmpdir(), 'shop-truth-'));
  let shop: Shop;

  beforeAll(async () => {
    shop = await startShop({ rate: 0, truth, paymentFailures: 0 });
  });

  afterAll(async () => {
    await shop?.stop();
    rmSync(truth, { recursive: true, force: true });
  });

  async function visit(path: string, id: string, order?: object) {
    const headers = { 'x-shop-request': id, 'x-shop-call': `${id}-edge` };
    const init = order ? { method: 'POST', body: JSON.stringify(order), headers } : { headers };
    const response = await fetch(shop.address + path, init);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  const of = (id: string) => readTruth(truth).filter(({ request }) => request === id);

  test('every service runs in its own cgroup', () => {
    expect(shop.services.map(({ name }) => name).sort()).toEqual(
      [
        'broker', 'catalog', 'dns', 'edge', 'gateway', 'mailer', 'orders', 'payments', 'payments-2', 'postgres',
        'recommendations', 'redis',
      ], // biome-ignore format: one list
    );
    for (const { name, cgroup } of shop.services) expect(cgroup).toBe(join(shop.cgroup, name));
  });

  test('an order goes through the edge, the gateway, orders, payments and PostgreSQL', async () => {
    const placed = await visit('/api/orders', 'order-1', { product: 7, quantity: 2 });
    expect(placed).toMatchObject({ status: 201, body: { request: 'order-1', product: 7, status: 'paid' } });
    const read = await visit(`/api/orders/${placed.body.id}`, 'order-2');
    expect(read).toMatchObject({ status: 200, body: { request: 'order-2', quantity: 2, status: 'paid' } });
    await expect
      .poll(() => of('order-1').filter(({ kind, service }) => kind === 'served' && service === 'mailer'))
      .toHaveLength(1);
    const told = of('order-1').find(({ target }) => target === 'broker');
    expect(of('order-1').find(({ kind, service }) => kind === 'served' && service === 'mailer')).toMatchObject({
      call: told?.call,
      operation: 'MSG orders.paid',
      status: 'ok',
    });
    expect(of('order-1').filter(({ target }) => target === 'dns')).toMatchObject([
      { service: 'mailer', operation: 'MX mail.example', status: 'ok' },
    ]);
  });

  test('names are looked up for nobody in particular, one of them in vain', async () => {
    const seen = () =>
      readTruth(truth)
        .filter(({ target, parent }) => target === 'dns' && parent === '')
        .map(({ service, operation, status }) => `${service} ${operation} ${status}`);
    await expect
      .poll(() => [...new Set(seen())].sort(), { timeout: 5000 })
      .toEqual([
        'orders A payments.shop.internal ok',
        'orders AAAA payments.shop.internal ENODATA',
        'payments A bank.example ok',
        'recommendations A ads.shop.internal ENOTFOUND',
      ]);
  });

  test('a known number of requests leaves exactly that many links in the truth', async () => {
    const ids = Array.from({ length: REQUESTS }, (_, index) => `page-${index}`);
    const pages = await Promise.all(ids.map((id, index) => visit(`/api/products/${index + 1}`, id)));
    expect(pages.map(({ status, body }) => [status, body.request, body.id])).toEqual(
      ids.map((id, index) => [200, id, index + 1]),
    );
    await expect.poll(() => pageRecords().length).toBe(RECORDS_PER_PAGE * REQUESTS + REFUSED);

    const records = pageRecords();
    const count = (kind: string, service: string, target = '') =>
      records.filter((r) => r.kind === kind && r.service === service && r.target === target).length;
    for (const service of ['edge', 'gateway', 'catalog', 'recommendations'])
      expect(count('served', service)).toBe(REQUESTS);
    expect(count('called', 'edge', 'gateway')).toBe(REQUESTS);
    expect(count('called', 'gateway', 'catalog')).toBe(REQUESTS);
    expect(count('called', 'gateway', 'recommendations')).toBe(REQUESTS);
    expect(count('called', 'catalog', 'postgres')).toBe(REQUESTS);
    expect(count('called', 'recommendations', 'redis')).toBe(2 * REQUESTS);

    const calls = new Map(records.filter(({ kind }) => kind === 'called').map((record) => [record.call, record]));
    for (const served of records.filter(({ kind, service }) => kind === 'served' && service !== 'edge')) {
      const caller = calls.get(served.call);
      expect(caller).toMatchObject({ target: served.service, request: served.request });
      expect(served.end).toBeGreaterThanOrEqual(served.start);
    }
  });

  function pageRecords() {
    return readTruth(truth).filter(({ request }) => request.startsWith('page-'));
  }

  test('what is slow, missing or refused shows as such', async () => {
    expect(await visit('/api/products/999', 'missing')).toMatchObject({ status: 404 });
    expect(await visit('/api/wishlist', 'unknown')).toMatchObject({ status: 404 });
    expect(await visit('/api/products/10', 'refused')).toMatchObject({ status: 200 });
    expect(await visit('/api/reports/sales', 'slow')).toMatchObject({ status: 200 });
    const records = readTruth(truth);
    expect(records.find(({ request, target }) => request === 'refused' && target === 'ads')?.status).toBe(
      'ECONNREFUSED',
    );
    const query = records.find(({ request, target }) => request === 'slow' && target === 'postgres');
    expect((query?.end ?? 0) - (query?.start ?? 0)).toBeGreaterThan(300_000);
  });

  test('stop leaves nothing behind', async () => {
    const pids = shop.services.map(({ pid }) => pid);
    expect(survivors(shop.cgroup, pids)).toHaveLength(pids.length + 1);
    await shop.stop();
    expect(survivors(shop.cgroup, pids)).toEqual([]);
    await expect(fetch(shop.address)).rejects.toThrow();
  });
});

describe.skipIf(process.getuid?.() !== 0)('a shop whose parent is killed (needs root)', () => {
  test('is taken away by its guard', async () => {
    const before = temporaryFolders();
    const module = new URL('./index.ts', import.meta.url).href;
    const script = `
      const { startShop } = await import(${JSON.stringify(module)});
      const { cgroup, services } = await startShop({ rate: 20 });
      console.log(JSON.stringify({ cgroup, pids: services.map(({ pid }) => pid) }));
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await createInterface({ input: parent.stdout })
      [Symbol.asyncIterator]()
      .next()
      .then(({ value }) => [value]);
    const { cgroup, pids } = JSON.parse(line as string) as { cgroup: string; pids: number[] };
    const folders = temporaryFolders().filter((name) => !before.includes(name));
    expect(survivors(cgroup, pids)).toHaveLength(pids.length + 1);

    parent.kill('SIGKILL');
    for (let i = 0; i < 100 && survivors(cgroup, pids).length > 0; i++) await sleep(50);
    expect(survivors(cgroup, pids)).toEqual([]);
    await expect.poll(() => temporaryFolders().filter((name) => folders.includes(name))).toEqual([]);
  });
});
