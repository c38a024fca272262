import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import kernels from './kernels.json' with { type: 'json' };

/** A row of `kernels.json`: a kernel of the test matrix. */
export interface Kernel {
  readonly name: string;
  /** Regular expression over the names of Debian packages; the newest that can be had is taken. */
  readonly package: string;
  /** The hook level that this kernel must give. */
  readonly hookLevel: string;
}

export const KERNELS: readonly Kernel[] = kernels;

/** An unpacked kernel package. */
export interface KernelImage {
  /** As `uname -r` says. */
  readonly release: string;
  readonly vmlinuz: string;
  /** Folder with the modules of this release. */
  readonly modules: string;
}

const cache = path.resolve(import.meta.dirname, '../../.output/kernels');

/** Apt has no such package for this machine now; the message says what apt said. */
export class KernelUnavailable extends Error {
  override readonly name = 'KernelUnavailable';
}

/** How many packages of a series are tried: lists can be older than the archive, so the newest listed may be gone. */
const ATTEMPTS = 3;

/**
 * Downloads a kernel package with apt and unpacks it under `.output/kernels`; it is never installed.
 * @throws KernelUnavailable
 */
export function fetchKernel({ name, package: pattern }: Kernel): KernelImage {
  fs.mkdirSync(cache, { recursive: true });
  const wanted = new RegExp(pattern);
  const unpacked = fs.readdirSync(cache).filter((entry) => wanted.test(entry));
  if (unpacked.length > 0) return imageIn(path.join(cache, newestFirst(unpacked)[0]!));
  const failures: string[] = [];
  const image = fetchNewest(wanted, failures) ?? (updateLists(failures) ? fetchNewest(wanted, failures) : undefined);
  if (image === undefined) throw new KernelUnavailable(`no package of kernel ${name} can be had: ${failures.at(-1)}`);
  return image;
}

/** Why a kernel cannot be had, or an empty string; it is downloaded to find out. */
export function kernelSkipReason(kernel: Kernel): string {
  try {
    fetchKernel(kernel);
    return '';
  } catch (error) {
    if (error instanceof KernelUnavailable) return error.message;
    throw error;
  }
}

function fetchNewest(wanted: RegExp, failures: string[]): KernelImage | undefined {
  const offered = execFileSync('apt-cache', ['pkgnames', 'linux-image-'], { encoding: 'utf8' }).split('\n');
  const names = newestFirst(offered.filter((name) => wanted.test(name))).slice(0, ATTEMPTS);
  if (names.length === 0) failures.push(`apt lists no package like ${wanted.source}`);
  const found = names.find((name) => download(name, failures));
  return found === undefined ? undefined : imageIn(path.join(cache, found));
}

function updateLists(failures: string[]): boolean {
  if (process.getuid?.() !== 0) return false;
  return run('apt-get', ['update', '-qq'], cache, failures);
}

function download(name: string, failures: string[]): boolean {
  const folder = fs.mkdtempSync(path.join(cache, 'download-'));
  try {
    if (!run('apt-get', ['download', '-qq', name], folder, failures)) return false;
    const archive = fs.readdirSync(folder).find((file) => file.endsWith('.deb'))!;
    if (!run('dpkg-deb', ['-x', archive, 'root'], folder, failures)) return false;
    // Another run may have been faster.
    if (!fs.existsSync(path.join(cache, name))) fs.renameSync(path.join(folder, 'root'), path.join(cache, name));
    return true;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** Says whether it succeeded; if not, what the program said goes to `failures`. */
function run(program: string, words: readonly string[], cwd: string, failures: string[]): boolean {
  const { status, error, stderr } = spawnSync(program, words, { cwd, encoding: 'utf8', timeout: 120_000 });
  if (status === 0) return true;
  const errors = stderr.split('\n').filter((line) => line.startsWith('E: '));
  failures.push(`${program} ${words.join(' ')}: ${error?.message ?? errors[0] ?? stderr.trim()}`);
  return false;
}

function imageIn(folder: string): KernelImage {
  const modules = path.join(folder, fs.existsSync(path.join(folder, 'lib')) ? 'lib' : 'usr/lib', 'modules');
  const release = fs.readdirSync(modules)[0]!;
  return { release, vmlinuz: path.join(folder, 'boot', `vmlinuz-${release}`), modules: path.join(modules, release) };
}

const newestFirst = (names: readonly string[]): string[] =>
  names.toSorted((a, b) => b.localeCompare(a, 'en', { numeric: true }));
