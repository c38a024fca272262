import { basename, dirname, isAbsolute, join } from 'node:path';
import type { ProcessFacts } from './process-facts.ts';

/**
 * What a process of a language runtime is called after: its script, module, jar or main class; '' where there is none.
 * A file called `index`, `main` or `server` is named after its package or folder instead.
 */
export function scriptName(facts: ProcessFacts, program: string): string {
  const runtime = RUNTIMES.find(({ programs }) => programs.test(program));
  if (runtime === undefined) return '';
  const title = facts.args.length === 1 ? facts.args[0] : '';
  return title === '' || runtime.programs.test(basename(title))
    ? runtime.name(facts, runtime)
    : titleName(facts, title);
}

interface Runtime {
  readonly programs: RegExp;
  /** Options whose value is the next argument. */
  readonly valued: ReadonlySet<string>;
  readonly name: (facts: ProcessFacts, runtime: Runtime) => string;
}

const RUNTIMES: readonly Runtime[] = [
  {
    programs: /^(node|nodejs|bun|deno|tsx)$/,
    valued: new Set([
      '-r',
      '--require',
      '--import',
      '--loader',
      '--experimental-loader',
      '-C',
      '--conditions',
      '--title',
    ]),
    name: fileName,
  },
  { programs: /^(python|pypy)[\d.]*$/, valued: new Set(['-W', '-X', '-Q']), name: pythonName },
  { programs: /^j?ruby[\d.]*$/, valued: new Set(['-r', '-I', '-C']), name: fileName },
  { programs: /^php(?!-fpm)[\d.]*$/, valued: new Set(['-d', '-c', '-S', '-t', '-z']), name: fileName },
  { programs: /^perl[\d.]*$/, valued: new Set(['-I', '-M']), name: fileName },
  { programs: /^(ba|da|z|k)?sh$/, valued: new Set(['-o', '-O']), name: fileName },
  {
    programs: /^dotnet$/,
    valued: new Set(['--depsfile', '--runtimeconfig', '--additionalprobingpath']),
    name: fileName,
  },
  { programs: /^java$/, valued: new Set(['-cp', '-classpath', '--class-path', '-p', '--module-path']), name: javaName },
];

/** Words that may stand before the script: `deno run x.ts`, `bun run x.ts`, `dotnet exec x.dll`. */
const SUBCOMMANDS = new Set(['run', 'exec', 'serve']);

/** File and class names that say nothing about the service. */
const GENERIC =
  /^(index|main|__main__|server|app|application|start|run|cli|www|manage|wsgi|asgi|bootstrap|launcher|program|startup)$/i;

/** Folder names that say nothing about the service. */
const GENERIC_FOLDER =
  /^(|\.|src|source|dist|build|lib|libs|bin|sbin|out|app|apps|server|cmd|js|target|current|releases?|code|www|public|html|usr|local|opt|home|root|tmp|var|srv|workspace|work|node_modules|site-packages)$/i;

const stem = (path: string): string =>
  basename(path).replace(/\.(m?[jt]s|c[jt]s|[jt]sx|py|pyc|rb|php|pl|sh|dll|jar|war)$/i, '');

/** Index of the first argument that is no option nor the value of one; -1 where code comes from -e or standard input. */
function operandIndex(args: readonly string[], runtime: Runtime, from = 1): number {
  for (let i = from; i < args.length; i++) {
    if (runtime.valued.has(args[i])) i++;
    else if (/^(-e|-c|--eval|-p|--print|-|-i)$/.test(args[i])) return -1;
    else if (!/^[-+]/.test(args[i])) return i;
  }
  return -1;
}

function fileName(facts: ProcessFacts, runtime: Runtime): string {
  let index = operandIndex(facts.args, runtime);
  if (index >= 0 && SUBCOMMANDS.has(facts.args[index])) index = operandIndex(facts.args, runtime, index + 1);
  return index < 0 ? '' : nameOfFile(facts, facts.args[index]);
}

function nameOfFile(facts: ProcessFacts, file: string): string {
  const name = stem(file);
  if (!/[a-z]/i.test(name)) return '';
  if (!GENERIC.test(name)) return name;
  const folder = dirname(isAbsolute(file) ? file : join(facts.workingDirectory, file));
  return packageName(facts, folder) || folderName(folder) || name;
}

/** `name` of the nearest package.json, without its scope. */
function packageName(facts: ProcessFacts, folder: string): string {
  for (let at = folder, up = 0; at !== '/' && at !== '.' && up < 4; at = dirname(at), up++) {
    const text = facts.readFile(join(at, 'package.json'));
    if (text === null) continue;
    try {
      const { name } = JSON.parse(text);
      if (typeof name === 'string' && name !== '') return name.replace(/^@[^/]+\//, '');
    } catch {
      return '';
    }
  }
  return '';
}

function folderName(folder: string): string {
  return folder.split('/').findLast((segment) => !GENERIC_FOLDER.test(segment)) ?? '';
}

/** Servers and task runners that load the service: what they load names it, `orders.main:app` or `-A orders`. */
const PYTHON_HOST = /^(gunicorn|uvicorn|hypercorn|daphne|granian|waitress-serve|waitress|celery|flask|uwsgi)$/;

function pythonName(facts: ProcessFacts, runtime: Runtime): string {
  const { args } = facts;
  const module = args.indexOf('-m');
  const script = operandIndex(args, runtime);
  const byModule = module > 0 && module + 1 < args.length && (script < 0 || module < script);
  const index = byModule ? module + 1 : script;
  if (index < 0) return '';
  const name = byModule ? args[index] : stem(args[index]);
  if (PYTHON_HOST.test(name)) return hostedName(facts, args.slice(index + 1)) || name;
  return byModule ? nameOfModule(facts, name) : nameOfFile(facts, args[index]);
}

function hostedName(facts: ProcessFacts, args: readonly string[]): string {
  const option = args.findIndex((arg) => arg === '-A' || arg === '--app');
  const target =
    args.find((arg) => /^[A-Za-z_][\w.]*:[A-Za-z_][\w.()]*$/.test(arg)) ??
    (option >= 0 ? args[option + 1] : undefined) ??
    facts.environment.get('FLASK_APP');
  return target === undefined ? '' : nameOfModule(facts, stem(target.split(':')[0]));
}

/** The last part of a dotted module that says something, or the folder the process runs in. */
function nameOfModule(facts: ProcessFacts, module: string): string {
  const parts = module.split('.');
  if (!GENERIC.test(parts.at(-1) ?? '')) return module;
  return (
    parts.findLast((part) => !GENERIC.test(part) && !GENERIC_FOLDER.test(part)) ?? folderName(facts.workingDirectory)
  );
}

function javaName(facts: ProcessFacts, runtime: Runtime): string {
  const { args } = facts;
  const property = /^-D(?:otel\.service\.name|spring\.application\.name)=(.+)$/;
  const named = args.map((arg) => property.exec(arg)?.[1]).find((value) => value !== undefined);
  if (named !== undefined) return named;
  const jar = args.indexOf('-jar');
  if (jar > 0 && jar + 1 < args.length) {
    const name = stem(args[jar + 1]).replace(/-\d[\w.+-]*$/, '');
    return GENERIC.test(name) ? nameOfFile(facts, args[jar + 1]) : name;
  }
  const main = args[operandIndex(args, runtime)] ?? '';
  const parts = main.replace(/^.*\//, '').split('.');
  return parts.findLast((part) => !GENERIC.test(part)) ?? '';
}

/** Processes that rewrite their command line: `gunicorn: worker [shop]`, `puma 6.4.0 (tcp://…) [shop]`, `sidekiq 7 shop`. */
function titleName(facts: ProcessFacts, title: string): string {
  const bracketed = /\[([A-Za-z][\w.-]*)(?::\w+)?\]\s*$/.exec(title)?.[1];
  return (bracketed && nameOfModule(facts, bracketed)) || basename(/^[^\s:[]+/.exec(title)?.[0] ?? '');
}
