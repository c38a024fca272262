import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Rules about files and texts: size, names, links that lead somewhere. */
const MAX_LINES = 400;
const SOURCE = /\.(ts|tsx|c|h|py|sh|mjs)$/;
const NAME = /^[a-z0-9]+([-._][a-z0-9]+)*$/;
/** Debt: published for linux-x64 alone at the version in use; elsewhere the store needs a ClickHouse server. */
const NOT_IN_LOCK = /^@chdb\/lib-/;

interface LockedPackage {
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const problems: string[] = packagesOutsideTheLock();

const files = execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8', maxBuffer: 2 ** 26 })
  .split('\0')
  .filter((path) => path !== '' && existsSync(path));

for (const path of files) {
  if (SOURCE.test(path)) {
    const lines = readFileSync(path, 'utf8').split('\n').length - 1;
    const isData = /(^|\/)(generated|fixtures?|golden)\//.test(path);
    if (lines > MAX_LINES && !isData) problems.push(`${path}: ${lines} lines, more than ${MAX_LINES}`);
    if (!NAME.test(basename(path)) && !/\.tsx$/.test(path)) problems.push(`${path}: the name is not in kebab-case`);
  }
  if (path.endsWith('.md')) problems.push(...brokenLinks(path));
}

/** Links to files of this repository. */
function brokenLinks(path: string): string[] {
  const text = readFileSync(path, 'utf8').replace(/```[\s\S]*?```/g, '');
  return [...text.matchAll(/\]\(([^)#\s]+)(#[^)\s]*)?\)/g)]
    .map((match) => match[1] ?? '')
    .filter((target) => !/^[a-z]+:/.test(target) && !existsSync(join(dirname(path), target)))
    .map((target) => `${path}: the link ${target} leads nowhere`);
}

/**
 * A lock file made where the registry lacks a package for some other platform leaves it out in silence, and `npm ci`
 * then refuses the whole file.
 */
function packagesOutsideTheLock(): string[] {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, LockedPackage> };
  const locked = new Set(Object.keys(lock.packages).map((path) => path.replace(/^.*node_modules\//, '')));
  return Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !locked.has(name) && !NOT_IN_LOCK.test(name))
      .map((name) => `package-lock.json: ${path} needs ${name} on some platform, but the lock does not have it`),
  );
}

for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
