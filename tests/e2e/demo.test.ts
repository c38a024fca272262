import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type Service } from '@sonde/api';
import { loadedPrograms } from '@sonde/libbpf';
import { unifiedMount } from '@sonde/shop';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const HOME = join(import.meta.dirname, '../..');
const SERVICES = [
  'catalog',
  'gateway',
  'nginx',
  'orders',
  'payments',
  'postgres',
  'recommendations',
  'redis-server',
] as const;

/** What a demo makes outside of its own process, by name. */
function traces(): string[] {
  const cgroups = readdirSync(unifiedMount() ?? '/nowhere').filter((name) => name.startsWith('shop-'));
  const folders = readdirSync(tmpdir()).filter((name) => /^sonde-(demo|shop)-/.test(name));
  const programs = loadedPrograms().map(({ id, name }) => `program ${id} ${name}`);
  return [...cgroups, ...folders, ...programs];
}

/** Every process below `parent`. */
function descendants(parent: number): number[] {
  const children = readdirSync(`/proc/${parent}/task`).flatMap((task) => {
    const list = readFileSync(`/proc/${parent}/task/${task}/children`, 'utf8').trim();
    return list === '' ? [] : list.split(' ').map(Number);
  });
  return children.flatMap((child) => [child, ...descendants(child)]);
}

describe.skipIf(process.getuid?.() !== 0)('sonde demo (needs root)', () => {
  let demo: ChildProcess;
  let lines: string[];
  let started: number;
  let before: string[];
  let processes: number[];

  beforeAll(async () => {
    before = traces();
    const ports = ['--server-port', '0', '--server-intake-port', '0'];
    demo = spawn(join(HOME, 'sonde'), ['demo', ...ports], { stdio: ['ignore', 'pipe', 'inherit'] });
    lines = [];
    const reader = createInterface({ input: demo.stdout! });
    reader.on('line', (line) => lines.push(line));
    await Promise.race([once(reader, 'line'), once(demo, 'exit')]);
    started = Date.now();
  });

  afterAll(() => demo?.kill('SIGKILL'));

  test('prints one address and nothing else', () => {
    expect(lines).toEqual([expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/)]);
  });

  test('shows every service within 30 seconds, with numbers', async () => {
    const client = createClient(lines[0]);
    let seen: Service[] = [];
    while (Date.now() - started < 30_000) {
      ({ services: seen } = await client.services({ from: 'now-5m' }));
      if (SERVICES.every((name) => seen.some((service) => service.name === name && service.requests > 0))) break;
      await sleep(500);
    }
    expect(seen.filter(({ requests }) => requests > 0).map(({ name }) => name)).toEqual(
      expect.arrayContaining([...SERVICES]),
    );
    const { latency, errors, side } = seen.find(({ name }) => name === 'payments')!;
    expect(latency.p50).toBeGreaterThan(4_000_000);
    expect(latency.p99).toBeLessThan(200_000_000);
    expect(errors).toBeGreaterThanOrEqual(0);
    expect(side).toBe('server');
  });

  test('Ctrl-C ends every process and leaves nothing', async () => {
    processes = descendants(demo.pid!);
    expect(processes.length).toBeGreaterThan(10);
    const exit = once(demo, 'exit');
    demo.kill('SIGINT');
    expect(await exit).toEqual([0, null]);
    expect(processes.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]);
    await expect.poll(() => traces().filter((name) => !before.includes(name)), { timeout: 5000 }).toEqual([]);
  });
});
