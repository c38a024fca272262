import type { Side } from '@sonde/model';
import { namesByAddress, namesOfVersion1, serviceOfDomain } from './dns.ts';
import type { KnownHosts } from './known-hosts.ts';
import { type Address, type ConnectionsMessage, type DatadogConnection, INCOMING, OUTGOING } from './messages.ts';
import { serviceOfTags, tagsAt } from './tags.ts';

/** Names for both ends of the connections of one message. */
export class Ends {
  readonly #message: ConnectionsMessage;
  readonly #domains: ReadonlyMap<string, string>;
  readonly #known: KnownHosts;
  readonly #now: number;

  /** `now` in seconds since the epoch. */
  constructor(message: ConnectionsMessage, known: KnownHosts, now: number) {
    this.#message = message;
    this.#known = known;
    this.#now = now;
    const names = namesByAddress(message.encodedDnsLookups, message.encodedDomainDatabase);
    this.#domains = names.size > 0 ? names : namesOfVersion1(message.encodedDns);
    for (const connection of message.connections) {
      if (sideOf(connection) !== 'server') continue;
      known.listens(message.hostName, addressOf(connection.local), this.localService(connection), now);
    }
  }

  containerOf({ pid, local }: DatadogConnection): string {
    return local.containerId || (this.#message.containerForPid.get(pid) ?? '');
  }

  /** `key:value` of the process and of its container. */
  localTags(connection: DatadogConnection): string[] {
    const { encodedTags, encodedConnectionsTags } = this.#message;
    return [
      ...tagsAt(encodedConnectionsTags, connection.tagsIndex),
      ...tagsAt(encodedTags, connection.containerTagsIndex),
    ];
  }

  /** By its tags, else the container it runs in, else the host. */
  localService(connection: DatadogConnection): string {
    const { hostName } = this.#message;
    return (
      serviceOfTags(this.localTags(connection)) ||
      shortContainer(this.containerOf(connection)) ||
      hostName ||
      'unknown_service'
    );
  }

  /**
   * By its tags, the name it was looked up by, the service that its own host saw listen at the address, its container, or
   * the virtual address that stands for it; '' where only a real address is known.
   */
  remoteService({ remote, translated, remoteTagsIndex }: DatadogConnection): string {
    const tagged = serviceOfTags(tagsAt(this.#message.encodedTags, remoteTagsIndex));
    if (tagged !== '') return tagged;
    const domain = this.#domains.get(remote.ip) ?? (translated && this.#domains.get(translated.ip));
    if (domain) return serviceOfDomain(domain);
    const listening = this.#known.serviceAt(this.#message.hostName, addressOf(translated ?? remote), this.#now);
    const isVirtual = translated !== null && translated.ip !== remote.ip;
    return listening ?? (shortContainer(remote.containerId) || (isVirtual ? addressOf(remote) : ''));
  }
}

const EPHEMERAL = 1;
const NOT_EPHEMERAL = 2;

/** A connection that says neither incoming nor outgoing is a client's where its local port is ephemeral, or the higher. */
export function sideOf({ direction, local, remote, ephemeral }: DatadogConnection): Side {
  if (direction === INCOMING) return 'server';
  if (direction === OUTGOING) return 'client';
  if (ephemeral === EPHEMERAL) return 'client';
  if (ephemeral === NOT_EPHEMERAL) return 'server';
  return local.port < remote.port ? 'server' : 'client';
}

export function addressOf({ ip, port }: Omit<Address, 'containerId'>): string {
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}

/** The 12 digits that container tools show. */
export function shortContainer(id: string): string {
  return id.replace(/^\w+:\/\//, '').slice(0, 12);
}
