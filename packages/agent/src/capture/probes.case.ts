import { existsSync } from 'node:fs';
import { type BpfObject, hookLevel, probeFeatures } from '@sonde/libbpf';
import { ASKED, OBJECT, openObjectOfProbes } from './probe-object.ts';

/** Why the probes cannot be loaded here, or ''. */
export const skipReason = findSkipReason();
if (skipReason !== '') console.warn(`tests against the kernel are skipped: ${skipReason}`);

/** The probes as built, of which only the iterator will be loaded. Nothing is attached. */
export function openProbes(): BpfObject {
  const object = openObjectOfProbes();
  for (const program of object.programs()) if (!ASKED.includes(program.name)) program.setAutoload(false);
  object.map('ring').setMaxEntries(1 << 16);
  return object;
}

function findSkipReason(): string {
  if (process.platform !== 'linux') return 'this is not Linux';
  if (process.getuid?.() !== 0) return 'this needs root';
  if (!existsSync(OBJECT)) return 'the probes are not built (make build)';
  const level = hookLevel(probeFeatures());
  return level === 'A' ? '' : `this needs hook level A, and here is ${level}`;
}
