import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';

const HOME = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'sonde-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function execute(file: string, words: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(file, [...words], { cwd: folder, timeout: 30_000 }, (error, stdout, stderr) => {
      const code = error ? Number(error.code ?? -1) : 0;
      resolve({ code, out: stripVTControlCharacters(stdout), err: stripVTControlCharacters(stderr) });
    });
  });
}

function sonde(...words: string[]): Promise<Outcome> {
  return execute(join(HOME, 'sonde'), words);
}

/** As root without one capability: the file system stays readable, the kernel refuses the rest. */
function withoutCapabilities(...words: string[]): Promise<Outcome> {
  return execute('setpriv', ['--bounding-set=-all', '--inh-caps=-all', join(HOME, 'sonde'), ...words]);
}

describe('the launcher', () => {
  test('says what to do where nothing is installed', async () => {
    copyFileSync(join(HOME, 'sonde'), join(folder, 'sonde'));
    const { code, err } = await execute(join(folder, 'sonde'), ['doctor']);
    expect(code).toBe(3);
    expect(err).toContain(`make -C ${folder} setup`);
  });
});

describe('every command', () => {
  test('is in the help and has its own', async () => {
    const { code, out } = await sonde('--help');
    expect(code).toBe(0);
    for (const name of ['up', 'agent', 'server', 'demo', 'doctor', 'top', 'replay', 'config']) {
      expect(out).toMatch(new RegExp(`^  ${name} `, 'm'));
      const own = await sonde(name, '--help');
      expect(own).toMatchObject({ code: 0, err: '' });
      expect(own.out).toContain(`usage: sonde ${name} [flags]`);
    }
  });

  test('refuses what it does not know with a code', async () => {
    expect(await sonde('dance')).toMatchObject({ code: 2, err: expect.stringContaining('SONDE_CLI_USAGE') });
    expect(await sonde('up', '--prot', '1')).toMatchObject({ code: 2, err: expect.stringContaining('--prot') });
    const config = await sonde('server', '--server-port', 'http');
    expect(config).toMatchObject({ code: 2, err: expect.stringContaining('SONDE_CONFIG_INVALID: server.port') });
    expect(config.err).toContain('(from --server-port)');
  });

  test('--version prints the version', async () => {
    expect(await sonde('--version')).toMatchObject({ code: 0, out: expect.stringMatching(/^sonde \d+\.\d+\.\d+\n$/) });
  });
});

describe('sonde config', () => {
  test('prints each key with value, origin and names', async () => {
    const { out } = await sonde('config', '--pid', '7');
    expect(out).toContain('agent.scope.pids = [7]  from --pid\n');
    expect(out).toContain('  SONDE_AGENT_SCOPE_PIDS, --agent-scope-pids\n');
    const { keys } = JSON.parse((await sonde('config', '--json')).out) as { keys: { key: string; origin: string }[] };
    expect(keys.length).toBeGreaterThan(5);
    expect(keys.every(({ origin }) => origin === 'default')).toBe(true);
  });
});

describe.skipIf(process.getuid?.() !== 0)('without the right to load probes (needs root to give it up)', () => {
  test('doctor says so and ends with 1', async () => {
    const { code, out } = await withoutCapabilities('doctor');
    expect(code).toBe(1);
    expect(out).toContain('capture is impossible\n  capabilities: needs root');
  });

  test.each([['agent', '--pid', '1'], ['up', '--pid', '1'], ['demo']])(
    '%s says so and ends with 3',
    async (...words) => {
      const { code, err } = await withoutCapabilities(...words);
      expect(err).toMatch(/^SONDE_CLI_NOT_ROOT: /);
      expect(code).toBe(3);
    },
  );
});

describe.skipIf(process.getuid?.() !== 0)('with it (needs root)', () => {
  test('doctor names the hook level and what each feature gives', async () => {
    const { code, out } = await sonde('doctor');
    expect(out).toMatch(/^yes {2}btf /m);
    expect(out).toMatch(/hook level [ABC]: /);
    expect(out).toContain('self-test: both ends of a connection show the same identity');
    expect(out).toContain('capture is possible');
    expect(code).toBe(0);
  });

  test('an agent without a scope does not start', async () => {
    expect(await sonde('agent')).toMatchObject({ code: 2, err: expect.stringContaining('SONDE_CLI_NO_SCOPE') });
  });
});

describe('sonde server', () => {
  const ports = ['--server-port', '0', '--server-intake-port', '0', '--server-intake-grpc-port', '0'];

  test.each([
    ['a folder that is none', ['--server-store-path', '/dev/null'], '/dev/null: '],
    [
      'a ClickHouse that does not answer',
      ['--server-store-path', join(folder, 'store'), '--server-store-url', 'http://127.0.0.1:9'],
      'http://127.0.0.1:9: ',
    ],
  ])('says that its store is %s', async (_, where, said) => {
    const { code, err } = await sonde('server', ...ports, ...where);
    expect(err).toContain(`SONDE_CLI_STORE_UNUSABLE: ${said}`);
    expect(err).not.toContain('    at ');
    expect(code).toBe(1);
  });
});

describe('sonde top', () => {
  test('says that no server answers', async () => {
    const { code, err } = await sonde('top', '--once', '--url', 'http://127.0.0.1:9');
    expect(err).toContain('SONDE_CLI_SERVER_UNREACHABLE');
    expect(code).toBe(1);
  });

  test.each([
    ['hello', 'something that is no Sonde answer'],
    ['{"services": 3}', 'is no Sonde server'],
  ])('says that what answers %s is not Sonde', async (body, reason) => {
    const other = createServer((_, response) => response.end(body)).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { code, err } = await sonde('top', '--once', '--url', `http://127.0.0.1:${port}/`);
    other.close();
    expect(err).toMatch(/^SONDE_/);
    expect(err).toContain(reason);
    expect(code).toBe(1);
  });
});
