import type { Store, TextAttributes } from '@sonde/store';

const FRESH = 60_000;
const MAX_SERVICES = 10_000;

const NOTHING: TextAttributes = {};

/** What service instances say of themselves, read again after a minute. */
export class ResourceBook {
  readonly #store: Pick<Store, 'resourcesOf'>;
  readonly #services = new Map<string, { read: number; byInstance: ReadonlyMap<string, TextAttributes> }>();

  constructor(store: Pick<Store, 'resourcesOf'>) {
    this.#store = store;
  }

  async read(services: ReadonlySet<string>, now = Date.now()): Promise<void> {
    if (this.#services.size > MAX_SERVICES) this.#services.clear();
    for (const service of services) {
      const known = this.#services.get(service);
      if (known !== undefined && now - known.read < FRESH) continue;
      const resources = await this.#store.resourcesOf(service);
      const byInstance = new Map(resources.map(({ instance, attributes }) => [instance, attributes]));
      this.#services.set(service, { read: now, byInstance });
    }
  }

  /** Of a service that was read. */
  of = (service: string, instance: string): TextAttributes =>
    this.#services.get(service)?.byInstance.get(instance) ?? NOTHING;
}
