import { type ConfigKey, configKeys, describeType } from '../packages/cli/src/config/keys.ts';
import { CONFIG_FILES } from '../packages/cli/src/config/load.ts';
import { sondeConfig } from '../packages/cli/src/config/schema.ts';
import { generate, table } from './generated-file.ts';

/** Writes docs/reference/configuration.md from the schema; with --check it only says whether that is needed. */
const UNITS = { GiB: 2 ** 30, MiB: 2 ** 20 };

function defaultOf({ path, schema }: ConfigKey): string {
  const value = schema.default;
  if (value === undefined) return '';
  const isSize = /bytes$/i.test(path) && typeof value === 'number' && value > 0;
  const unit = Object.entries(UNITS).find(([, size]) => isSize && value % size === 0);
  return `\`${JSON.stringify(value)}\`${unit ? ` (${(value as number) / unit[1]} ${unit[0]})` : ''}`;
}

function row(key: ConfigKey): string[] {
  const secret = key.schema.secret ? ' (secret: never printed)' : '';
  const meaning = `${key.schema.description ?? ''}${secret}`;
  return [`\`${key.path}\``, meaning, describeType(key.schema), defaultOf(key), `\`${key.environment}\``];
}

function section(program: string, keys: readonly ConfigKey[]): string {
  const rows = keys.filter(({ path }) => path.startsWith(`${program}.`)).map(row);
  const title = `${program[0].toUpperCase()}${program.slice(1)}`;
  return `## ${title}\n\n${table(['key', 'what it is', 'type', 'default', 'environment'], rows)}`;
}

const keys = configKeys(sondeConfig);
const programs = [...new Set(keys.map(({ path }) => path.split('.')[0]))];
const [first] = keys;

generate(
  'docs/reference/configuration.md',
  `# Configuration

Every setting has a default, and one name in three forms: a key of the configuration file, a variable of the environment,
and a flag. A flag wins over the environment, the environment over the file, the file over the default.

- **File**: the one given with \`--config\`, else the first that exists of ${CONFIG_FILES.map((file) => `\`${file}\``).join(', ')}. YAML, or JSON.
- **Environment**: \`SONDE_\` and the key in capitals, as in the tables. Lists are separated by commas, lists of objects are JSON.
- **Flag**: the key with dashes: \`${first.path}\` is \`--${first.flag}\`.

\`sonde config\` prints every key with its value and where the value came from. A value that is not allowed is an error that
names the key, what was expected and the place it came from.

\`\`\`yaml
agent:
  scope:
    cgroups: [/system.slice/shop.service]
  server:
    url: http://sonde.example:4318
\`\`\`

This page is made from the schema in the source by \`scripts/gen-config.ts\`; \`make check\` fails when it is not up to date.

${programs.map((program) => section(program, keys)).join('\n')}`,
);
