import { readFileSync } from 'node:fs';
import { parseCommandLine } from './arguments.ts';
import { loadConfig } from './config/load.ts';
import { exitCode, formatError } from './errors.ts';
import { commandHelp, overallHelp } from './help.ts';

/** One call of the command line; returns the exit code. What went wrong is on standard error. */
export async function run(words: readonly string[], environment = process.env): Promise<number> {
  try {
    const [name = '--help', ...rest] = words;
    if (name === '--help' || name === '-h' || name === 'help') return print(overallHelp());
    if (name === '--version' || name === '-v') return print(`sonde ${version()}\n`);
    const { command, flags, operands, config, help } = parseCommandLine(name, rest);
    if (help) return print(commandHelp(name, command));
    const file = config.file ?? environment.SONDE_CONFIG;
    const loaded = loadConfig({ flags: config.flags, environment, file });
    const { run: runCommand } = await command.load();
    return await runCommand({ flags, operands, loaded });
  } catch (error) {
    process.stderr.write(`${formatError(error)}\n`);
    return exitCode(error);
  }
}

function version(): string {
  const file = new URL('../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}
