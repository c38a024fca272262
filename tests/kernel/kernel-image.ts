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

/** Downloads a kernel package with apt and unpacks it under `.output/kernels`; it is never installed. */
export function fetchKernel({ name, package: pattern }: Kernel): KernelImage {
  fs.mkdirSync(cache, { recursive: true });
  const wanted = new RegExp(pattern);
  const unpacked = fs.readdirSync(cache).filter((entry) => wanted.test(entry));
  if (unpacked.length > 0) return imageIn(path.join(cache, newestFirst(unpacked)[0]!));
  const image = fetchNewest(wanted) ?? (updateLists() ? fetchNewest(wanted) : undefined);
  if (image === undefined) throw new Error(`kernel ${name}: apt can download no package like ${pattern}`);
  return image;
}

function fetchNewest(wanted: RegExp): KernelImage | undefined {
  const offered = execFileSync('apt-cache', ['pkgnames', 'linux-image-'], { encoding: 'utf8' }).split('\n');
  const found = newestFirst(offered.filter((name) => wanted.test(name))).find(download);
  return found === undefined ? undefined : imageIn(path.join(cache, found));
}

function updateLists(): boolean {
  return process.getuid?.() === 0 && spawnSync('apt-get', ['update', '-qq'], { timeout: 120_000 }).status === 0;
}

/** Package lists can be older than the archive, so the newest package listed may be gone. */
function download(name: string): boolean {
  const folder = fs.mkdtempSync(path.join(cache, 'download-'));
  try {
    execFileSync('apt-get', ['download', name], { cwd: folder, stdio: 'ignore', timeout: 300_000 });
    const archive = fs.readdirSync(folder).find((file) => file.endsWith('.deb'))!;
    execFileSync('dpkg', ['-x', archive, 'root'], { cwd: folder, timeout: 120_000 });
    fs.renameSync(path.join(folder, 'root'), path.join(cache, name));
    return true;
  } catch {
    return false;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function imageIn(folder: string): KernelImage {
  const modules = path.join(folder, fs.existsSync(path.join(folder, 'lib')) ? 'lib' : 'usr/lib', 'modules');
  const release = fs.readdirSync(modules)[0]!;
  return { release, vmlinuz: path.join(folder, 'boot', `vmlinuz-${release}`), modules: path.join(modules, release) };
}

const newestFirst = (names: readonly string[]): string[] =>
  names.toSorted((a, b) => b.localeCompare(a, 'en', { numeric: true }));
