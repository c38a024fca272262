import type { Endpoint } from '@sonde/model';
import { type SymbolId, symbols } from '@sonde/protocols';
import type { IdentityNames } from '../capture/identities.ts';
import type { ProcessIdentity } from '../enrich/process-table.ts';

/** A capture knows no processes: a server is its address with port, a client its address. */
export class CaptureIdentities implements IdentityNames {
  readonly #numbers = new Map<string, number>();
  readonly #identities: ProcessIdentity[] = [];
  readonly #names: SymbolId[] = [];

  of(name: string, { address }: Endpoint): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const number = this.#identities.length;
    this.#numbers.set(name, number);
    this.#names.push(symbols.ofText(name));
    this.#identities.push({
      kind: 'process',
      pid: 0,
      startTime: -1,
      executable: '',
      commandLine: '',
      containerId: '',
      containerName: '',
      podName: '',
      namespaceName: '',
      cgroupPath: '',
      serviceName: name,
      serviceNameSource: 'executable',
      instanceId: name,
      instanceStart: 0,
      hostName: address,
    });
    return number;
  }

  get(number: number): ProcessIdentity {
    return this.#identities[number];
  }

  name(number: number): SymbolId {
    return this.#names[number];
  }
}
