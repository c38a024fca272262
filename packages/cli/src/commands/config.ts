import { styleText } from 'node:util';
import type { Invocation } from '../command.ts';
import { describeType } from '../config/keys.ts';
import { printValue, valueAt } from '../config/load.ts';

export async function run({ flags, loaded }: Invocation): Promise<number> {
  const { keys, config, origins, file } = loaded;
  const rows = keys.map(({ path, environment, flag, schema }) => {
    const value = schema.secret && valueAt(config, path) !== undefined ? '***' : valueAt(config, path);
    const type = describeType(schema);
    const { description = '', default: initial } = schema;
    return {
      key: path,
      value,
      origin: origins.get(path) ?? 'default',
      type,
      default: initial,
      environment,
      flag,
      description,
    };
  });
  if (flags.json) {
    process.stdout.write(`${JSON.stringify({ file: file ?? null, keys: rows }, null, 2)}\n`);
    return 0;
  }
  process.stdout.write(`file: ${file ?? 'none'}\n`);
  for (const { key, value, origin, type, default: initial, environment, flag, description } of rows) {
    const shown = initial === undefined ? 'no default' : `default ${printValue(initial)}`;
    process.stdout.write(
      `\n${styleText('bold', key)} = ${printValue(value)}  from ${origin}\n` +
        `  ${description === '' ? '' : `${description}: `}${type}, ${shown}\n` +
        `  ${environment}, --${flag}\n`,
    );
  }
  return 0;
}
