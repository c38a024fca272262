import fs from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, describe, expect, test } from 'vitest';
import type { Feature } from '../../packages/libbpf/src/index.ts';
import { buildObject, skipReason, temporaryFolder } from '../../packages/libbpf/testdata/build.ts';
import { KERNELS, kernelSkipReason } from './kernel-image.ts';
import { runInVm, vmSkipReason } from './vm.ts';

const machineReason = vmSkipReason() || skipReason;
const matrix = KERNELS.map((kernel) => ({ kernel, reason: machineReason || kernelSkipReason(kernel) }));
for (const { kernel, reason } of matrix) {
  if (reason !== '') console.warn(`tests on kernel ${kernel.name} are skipped: ${reason}`);
}

/** A guest boots in about 5 s and runs the tests in about 30 s under software emulation; this is for a busy machine. */
const PATIENCE = 360_000;
/** Vitest in the guest needs what the native part of its bundler links to. */
const bundler = createRequire(import.meta.url).resolve('@rolldown/binding-linux-x64-gnu');
const TESTS = ['program', 'object', 'loaded', 'features'].map((name) => `packages/libbpf/src/${name}`);

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

describe.each(matrix)('kernel $kernel.name $reason', ({ kernel, reason }) => {
  const title = `gives hook level ${kernel.hookLevel}, and the tests of the binding pass there`;
  test.skipIf(reason !== '')(title, { timeout: PATIENCE + 60_000 }, async () => {
    const { exitCode, output, files } = await runInVm({
      kernel,
      command: `node tests/kernel/features.guest.ts >/exchange/features.json &&
        node node_modules/vitest/vitest.mjs run --project unit --pool threads --no-isolate --no-file-parallelism \\
          --test-timeout 120000 --hook-timeout 120000 \\
          --reporter=default --reporter=json --outputFile.json=/exchange/tests.json ${TESTS.join(' ')}`,
      timeoutMs: PATIENCE,
      environment: { SONDE_TEST_OBJECTS: '/exchange' },
      files: ['/usr/bin/setpriv'],
      linked: [bundler],
      input: { 'basic.bpf.o': fs.readFileSync(buildObject('basic', folder.path)) },
      results: ['features.json', 'tests.json'],
    });
    expect(exitCode, output).toBe(0);

    const found: { hookLevel: string; features: Feature[] } = JSON.parse(files['features.json']!);
    expect(found.hookLevel).toBe(kernel.hookLevel);
    const available = (name: string) => found.features.find((feature) => feature.name === name)?.available;
    expect(available('fexit')).toBe(true);
    expect(available('kprobe')).toBe(true);
    expect(available('tracepoint/sock_send_length')).toBe(kernel.hookLevel === 'A');

    const tests = JSON.parse(files['tests.json']!);
    expect(tests).toMatchObject({ success: true, numFailedTests: 0, numPendingTests: 0 });
    expect(tests.numPassedTests).toBeGreaterThan(20);
  });
});

const { kernel, reason } = matrix.find(({ reason }) => reason === '') ?? matrix[0]!;

describe.skipIf(reason !== '')(`a guest ${reason}`, () => {
  test('hands over exit code and output, and keeps what it writes to itself', { timeout: 150_000 }, async () => {
    const written = `guest-${process.pid}`;
    const { exitCode, output } = await runInVm({
      kernel,
      command: `uname -r; cat /exchange/word; touch /repo/${written} && ls /repo/${written}; echo error >&2; exit 23`,
      timeoutMs: 120_000,
      input: { word: 'hello\n' },
    });
    expect(exitCode).toBe(23);
    expect(output).toMatch(new RegExp(`^6\\.1\\..*\\nhello\\n/repo/${written}\\nerror\\n$`));
    expect(fs.existsSync(new URL(`../../${written}`, import.meta.url))).toBe(false);
  });

  test('that hangs is ended in time, and the console is in the error', { timeout: 150_000 }, async () => {
    const started = performance.now();
    await expect(runInVm({ kernel, command: 'echo here; sleep 1000', timeoutMs: 40_000 })).rejects.toThrow(
      /no exit code after 4\d s\nhere\n/,
    );
    expect(performance.now() - started).toBeLessThan(70_000);
  });

  test('under lockdown says so, and kprobes are refused', { timeout: 210_000 }, async () => {
    const { files, output } = await runInVm({
      kernel,
      command: 'node tests/kernel/features.guest.ts >/exchange/features.json',
      timeoutMs: 180_000,
      append: 'lockdown=confidentiality',
      results: ['features.json'],
    });
    const { features }: { features: Feature[] } = JSON.parse(files['features.json'] ?? output);
    expect(features).toContainEqual(
      expect.objectContaining({ name: 'lockdown', available: false, detail: 'confidentiality' }),
    );
    expect(features).toContainEqual(
      expect.objectContaining({ name: 'kprobe', available: false, detail: expect.stringContaining('EPERM') }),
    );
  });
});
