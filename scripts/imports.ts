import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/**
 * The import table: what a package may import of ours. ARCHITECTURE.md says why.
 * A debt is an entry with a comment: the reason, and what would pay it.
 */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  model: [],
  protocols: ['model'],
  linker: ['model'],
  otlp: ['model'],
  store: ['model'],
  api: ['model'],
  libbpf: [],
  agent: ['model', 'protocols', 'otlp', 'libbpf', 'api'],
  server: ['model', 'protocols', 'otlp', 'store', 'api', 'linker'],
  web: ['api', 'model'],
  // shop: `sonde demo` starts it.
  cli: ['agent', 'server', 'api', 'model', 'libbpf', 'shop'],
  shop: [],
};

/** Packages that are the same everywhere: no Node modules, so that browser, worker and server can take them. */
export const PURE: readonly string[] = ['model', 'protocols', 'linker', 'api'];

/** Libraries that one package stands in front of. */
export const OWNED: Readonly<Record<string, string>> = {
  '@clickhouse/client': 'store',
  chdb: 'store',
  koffi: 'libbpf',
  fastify: 'server',
  echarts: 'web',
};

/** SQL that is run, in a string: `store` alone has it. Protocol parsers and their cases read SQL, they do not run it. */
const SQL = /[`'"]\s*(SELECT\s[^`'"]*\sFROM\s|INSERT\s+INTO\s|CREATE\s+TABLE\s|ALTER\s+TABLE\s|DROP\s+TABLE\s)/;
const MAY_HOLD_SQL: readonly string[] = ['store', 'protocols', 'shop'];

export interface SourceFile {
  /** Path from the root of the repository. */
  readonly path: string;
  readonly text: string;
}

/** Every module name a TypeScript source imports or exports from, with its line, types included. */
export function importsOf(text: string): { readonly name: string; readonly line: number }[] {
  const code = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, (comment) => comment.replace(/[^\n]/g, ' '));
  const pattern = /\bfrom\s*['"]([^'"\n]+)['"]|\bimport\s*\(?\s*['"]([^'"\n]+)['"]/g;
  return [...code.matchAll(pattern)].map((match) => ({
    name: match[1] ?? match[2] ?? '',
    line: code.slice(0, match.index).split('\n').length,
  }));
}

/** What is wrong with one file, a line each: `path:line: reason`. */
export function checkFile({ path, text }: SourceFile): string[] {
  const home = packageOf(path);
  if (!home) return [];
  const allowed = MAY_IMPORT[home.name];
  if (!allowed) return [`${path}:1: ${home.name} is not in the import table (scripts/imports.ts)`];
  const isTest = /\.(test|case)\.tsx?$/.test(path);
  const problems: string[] = [];

  for (const { name, line } of importsOf(text)) {
    const refuse = (reason: string) => problems.push(`${path}:${line}: ${reason}`);
    const library = name.startsWith('@') ? name.split('/').slice(0, 2).join('/') : (name.split('/')[0] ?? name);
    const owner = OWNED[library];
    if (name.startsWith('.')) {
      const target = relative(home.folder, resolve(dirname(path), name));
      if (relative('.', resolve(home.folder, target)).startsWith('..') || target.startsWith('..')) {
        refuse(`${name} is outside of ${home.name}: import the package instead`);
      }
    } else if (name.startsWith('@sonde/')) {
      const other = name.split('/')[1] ?? '';
      if (other !== home.name && !allowed.includes(other)) refuse(`${home.name} may not import ${other}`);
    } else if (owner && owner !== home.name) {
      refuse(`${library} belongs to ${owner}`);
    } else if (name.startsWith('node:') && PURE.includes(home.name) && !isTest) {
      refuse(`${home.name} may not import ${name}: it has to run anywhere`);
    }
  }
  const sql = isTest || MAY_HOLD_SQL.includes(home.name) ? null : SQL.exec(text);
  if (sql) problems.push(`${path}:${text.slice(0, sql.index).split('\n').length}: SQL outside of store`);
  return problems;
}

/** A package may declare only what the table allows. */
export function checkManifest({ path, text }: SourceFile): string[] {
  const home = packageOf(path);
  if (!home) return [];
  const { dependencies = {}, devDependencies = {} } = JSON.parse(text) as Record<string, Record<string, string>>;
  return Object.keys({ ...dependencies, ...devDependencies })
    .filter((name) => name.startsWith('@sonde/'))
    .map((name) => name.slice('@sonde/'.length))
    .filter((name) => !MAY_IMPORT[home.name]?.includes(name))
    .map((name) => `${path}: ${home.name} may not depend on ${name}`);
}

/** `packages/agent/src/x.ts` → agent */
function packageOf(path: string): { readonly name: string; readonly folder: string } | undefined {
  const [root = '', name = ''] = path.split('/');
  if (root !== 'packages' && root !== 'examples') return undefined;
  return { name, folder: join(root, name) };
}

export function readSource(path: string): SourceFile {
  return { path, text: readFileSync(path, 'utf8') };
}
