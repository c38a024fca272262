/**
 * Runs every benchmark, one after the other, and writes what they measured to `bench/results/` as JSON with the machine
 * and the versions. Figures of one file come from one run; compare ratios, not figures of different machines.
 *
 * node bench/run.ts [name...] [-- options of these]
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const RESULTS = join(import.meta.dirname, 'results');
const ALL = ['intake', 'linker', 'monitoring', 'overhead', 'protocols', 'reader', 'store'];

const given = process.argv.slice(2);
const end = given.includes('--') ? given.indexOf('--') : given.length;
const names = end > 0 ? given.slice(0, end) : ALL;
const options = given.slice(end + 1);
mkdirSync(RESULTS, { recursive: true });
for (const name of names) {
  const program = join(import.meta.dirname, `${name}.ts`);
  if (!existsSync(program)) {
    console.error(`there is no benchmark ${name}; there are: ${ALL.join(', ')}`);
    process.exitCode = 2;
    continue;
  }
  console.error(`# ${name}`);
  const { status, stdout } = spawnSync(process.execPath, [program, ...options], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status === 0) writeFileSync(join(RESULTS, `${name}.json`), stdout);
  else process.exitCode = 1;
  process.stdout.write(stdout);
}
