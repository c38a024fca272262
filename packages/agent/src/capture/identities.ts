import { symbols } from '@sonde/protocols';
import type { ProcessIdentity, ProcessTable } from '../enrich/process-table.ts';

/** What aggregation needs of `Identities`; a replay has others. */
export type IdentityNames = Pick<Identities, 'get' | 'name'>;

/** Services with their instances, numbered, so that records carry a number instead of an object. */
export class Identities {
  readonly #processes: ProcessTable;
  readonly #numbers = new Map<string, number>();
  readonly #identities: ProcessIdentity[] = [];
  readonly #names: number[] = [];

  constructor(processes: ProcessTable) {
    this.#processes = processes;
  }

  of(pid: number): number {
    const identity = this.#processes.resolve(pid);
    const key = `${identity.serviceName}\0${identity.instanceId}\0${identity.containerId}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) {
      // The same container or pod, started again.
      if (identity.instanceStart > this.#identities[known].instanceStart) this.#identities[known] = identity;
      return known;
    }
    const number = this.#identities.length;
    this.#numbers.set(key, number);
    this.#identities.push(identity);
    this.#names.push(symbols.ofText(identity.serviceName));
    return number;
  }

  get(number: number): ProcessIdentity {
    return this.#identities[number];
  }

  /** Symbol of the service's name. */
  name(number: number): number {
    return this.#names[number];
  }
}
