import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type BpfObject, hookLevel, openObject, probeFeatures } from '@sonde/libbpf';

const OBJECT = fileURLToPath(new URL('../../../../bpf/.output/sonde.bpf.o', import.meta.url));

/** Why the probes cannot be loaded here, or ''. */
export const skipReason = findSkipReason();
if (skipReason !== '') console.warn(`tests against the kernel are skipped: ${skipReason}`);

/** The probes as built, of which only the iterator will be loaded. Nothing is attached. */
export function openProbes(): BpfObject {
  const object = openObject(OBJECT);
  for (const program of object.programs()) if (program.name !== 'flush_idle') program.setAutoload(false);
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
