import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { skipReason } from '../capture/probes.case.ts';
import { testIdentity } from './self-test.ts';

/** Runs the test in a process in namespaces of its own. */
function testIn(before: string): string {
  const module = join(import.meta.dirname, 'self-test.ts');
  const code = `import { testIdentity } from ${JSON.stringify(module)}; process.stdout.write(await testIdentity());`;
  const run = `${before} exec ${process.execPath} --input-type=module -e '${code}'`;
  return execFileSync('unshare', ['--net', '--pid', '--fork', '--mount-proc', 'sh', '-c', run], { encoding: 'utf8' });
}

describe.skipIf(skipReason !== '')(`the start of an agent ${skipReason}`, () => {
  test('both ends of a connection of its own show the same', async () => {
    expect(await testIdentity()).toBe('');
  });

  test('also in a network and pid namespace of its own', () => {
    expect(testIn('ip link set lo up;')).toBe('');
  });

  test('where there is no loopback it says so', () => {
    expect(testIn('')).toMatch('ENETUNREACH');
  });
});
