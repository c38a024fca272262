import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { type CpioEntry, DIRECTORY, EXECUTABLE, packCpio, SYMLINK } from './cpio.ts';
import type { KernelImage } from './kernel-image.ts';

/** What the guest needs to reach the repository; more can be asked for. */
const MODULES = ['virtio_pci', '9pnet_virtio', '9p', 'overlay'];

export interface Contents {
  /** Kernel modules by name, loaded at boot with what they depend on. */
  readonly modules: readonly string[];
  /** Executables and shared libraries of this machine, put at the same place in the guest with what they link to. */
  readonly files: readonly string[];
  /** Executables that the guest has from elsewhere, of which it needs only what they link to. */
  readonly linked: readonly string[];
}

/** A root of its own for the guest, kept in memory: busybox, the modules, and the given files. */
export function buildInitramfs(image: KernelImage, contents: Contents): Buffer {
  const modules = moduleClosure(image, [...MODULES, ...contents.modules]);
  const linked = [...contents.files, ...contents.linked].flatMap(linkedLibraries);
  const files = new Set([...contents.files, ...linked]);
  const entries: CpioEntry[] = [
    { path: 'init', mode: EXECUTABLE, content: fs.readFileSync(path.join(import.meta.dirname, 'init.sh')) },
    ...withFolders('bin/busybox', fs.readFileSync('/bin/busybox')),
    ...[...files].flatMap((file) => withFolders(file.slice(1), fs.readFileSync(file))),
    { path: 'modules', mode: DIRECTORY },
    ...modules.map(({ name, content }, index) => ({
      path: `modules/${String(index).padStart(3, '0')}-${name}.ko`,
      mode: EXECUTABLE,
      content,
    })),
    { path: 'bin/sh', mode: SYMLINK, content: Buffer.from('busybox') },
  ];
  return packCpio(unique(entries));
}

function withFolders(file: string, content: Uint8Array): CpioEntry[] {
  const folders = file
    .split('/')
    .slice(0, -1)
    .map((_, index, parts) => ({ path: parts.slice(0, index + 1).join('/'), mode: DIRECTORY }));
  return [...folders, { path: file, mode: EXECUTABLE, content }];
}

const unique = (entries: readonly CpioEntry[]): CpioEntry[] => [
  ...new Map(entries.map((entry) => [entry.path, entry])).values(),
];

/** The shared libraries that the loader would take, and the loader itself. */
function linkedLibraries(file: string): string[] {
  const output = execFileSync('ldd', [file], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return [...output.matchAll(/(?:=> )?(\/\S+) \(0x/g)].map((match) => match[1]!);
}

interface Module {
  readonly name: string;
  readonly content: Buffer;
}

/** Modules and what they depend on, dependencies first; those built into the kernel are left out. */
function moduleClosure({ modules, release }: KernelImage, wanted: readonly string[]): Module[] {
  const files = new Map(
    fs
      .readdirSync(modules, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.ko(\.xz)?$/.test(file))
      .map((file) => [canonical(path.basename(file).replace(/\.ko(\.xz)?$/, '')), path.join(modules, file)]),
  );
  const builtIn = fs.readFileSync(path.join(modules, 'modules.builtin'), 'utf8');
  const builtInNames = new Set(builtIn.split('\n').map((line) => canonical(path.basename(line, '.ko'))));
  const closure = new Map<string, Module>();
  const add = (name: string) => {
    if (closure.has(name) || builtInNames.has(name)) return;
    const file = files.get(name);
    if (file === undefined) throw new Error(`kernel ${release} has no module ${name}`);
    const content = readModule(file);
    for (const dependency of dependencies(content)) add(canonical(dependency));
    closure.set(name, { name, content });
  };
  for (const name of wanted) add(canonical(name));
  return [...closure.values()];
}

const canonical = (name: string): string => name.replaceAll('-', '_');

function readModule(file: string): Buffer {
  if (!file.endsWith('.xz')) return fs.readFileSync(file);
  return execFileSync('xz', ['-dc', file], { maxBuffer: 64 * 1024 * 1024 });
}

/** The `depends=` entry of the .modinfo section; package files carry no modules.dep. */
function dependencies(module: Buffer): string[] {
  const start = module.indexOf('\0depends=');
  if (start < 0) return [];
  const value = module.toString('latin1', start + 9, module.indexOf(0, start + 9));
  return value.split(',').filter(Boolean);
}
