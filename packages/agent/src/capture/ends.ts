import { addressSymbol, endpointSymbol } from './address.ts';
import { type Connection, type End, newEnd } from './connections.ts';
import type { EventView } from './event-view.ts';
import type { Identities } from './identities.ts';

/** Finds the end of a connection that a record comes from. `address` and `port` are where the record has the peer's. */
export class Ends {
  readonly #view: EventView;
  readonly #identities: Identities;

  constructor(view: EventView, identities: Identities) {
    this.#view = view;
    this.#identities = identities;
  }

  of(connection: Connection, side: 0 | 1, pid: number, address: number, port: number): End {
    const end = connection.ends[side];
    if (end === null) return (connection.ends[side] = this.make(side, pid, address, port));
    if (end.pid !== pid) {
      end.pid = pid;
      end.identity = this.#identities.of(pid);
    }
    return end;
  }

  make(side: 0 | 1, pid: number, address: number, port: number): End {
    const { bytes } = this.#view;
    const peerAddress =
      side === 0 ? endpointSymbol(bytes, address, this.#view.u16(port)) : addressSymbol(bytes, address);
    return newEnd(pid, this.#identities.of(pid), peerAddress);
  }
}
