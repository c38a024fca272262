import { configFlags } from './arguments.ts';
import { COMMANDS, type CommandInfo } from './command.ts';
import { describeType } from './config/keys.ts';

export function overallHelp(): string {
  const width = Math.max(...Object.keys(COMMANDS).map(({ length }) => length));
  const lines = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return `Sonde watches the kernel, not the application: every service, call and trace, with no code change.

usage: sonde <command> [flags]

${lines.join('\n')}

sonde <command> --help explains one command, sonde --version prints the version.
`;
}

export function commandHelp(name: string, command: CommandInfo): string {
  const own = Object.entries(command.flags).map(([flag, { type, description }]) => [
    `--${flag}${type === 'string' ? ' VALUE' : ''}`,
    description,
  ]);
  const common = [
    ['--config FILE', 'configuration file (YAML); also SONDE_CONFIG'],
    ['--help', 'this text'],
  ];
  const keys = [...configFlags(command)].map(([flag, { schema, path }]) => {
    const value = schema.type === 'boolean' ? '' : schema.type === 'array' ? ' A,B' : ' VALUE';
    const initial = schema.default === undefined ? '' : `, default ${JSON.stringify(schema.default)}`;
    return [`--${flag}${value}`, `${schema.description ?? path} (${describeType(schema)}${initial})`];
  });
  const operands = command.operands === undefined ? '' : ` ${command.operands}`;
  const parts = [
    `usage: sonde ${name} [flags]${operands}`,
    command.description,
    `flags\n${columns([...own, ...common])}`,
  ];
  if (keys.length > 0) {
    parts.push(`flags of the configuration (names in file and environment: sonde config)\n${columns(keys)}`);
  }
  return `${parts.join('\n\n')}\n`;
}

/** Long names get a line of their own, so that the second column stays where it is. */
function columns(rows: readonly (readonly string[])[]): string {
  const width = Math.min(32, Math.max(...rows.map(([first = '']) => first.length)));
  return rows
    .map(([first = '', second]) => {
      const gap = first.length > width ? `\n${' '.repeat(width + 4)}` : ' '.repeat(width - first.length + 2);
      return `  ${first}${gap}${second}`;
    })
    .join('\n');
}
