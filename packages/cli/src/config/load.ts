import { existsSync } from 'node:fs';
import { CliError } from '../errors.ts';
import { readConfigFile } from './file.ts';
import { type ConfigKey, configKeys, describeType, parseText } from './keys.ts';
import { type SondeConfig, sondeConfig } from './schema.ts';

/** Where a value came from: `default`, `sonde.yaml:3`, `SONDE_SERVER_PORT`, `--server-port`. */
export type Origin = string;

export interface LoadedConfig {
  readonly config: SondeConfig;
  readonly keys: readonly ConfigKey[];
  /** By path; a path that is not here has its default. */
  readonly origins: ReadonlyMap<string, Origin>;
  /** The file that was read, if any. */
  readonly file: string | undefined;
}

export interface ConfigSources {
  /** Values of flags by path, with the flag as the user wrote it. Texts or already of their type. */
  readonly flags?: ReadonlyMap<string, { readonly value: unknown; readonly origin: Origin }>;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** A file that must exist; without it the first of `defaultFiles` that exists is read. */
  readonly file?: string | undefined;
  readonly defaultFiles?: readonly string[];
}

export const CONFIG_FILES: readonly string[] = ['sonde.yaml', '/etc/sonde/sonde.yaml'];

/**
 * Flags win over the environment, the environment over the file, the file over the defaults.
 * @throws CliError SONDE_CONFIG_INVALID, one line for each value that is not allowed: key, what was expected, origin.
 */
export function loadConfig(sources: ConfigSources = {}): LoadedConfig {
  const { flags = new Map(), environment = {}, defaultFiles = CONFIG_FILES } = sources;
  const keys = configKeys(sondeConfig);
  const byPath = new Map(keys.map((key) => [key.path, key]));
  const values: Record<string, unknown> = {};
  const origins = new Map<string, Origin>();
  const problems: string[] = [];

  function assign(path: string, value: unknown, origin: Origin): void {
    const names = path.split('.');
    let section = values;
    for (const name of names.slice(0, -1)) section = (section[name] ??= {}) as Record<string, unknown>;
    section[names.at(-1) as string] = value;
    origins.set(path, origin);
  }

  const file = sources.file ?? defaultFiles.find((name) => existsSync(name));
  if (file !== undefined) {
    const { entries, unknown } = readConfigFile(file, keys);
    for (const { path, value, line } of entries) assign(path, value, `${file}:${line}`);
    for (const { path, line } of unknown) problems.push(`${path}: there is no such key (from ${file}:${line})`);
  }
  for (const key of keys) {
    const text = environment[key.environment];
    if (text !== undefined) assign(key.path, parseText(text, key.schema), key.environment);
    const flag = flags.get(key.path);
    if (flag) assign(key.path, flag.value, flag.origin);
  }

  const result = sondeConfig.safeParse(values);
  if (!result.success) {
    for (const issue of result.error.issues) {
      const path = nearestKey(issue.path.join('.'), byPath);
      const key = byPath.get(path);
      const expected = key ? describeType(key.schema) : issue.message;
      const given = printValue(key?.schema.secret ? '***' : valueAt(values, path));
      const inside = issue.path.join('.').slice(path.length + 1);
      const isOwnRule = issue.code === 'custom' || (issue.code === 'invalid_format' && issue.format !== 'url');
      const reason = inside.includes('.') ? `${inside}: ${issue.message}` : isOwnRule ? issue.message : '';
      const detail = reason === '' ? '' : ` (${reason})`;
      problems.push(`${path}: expected ${expected}, got ${given}${detail} (from ${origins.get(path) ?? 'default'})`);
    }
  }
  if (problems.length > 0 || !result.success) throw new CliError('SONDE_CONFIG_INVALID', problems.join('\n'));
  return { config: result.data, keys, origins, file };
}

/** An issue inside a list belongs to the key of the list. */
function nearestKey(path: string, keys: ReadonlyMap<string, ConfigKey>): string {
  for (let end = path.length; end > 0; end = path.lastIndexOf('.', end - 1)) {
    if (keys.has(path.slice(0, end))) return path.slice(0, end);
  }
  return path;
}

export function valueAt(values: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], values);
}

export function printValue(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
