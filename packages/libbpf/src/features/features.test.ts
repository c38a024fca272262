import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { describe, expect, test } from 'vitest';
import { skipReason } from '../../testdata/build.ts';
import { type Feature, type FeatureName, hookLevel, probeFeatures } from './features.ts';
import { cgroup2MountPoint, effectiveCapabilities, memoryLimit } from './host.ts';

const made = (...names: FeatureName[]): Feature[] =>
  names.map((name) => ({ name, available: true, detail: '', requires: '' }));

describe('hook level', () => {
  const base: FeatureName[] = ['btf', 'ring-buffer'];
  const levelA: FeatureName[] = ['tp_btf', 'tracepoint/sock_send_length', 'tracepoint/sock_recv_length'];

  test.each<[string, FeatureName[], string]>([
    ['tracepoints on lengths', [...base, ...levelA, 'socket-storage'], 'A'],
    ['all there is', [...base, ...levelA, 'socket-storage', 'fexit', 'kprobe'], 'A'],
    ['one tracepoint missing', [...base, 'tp_btf', 'tracepoint/sock_send_length', 'socket-storage', 'fexit'], 'B'],
    ['no tracepoints', [...base, 'fexit', 'kprobe', 'socket-storage'], 'B'],
    ['fexit refused', [...base, 'kprobe', 'socket-storage'], 'C'],
    ['no storage on sockets from tracing programs', [...base, 'fexit', 'kprobe'], 'C'],
    ['nothing to hook', base, 'none'],
    ['no BTF', ['ring-buffer', 'kprobe', 'fexit'], 'none'],
    ['no ring buffer', ['btf', 'kprobe', ...levelA, 'socket-storage'], 'none'],
  ])('%s', (_, names, level) => expect(hookLevel(made(...names))).toBe(level));

  test('what is listed as not available does not count', () => {
    const features = made('btf', 'ring-buffer', 'kprobe').map((feature) => ({ ...feature, available: false }));
    expect(hookLevel(features)).toBe('none');
  });
});

describe('features of this machine', () => {
  const features = probeFeatures();
  const available = (name: FeatureName) => features.find((feature) => feature.name === name)?.available;

  test('each is named once and explained', () => {
    expect(new Set(features.map(({ name }) => name)).size).toBe(features.length);
    for (const { detail, requires } of features) {
      expect(detail).not.toBe('');
      expect(requires).not.toBe('');
      expect(detail).not.toContain('\n');
    }
  });

  test('agree with what the system says elsewhere', () => {
    expect(available('btf')).toBe(available('libbpf') && fs.existsSync('/sys/kernel/btf/vmlinux'));
    expect(available('cgroup2')).toBe(/ cgroup2 /.test(fs.readFileSync('/proc/self/mounts', 'utf8')));
    if (available('cgroup2')) expect(fs.existsSync(`${cgroup2MountPoint()}/cgroup.procs`)).toBe(true);
    expect(effectiveCapabilities().has('CAP_SYS_ADMIN') || process.getuid?.() !== 0 || skipReason !== '').toBe(true);
    expect(memoryLimit() ?? Number.POSITIVE_INFINITY).toBeGreaterThan(0);
  });

  test.skipIf(skipReason !== '')(`leave nothing behind ${skipReason}`, () => {
    const open = () => fs.readdirSync('/proc/self/fd').length;
    const before = open();
    probeFeatures();
    expect(open()).toBe(before);
  });

  test.skipIf(skipReason !== '')(
    `without privileges: every answer is given and nothing can be hooked ${skipReason}`,
    () => {
      const url = JSON.stringify(new URL('./features.ts', import.meta.url).href);
      const script = `const { probeFeatures, hookLevel } = await import(${url});
      const features = probeFeatures();
      console.log(JSON.stringify({ level: hookLevel(features), count: features.length, ring: features.find((f) => f.name === 'ring-buffer') }));`;
      const child = spawnSync(
        'setpriv',
        [
          '--reuid=65534',
          '--regid=65534',
          '--clear-groups',
          '--bounding-set=-all',
          process.execPath,
          '--input-type=module',
          '-e',
          script,
        ],
        { encoding: 'utf8', timeout: 20_000 },
      );
      expect(child.stderr).toBe('');
      expect(JSON.parse(child.stdout)).toMatchObject({
        level: 'none',
        count: features.length,
        ring: { available: false, detail: expect.stringContaining('EPERM') },
      });
    },
  );
});
