import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { ALIASES, COMMANDS, type CommandInfo } from './command.ts';
import { type ConfigKey, configKeys, parseText } from './config/keys.ts';
import type { ConfigSources } from './config/load.ts';
import { sondeConfig } from './config/schema.ts';
import { CliError } from './errors.ts';

export interface CommandLine {
  readonly name: string;
  readonly command: CommandInfo;
  /** Flags of the command itself. */
  readonly flags: Readonly<Record<string, string | boolean | undefined>>;
  readonly operands: readonly string[];
  readonly config: { readonly file: string | undefined; readonly flags: NonNullable<ConfigSources['flags']> };
  readonly help: boolean;
}

/** Names under which a command takes keys of the configuration, the alias first. */
export function configFlags(command: CommandInfo): Map<string, ConfigKey> {
  const keys = configKeys(sondeConfig).filter(
    ({ path }) =>
      command.sections.some((name) => path.startsWith(`${name}.`)) && !command.own?.some((key) => path.startsWith(key)),
  );
  const byPath = new Map(keys.map((key) => [key.path, key]));
  const aliases = Object.entries(ALIASES).flatMap(([alias, path]) => {
    const key = byPath.get(path);
    return key ? [[alias, key] as const] : [];
  });
  return new Map([...aliases, ...keys.map((key) => [key.flag, key] as const)]);
}

/** @throws CliError SONDE_CLI_USAGE */
export function parseCommandLine(name: string, words: readonly string[]): CommandLine {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) throw new CliError('SONDE_CLI_USAGE', `there is no command ${name}`);
  const keys = configFlags(command);
  const options: ParseArgsOptionsConfig = {
    help: { type: 'boolean', short: 'h' },
    config: { type: 'string' },
  };
  for (const [flag, { type }] of Object.entries(command.flags)) options[flag] = { type };
  for (const [flag, { schema }] of keys) {
    options[flag] = { type: schema.type === 'boolean' ? 'boolean' : 'string', multiple: schema.type === 'array' };
  }

  const { values, positionals } = parse(name, words, options, command.operands !== undefined);
  const own = Object.fromEntries(Object.keys(command.flags).map((flag) => [flag, values[flag]]));
  const flags = new Map<string, { value: unknown; origin: string }>();
  for (const [flag, { path, schema }] of keys) {
    const given = values[flag];
    if (given === undefined) continue;
    const value = typeof given === 'boolean' ? given : parseText([given].flat().join(','), schema);
    flags.set(path, { value, origin: `--${flag}` });
  }
  const file = values.config as string | undefined;
  return {
    name,
    command,
    flags: own,
    operands: positionals,
    config: { file, flags },
    help: values.help === true,
  } as CommandLine;
}

function parse(name: string, words: readonly string[], options: ParseArgsOptionsConfig, allowPositionals: boolean) {
  try {
    const parsed = parseArgs({ args: [...words], options, allowNegative: true, allowPositionals, strict: true });
    const values = parsed.values as Record<string, string | boolean | string[] | undefined>;
    return { values, positionals: parsed.positionals };
  } catch (error) {
    const [reason] = (error as Error).message.split('. ');
    throw new CliError('SONDE_CLI_USAGE', `sonde ${name}: ${reason}`, { cause: error });
  }
}
