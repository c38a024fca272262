import { addressSymbol, endpointSymbol } from './address.ts';
import { type Connection, type End, newEnd } from './connections.ts';
import type { EventView } from './event-view.ts';
import type { Identities } from './identities.ts';

/** Where a record has the tuple of its socket. */
export interface TupleFields {
  readonly remoteAddress: number;
  readonly localPort: number;
  readonly remotePort: number;
}

/** Finds the end of a connection that a record comes from: the one at `at`, with its tuple in `fields`. */
export class Ends {
  readonly #view: EventView;
  readonly #identities: Identities;

  constructor(view: EventView, identities: Identities) {
    this.#view = view;
    this.#identities = identities;
  }

  of(connection: Connection, side: 0 | 1, pid: number, at: number, fields: TupleFields): End {
    const end = connection.ends[side];
    if (end === null) return (connection.ends[side] = this.make(side, pid, at, fields));
    if (end.pid !== pid) {
      end.pid = pid;
      end.identity = this.#identities.of(pid);
    }
    return end;
  }

  make(side: 0 | 1, pid: number, at: number, { remoteAddress, localPort, remotePort }: TupleFields): End {
    const view = this.#view;
    const { bytes } = view;
    const address = at + remoteAddress;
    const port = view.u16(at + remotePort);
    if (side === 1) return newEnd(pid, this.#identities.of(pid), addressSymbol(bytes, address), port);
    return newEnd(pid, this.#identities.of(pid), endpointSymbol(bytes, address, port), view.u16(at + localPort));
  }
}
