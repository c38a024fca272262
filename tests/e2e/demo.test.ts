import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type Service } from '@sonde/api';
import { loadedPrograms } from '@sonde/libbpf';
import { unifiedMount } from '@sonde/shop';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHROMIUM } from './browser/chromium.ts';
import { descendants, isRunning, programsOf } from './processes.ts';
import { WALKS, walk } from './walks.ts';

const HOME = join(import.meta.dirname, '../..');
const SERVICES = [
  'catalog',
  'dnsmasq',
  'gateway',
  'nats-server',
  'nginx',
  'orders',
  'payments',
  'postgres',
  'recommendations',
  'redis-server',
] as const;

/** The cgroup of the unified hierarchy that holds the cgroup of a process. */
function parentCgroup(pid: number): string {
  const path = /^0::(.*)$/m.exec(readFileSync(`/proc/${pid}/cgroup`, 'utf8'))?.[1] ?? '';
  return join(unifiedMount() ?? '', dirname(path));
}

describe.skipIf(process.getuid?.() !== 0)('sonde demo (needs root)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'demo-test-'));
  const lines: string[] = [];
  let demo: ChildProcess;
  let started: number;

  beforeAll(async () => {
    chmodSync(folder, 0o711);
    demo = spawn(
      join(HOME, 'sonde'),
      ['demo', '--server-port', '0', '--server-intake-port', '0', '--server-intake-grpc-port', '0'],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, TMPDIR: folder },
      },
    );
    const reader = createInterface({ input: demo.stdout! });
    reader.on('line', (line) => lines.push(line));
    await Promise.race([once(reader, 'line'), once(demo, 'exit')]);
    started = Date.now();
  });

  afterAll(() => {
    demo?.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  test('prints one address and nothing else', () => {
    expect(lines).toEqual([expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/)]);
  });

  test('shows every service within 30 seconds, with numbers', async () => {
    const client = createClient(lines[0]);
    let seen: Service[] = [];
    while (Date.now() - started < 30_000) {
      const answer = await client.services({ from: 'now-5m' });
      seen = answer.services.filter(({ requests }) => requests > 0);
      if (SERVICES.every((name) => seen.some((service) => service.name === name))) break;
      await sleep(500);
    }
    expect(seen.map(({ name }) => name)).toEqual(expect.arrayContaining([...SERVICES]));
    const payments = seen.find(({ name }) => name === 'payments')!;
    expect(payments.side).toBe('server');
    expect(payments.latency.p50).toBeGreaterThan(4_000_000);
    expect(payments.latency.p99).toBeLessThan(200_000_000);
  });

  describe.skipIf(!existsSync(CHROMIUM.executablePath ?? ''))(
    'from the list of services to the cause, in four clicks',
    () => {
      let browser: Browser;
      beforeAll(async () => {
        browser = await chromium.launch(CHROMIUM);
      });
      afterAll(() => browser?.close());

      test.each(WALKS.map((one) => [one.name, one] as const))('%s', async (_, one) => {
        expect(one.steps.length).toBeLessThanOrEqual(4);
        const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
        page.setDefaultTimeout(20_000);
        await walk(page, lines[0], one);
        await page.close();
      });
    },
  );

  test('Ctrl-C ends every process and leaves no probe, cgroup or folder', async () => {
    const processes = descendants(demo.pid!);
    const programs = processes.flatMap(programsOf);
    const cgroups = new Set(processes.map(parentCgroup).filter((path) => /\/shop-[0-9a-f]+$/.test(path)));
    expect(processes.length).toBeGreaterThan(10);
    expect(programs.length).toBeGreaterThan(0);
    expect(cgroups.size).toBe(1);
    expect(readdirSync(folder)).toHaveLength(2);

    const exit = once(demo, 'exit');
    demo.kill('SIGINT');
    expect(await exit).toEqual([0, null]);
    expect(processes.filter(isRunning)).toEqual([]);
    expect([...cgroups].filter((path) => existsSync(path))).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
    await expect.poll(() => loadedPrograms().filter(({ id }) => programs.includes(id))).toEqual([]);
  });
});
