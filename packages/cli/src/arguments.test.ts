import { describe, expect, test } from 'vitest';
import { configFlags, parseCommandLine } from './arguments.ts';
import { ALIASES, COMMANDS } from './command.ts';
import { configKeys } from './config/keys.ts';
import { sondeConfig } from './config/schema.ts';
import { commandHelp, overallHelp } from './help.ts';

describe('the command line', () => {
  test('gives values by key, with the flag they came from', () => {
    const { config } = parseCommandLine('up', [
      '--cgroup',
      '/a',
      '--cgroup=/b,/c',
      '--host-wide',
      '--server-port',
      '80',
    ]);
    expect([...config.flags]).toEqual([
      ['agent.scope.cgroups', { value: ['/a', '/b', '/c'], origin: '--cgroup' }],
      ['agent.scope.hostWide', { value: true, origin: '--host-wide' }],
      ['server.port', { value: 80, origin: '--server-port' }],
    ]);
  });

  test('can say no', () => {
    const { config } = parseCommandLine('agent', ['--no-host-wide']);
    expect(config.flags.get('agent.scope.hostWide')?.value).toBe(false);
  });

  test("keeps a command's own flags apart", () => {
    const { flags, config } = parseCommandLine('top', ['--once', '--range', 'now-1h', '--config', 'x.yaml']);
    expect(flags).toEqual({ once: true, range: 'now-1h', url: undefined, json: undefined });
    expect(config.file).toBe('x.yaml');
  });

  test.each([
    ['nothing', []],
    ['constructor', []],
    ['up', ['--prot', '1']],
    ['server', ['--cgroup', '/a']],
    ['demo', ['--cgroup', '/a']],
    ['up', ['--server-port']],
    ['doctor', ['extra']],
  ])('refuses %s %j', (name, words) => {
    expect(() => parseCommandLine(name, words)).toThrow(expect.objectContaining({ code: 'SONDE_CLI_USAGE' }));
  });
});

test('every alias stands for a key', () => {
  const paths = configKeys(sondeConfig).map(({ path }) => path);
  for (const path of Object.values(ALIASES)) expect(paths).toContain(path);
});

test('help lists every command and every flag', () => {
  for (const [name, command] of Object.entries(COMMANDS)) {
    expect(overallHelp()).toContain(command.summary);
    const help = commandHelp(name, command);
    for (const flag of [...Object.keys(command.flags), ...configFlags(command).keys()]) {
      expect(help).toContain(`--${flag}`);
    }
  }
});
