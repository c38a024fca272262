import type { Side } from '@sonde/model';
import { namesByAddress, serviceOfDomain } from './dns.ts';
import { type Address, type ConnectionsMessage, type DatadogConnection, INCOMING, OUTGOING } from './messages.ts';
import { serviceOfTags, tagsAt } from './tags.ts';

/** Names for both ends of the connections of one message. */
export class Ends {
  readonly #message: ConnectionsMessage;
  readonly #domains: ReadonlyMap<string, string>;
  /** Services that listen on this host, by address. */
  readonly #listening = new Map<string, string>();

  constructor(message: ConnectionsMessage) {
    this.#message = message;
    this.#domains = namesByAddress(message.encodedDnsLookups, message.encodedDomainDatabase);
    for (const connection of message.connections) {
      if (sideOf(connection) !== 'server') continue;
      this.#listening.set(addressOf(connection.local), this.localService(connection));
    }
  }

  containerOf({ pid, local }: DatadogConnection): string {
    return local.containerId || (this.#message.containerForPid.get(pid) ?? '');
  }

  /** By its tags, else the container it runs in, else the host. */
  localService(connection: DatadogConnection): string {
    const { encodedTags, encodedConnectionsTags, hostName } = this.#message;
    const tags = [
      ...tagsAt(encodedConnectionsTags, connection.tagsIndex),
      ...tagsAt(encodedTags, connection.containerTagsIndex),
    ];
    return serviceOfTags(tags) || shortContainer(this.containerOf(connection)) || hostName || 'unknown_service';
  }

  /**
   * By its tags, the name it was looked up by, the service on this host that has the address, its container, or the
   * virtual address that stands for it; '' where only a real address is known.
   */
  remoteService({ remote, translated, remoteTagsIndex }: DatadogConnection): string {
    const tagged = serviceOfTags(tagsAt(this.#message.encodedTags, remoteTagsIndex));
    if (tagged !== '') return tagged;
    const domain = this.#domains.get(remote.ip) ?? (translated && this.#domains.get(translated.ip));
    if (domain) return serviceOfDomain(domain);
    const listening = this.#listening.get(addressOf(translated ?? remote));
    const isVirtual = translated !== null && translated.ip !== remote.ip;
    return listening ?? (shortContainer(remote.containerId) || (isVirtual ? addressOf(remote) : ''));
  }
}

/** A connection that says neither incoming nor outgoing belongs to the server where its local port is the lower. */
export function sideOf({ direction, local, remote }: DatadogConnection): Side {
  if (direction === INCOMING) return 'server';
  if (direction === OUTGOING) return 'client';
  return local.port < remote.port ? 'server' : 'client';
}

export function addressOf({ ip, port }: Omit<Address, 'containerId'>): string {
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}

/** The 12 digits that container tools show. */
export function shortContainer(id: string): string {
  return id.replace(/^\w+:\/\//, '').slice(0, 12);
}
