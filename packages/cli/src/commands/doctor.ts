import { arch, platform, release } from 'node:os';
import { styleText } from 'node:util';
import { AGENT_ERRORS, testIdentity } from '@sonde/agent';
import { type Feature, type HookLevel, hookLevel, probeFeatures } from '@sonde/libbpf';
import type { Invocation } from '../command.ts';
import { describeMeaning } from '../doctor/meaning.ts';
import { CliError } from '../errors.ts';
import { missingBuilds } from '../platform.ts';
import { formatTable } from '../table.ts';

const LEVELS: Readonly<Record<HookLevel, string>> = {
  A: 'two BTF tracepoints see every message',
  B: 'fexit on the functions that send and receive',
  C: 'kprobes on the functions that send and receive',
  none: 'no hook that sees messages',
};

/** Without these nothing can be captured, whatever the hooks. */
const ESSENTIAL: readonly Feature['name'][] = ['libbpf', 'capabilities', 'lockdown', 'btf', 'ring-buffer'];

export async function run({ flags }: Invocation): Promise<number> {
  if (platform() !== 'linux') throw new CliError('SONDE_CLI_NOT_LINUX', `there is nothing to examine on ${platform()}`);
  const features = probeFeatures();
  const level = hookLevel(features);
  const lacking = features.filter(({ name, available }) => ESSENTIAL.includes(name) && !available);
  const possible = level !== 'none' && lacking.length === 0;
  const kernel = `Linux ${release()} ${arch()}`;
  const builds = missingBuilds();
  const unlinked = possible && !builds.includes('probes') ? await testIdentity() : null;

  if (flags.json) {
    const rows = features.map((feature) => ({ ...feature, meaning: describeMeaning(feature, level) }));
    const report = { kernel, hookLevel: level, capture: possible, notBuilt: builds, unlinked, features: rows };
    process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    return possible ? 0 : 1;
  }

  process.stdout.write(`${kernel}\n\n${table(features, level)}\n`);
  if (builds.length > 0) process.stdout.write(`not built yet: ${builds.join(', ')}; run make build\n`);
  process.stdout.write(`hook level ${level}: ${LEVELS[level]}\n`);
  if (unlinked !== null) process.stdout.write(`${identityText(unlinked)}\n`);
  if (possible) {
    process.stdout.write(`${styleText('green', 'capture is possible')}\n`);
    return 0;
  }
  const capabilities = lacking.find(({ name }) => name === 'capabilities');
  const reasons = (capabilities ? [capabilities] : lacking).map(({ name, requires }) => `  ${name}: needs ${requires}`);
  if (capabilities)
    reasons.push('  what else this kernel offers can only be tried with them: run sonde doctor as root');
  process.stdout.write(`${[styleText('red', 'capture is impossible'), ...reasons].join('\n')}\n`);
  return 1;
}

function identityText(unlinked: string): string {
  if (unlinked === '') return 'self-test: both ends of a connection show the same identity; spans are linked';
  const { cause, hint } = AGENT_ERRORS.SONDE_AGENT_IDENTITY;
  return `${styleText('yellow', `self-test: SONDE_AGENT_IDENTITY: ${cause}`)}: ${unlinked}\n  ${hint}`;
}

function table(features: readonly Feature[], level: HookLevel): string {
  return formatTable<Feature>(
    [
      { title: '', text: ({ available }) => (available ? styleText('green', 'yes') : styleText('yellow', 'no')) },
      { title: 'feature', text: ({ name }) => name },
      { title: 'what it gives, or what is lost', text: (feature) => describeMeaning(feature, level) },
      {
        title: 'found',
        text: ({ detail, available, requires }) => (available ? detail : `${detail}; needs ${requires}`),
      },
    ],
    features,
  );
}
