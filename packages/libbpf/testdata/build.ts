import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const folder = import.meta.dirname;

/** Why programs cannot be compiled and loaded here, or an empty string. */
export const skipReason = findSkipReason();
if (skipReason !== '') console.warn(`tests against the kernel are skipped: ${skipReason}`);

/** Folder with objects compiled elsewhere, for machines without a compiler such as the guests of tests/kernel. */
const compiled = process.env.SONDE_TEST_OBJECTS;

/** Compiles `<name>.bpf.c` of this folder into `directory`; returns the path of the object. */
export function buildObject(name: string, directory: string): string {
  if (compiled !== undefined) return path.join(compiled, `${name}.bpf.o`);
  const target = path.join(directory, `${name}.bpf.o`);
  const source = path.join(folder, `${name}.bpf.c`);
  const include = `/usr/include/${{ x64: 'x86_64', arm64: 'aarch64' }[process.arch as 'x64' | 'arm64']}-linux-gnu`;
  const result = spawnSync(clang()!, ['-g', '-O2', '-target', 'bpf', `-I${include}`, '-c', source, '-o', target]);
  if (result.status !== 0) throw new Error(`clang: ${result.stderr}`);
  return target;
}

/** A temporary folder, made on first use and removed with the scope. */
export function temporaryFolder(): Disposable & { readonly path: string } {
  let directory: string | undefined;
  return {
    get path() {
      directory ??= fs.mkdtempSync(path.join(os.tmpdir(), 'sonde-libbpf-'));
      return directory;
    },
    [Symbol.dispose]() {
      if (directory !== undefined) fs.rmSync(directory, { recursive: true, force: true });
    },
  };
}

function clang(): string | undefined {
  return ['clang-19', 'clang'].find((name) => spawnSync(name, ['--version']).status === 0);
}

function findSkipReason(): string {
  if (process.platform !== 'linux') return 'this is not Linux';
  if (process.getuid?.() !== 0) return 'this needs root';
  if (process.env.SONDE_TEST_OBJECTS === undefined && clang() === undefined) return 'there is no clang';
  return '';
}
