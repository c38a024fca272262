const MAX_HOSTS = 10_000;
const MAX_LISTENING = 50_000;
/** How long an address stands for the service that was seen to listen there, in seconds: addresses of pods are used again. */
const LISTENING_FOR = 600;

const LOOPBACK = /^(127\.|\[::1\])/;

/** What earlier messages of all agents told about hosts, and the next ones do not repeat. */
export class KnownHosts {
  readonly #exact = new Set<string>();
  readonly #listening = new Map<string, { readonly service: string; readonly until: number }>();

  /** Whether its agent counts single status codes: it wrote one that is no class. */
  countsCodes(host: string): boolean {
    return this.#exact.has(host);
  }

  sawCodes(host: string): void {
    if (this.#exact.size >= MAX_HOSTS) this.#exact.clear();
    this.#exact.add(host);
  }

  /** A service that listens at `address:port`, as the host's own agent saw it at `now`, seconds since the epoch. */
  listens(host: string, address: string, service: string, now: number): void {
    const key = keyOf(host, address);
    this.#listening.delete(key);
    this.#listening.set(key, { service, until: now + LISTENING_FOR });
    if (this.#listening.size > MAX_LISTENING) this.#listening.delete(this.#listening.keys().next().value as string);
  }

  serviceAt(host: string, address: string, now: number): string | undefined {
    const found = this.#listening.get(keyOf(host, address));
    return found !== undefined && now <= found.until ? found.service : undefined;
  }
}

/** An address of loopback is another one on each host. */
const keyOf = (host: string, address: string) => (LOOPBACK.test(address) ? `${host} ${address}` : address);
