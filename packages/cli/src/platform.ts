import { existsSync, globSync } from 'node:fs';
import { platform } from 'node:os';
import { join } from 'node:path';
import { hookLevel, probeFeatures } from '@sonde/libbpf';
import type { SondeConfig } from './config/schema.ts';
import { CliError } from './errors.ts';

const HOME = join(import.meta.dirname, '../../..');

/** Which of the two things that `make build` makes are not there. */
export function missingBuilds(): string[] {
  const probes = globSync('bpf/.output/*.bpf.o', { cwd: HOME }).length > 0;
  const pages = existsSync(join(HOME, 'packages/web/dist/index.html'));
  return [...(probes ? [] : ['probes']), ...(pages ? [] : ['pages'])];
}

/** Says what stands in the way of an agent on this machine before anything is started. @throws CliError */
export function requireAgent(scope: SondeConfig['agent']['scope'] | undefined): void {
  if (platform() !== 'linux') throw new CliError('SONDE_CLI_NOT_LINUX', `this system is ${platform()}`);
  const features = probeFeatures();
  const allowed = features.find(({ name }) => name === 'capabilities');
  if (!allowed?.available) throw new CliError('SONDE_CLI_NOT_ROOT', 'this process may not load probes');
  if (scope && scope.cgroups.length === 0 && scope.pids.length === 0 && !scope.hostWide) {
    throw new CliError('SONDE_CLI_NO_SCOPE', 'agent.scope is empty');
  }
  if (hookLevel(features) === 'none') {
    const missing = features.filter(
      ({ name, available }) => !available && ['libbpf', 'btf', 'ring-buffer'].includes(name),
    );
    const reasons = missing.map(({ name, detail }) => `${name}: ${detail}`).join('; ');
    throw new CliError('SONDE_CLI_NO_CAPTURE', reasons || 'no hook that sees messages');
  }
  if (missingBuilds().includes('probes')) throw new CliError('SONDE_CLI_NOT_BUILT', 'bpf/.output has no probes');
}
