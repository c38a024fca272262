import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { CliError } from '../errors.ts';
import { type ConfigSources, loadConfig } from './load.ts';

const folder = mkdtempSync(join(tmpdir(), 'sonde-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function write(text: string): string {
  const file = join(folder, `${files++}.yaml`);
  writeFileSync(file, text);
  return file;
}

function load(sources: ConfigSources) {
  return loadConfig({ defaultFiles: [], ...sources });
}

function failure(sources: ConfigSources): CliError {
  try {
    load(sources);
  } catch (error) {
    if (error instanceof CliError) return error;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

function flag(path: string, value: unknown): NonNullable<ConfigSources['flags']> {
  return new Map([[path, { value, origin: `--${path.replaceAll('.', '-')}` }]]);
}

describe('where a value comes from', () => {
  const file = write('server:\n  port: 1001\nagent:\n  scope:\n    pids: [1, 2]\n');

  test('defaults need no source', () => {
    const { config, origins } = load({});
    expect(config.server.port).toBe(7600);
    expect(config.agent.scope).toEqual({ cgroups: [], pids: [], hostWide: false });
    expect(origins.size).toBe(0);
  });

  test('the file wins over the defaults', () => {
    const { config, origins } = load({ file });
    expect(config.server.port).toBe(1001);
    expect(config.agent.scope.pids).toEqual([1, 2]);
    expect(origins.get('server.port')).toBe(`${file}:2`);
  });

  test('the environment wins over the file', () => {
    const environment = {
      SONDE_SERVER_PORT: '1002',
      SONDE_AGENT_SCOPE_PIDS: '3, 4',
      SONDE_AGENT_SCOPE_HOST_WIDE: 'true',
    };
    const { config, origins } = load({ file, environment });
    expect(config.server.port).toBe(1002);
    expect(config.agent.scope).toMatchObject({ pids: [3, 4], hostWide: true });
    expect(origins.get('server.port')).toBe('SONDE_SERVER_PORT');
  });

  test('flags win over everything', () => {
    const { config, origins } = load({
      file,
      environment: { SONDE_SERVER_PORT: '1002' },
      flags: flag('server.port', 1003),
    });
    expect(config.server.port).toBe(1003);
    expect(origins.get('server.port')).toBe('--server-port');
  });

  test('JSON is YAML, and an empty section is no section', () => {
    expect(load({ file: write('{"server": {"port": 5}}') }).config.server.port).toBe(5);
    expect(load({ file: write('server:\nagent:\n  scope:\n') }).config.server.port).toBe(7600);
    expect(load({ file: write('') }).config.server.port).toBe(7600);
  });

  test('the first default file that exists is read', () => {
    const { file: read, config } = loadConfig({ defaultFiles: [join(folder, 'nowhere.yaml'), file] });
    expect(read).toBe(file);
    expect(config.server.port).toBe(1001);
  });
});

describe('a value that is not allowed', () => {
  test('names its key, what was expected and its line', () => {
    const file = write('# ports\nserver:\n  port: 70000\n');
    expect(failure({ file })).toMatchObject({
      code: 'SONDE_CONFIG_INVALID',
      message: `server.port: expected whole number from 0 to 65535, got 70000 (from ${file}:3)`,
    });
  });

  test('names the variable or the flag', () => {
    expect(failure({ environment: { SONDE_SERVER_PORT: 'http' } }).message).toBe(
      'server.port: expected whole number from 0 to 65535, got "http" (from SONDE_SERVER_PORT)',
    );
    expect(failure({ flags: flag('agent.scope.pids', [1, 'x']) }).message).toBe(
      'agent.scope.pids: expected list of whole number from 1, got [1,"x"] (from --agent-scope-pids)',
    );
  });

  test('comes with all the others', () => {
    const file = write('server:\n  prot: 1\n  port: -1\nagnet: {}\n');
    expect(failure({ file }).message.split('\n')).toEqual([
      `server.prot: there is no such key (from ${file}:2)`,
      `agnet: there is no such key (from ${file}:4)`,
      `server.port: expected whole number from 0 to 65535, got -1 (from ${file}:3)`,
    ]);
  });

  test('is also a value where a section belongs', () => {
    const file = write('agent:\n  scope: all\n');
    expect(failure({ file }).message).toBe(`agent.scope: there is no such key (from ${file}:2)`);
  });
});

describe('a file that cannot be read', () => {
  test('is named, with the line of the mistake', () => {
    const broken = write('server:\n  port: [1\nagent: 2\n');
    expect(failure({ file: broken })).toMatchObject({ code: 'SONDE_CONFIG_UNREADABLE' });
    expect(failure({ file: broken }).message).toMatch(`${broken}:3: `);
    const absent = join(folder, 'absent.yaml');
    expect(failure({ file: absent }).message).toBe(`${absent}: there is no such file`);
  });

  test('may be good YAML but no configuration', () => {
    expect(failure({ file: write('- server\n') })).toMatchObject({ code: 'SONDE_CONFIG_UNREADABLE' });
  });
});
