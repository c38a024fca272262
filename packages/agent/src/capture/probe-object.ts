import { existsSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type BpfObject, openObject } from '@sonde/libbpf';
import { AgentError } from '../errors.ts';

/** Where the probes are compiled to. */
export const OBJECT = fileURLToPath(new URL('../../../../bpf/.output/sonde.bpf.o', import.meta.url));

/** Programs that run when user space asks, attached to nothing. */
export const ASKED = ['flush_idle', 'own_pid'];

/**
 * The compiled probes, sized for this machine and not loaded yet.
 * @throws AgentError SONDE_AGENT_PROBES_NOT_BUILT; BpfError of the binding
 */
export function openObjectOfProbes(): BpfObject {
  if (!existsSync(OBJECT)) throw new AgentError('SONDE_AGENT_PROBES_NOT_BUILT', OBJECT);
  const object = openObject(OBJECT);
  object.map('segment_buffers').setMaxEntries(Math.max(cpus().length, availableParallelism()));
  return object;
}
