import type { Conversation, Protocol, Segment } from '@sonde/protocols';
import type { ReadPlaces } from '../link/read-places.ts';
import type { SentScopes } from '../link/sent-scopes.ts';
import type { LongRequest } from './long-request.ts';

/** One end of a connection, as an observed socket showed it. */
export interface End {
  pid: number;
  /** Number of the process's service and instance (`Identities`). */
  identity: number;
  /** Symbol of the other end's address as this socket sees it: with port for a server, without for a client. */
  peerAddress: number;
  /** Port of the client as this socket sees it, 0 where it is not known. */
  clientPort: number;
  /** Reads this end's bytes, where a protocol needs memory or several requests are in flight. */
  conversation: Conversation | null;
  /** Pieces that came before the protocol was known, oldest first. */
  early: Segment[];
  /** What this end speaks since it switched (Upgrade, STARTTLS): the ends come to it one after the other. */
  switched: Protocol | null;
  closed: boolean;
  /** In turns: its last response went quiet before its end. */
  isPaused: boolean;
  /** Whether the connection was counted as opened. */
  counted: boolean;
  /** Where requests are sent in pieces: what its threads worked on. */
  sent: SentScopes | null;
  /** Where requests are read in pieces: the reads. */
  reads: ReadPlaces | null;
  /** Where a long request came ahead of its turn. */
  long: LongRequest | null;
}

export function newEnd(pid: number, identity: number, peerAddress: number, clientPort = 0): End {
  const state = {
    conversation: null,
    early: [],
    switched: null,
    closed: false,
    isPaused: false,
    counted: false,
    sent: null,
    reads: null,
    long: null,
  };
  return { pid, identity, peerAddress, clientPort, ...state };
}

/** A connection with what both of its ends say. A server behind NAT is found by it: the identity is the same. */
export class Connection {
  readonly clientStart: number;
  readonly serverStart: number;
  /** Index 0: the client's end, 1: the server's. */
  readonly ends: [End | null, End | null] = [null, null];
  protocol: Protocol | null = null;
  /** Whether bytes were ever read as `protocol`: from then on it is not doubted. */
  understood = false;
  /** Pieces that were looked at in vain; past a limit the protocol counts as unknown. */
  attempts = 0;
  /** What the kernel was asked for last: mode and protocol in one number, -1 for nothing. */
  asked = -1;
  /** Monotonic nanoseconds of its last record. */
  lastSeen = 0;
  /** A socket of datagrams: the starts are its cookie, and the other end, where it is known, is `peer`. */
  datagrams = false;
  peer: End | null = null;

  constructor(clientStart: number, serverStart: number) {
    this.clientStart = clientStart;
    this.serverStart = serverStart;
  }
}

const MAX_CONNECTIONS = 1 << 17;

/** Open addressing by the pair of starts; linear probing, no tombstones: `sweep` rebuilds. */
export class Connections {
  evicted = 0;
  #slots: (Connection | undefined)[] = new Array(4096);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Finds a connection, or makes it. */
  of(clientStart: number, serverStart: number): Connection {
    const mask = this.#slots.length - 1;
    for (let slot = hash(clientStart, serverStart) & mask; ; slot = (slot + 1) & mask) {
      const found = this.#slots[slot];
      if (found === undefined) return this.#add(clientStart, serverStart);
      if (found.clientStart === clientStart && found.serverStart === serverStart) return found;
    }
  }

  /** Forgets connections that `isOver`, after `end` was called for each. */
  sweep(isOver: (connection: Connection) => boolean, end: (connection: Connection) => void): void {
    const kept: Connection[] = [];
    for (const connection of this.#slots) {
      if (connection === undefined) continue;
      if (isOver(connection)) end(connection);
      else kept.push(connection);
    }
    let capacity = 4096;
    while (capacity < kept.length * 4) capacity *= 2;
    this.#slots = new Array(capacity);
    this.#size = 0;
    for (const connection of kept) this.#place(connection);
  }

  #add(clientStart: number, serverStart: number): Connection {
    if (this.#size >= MAX_CONNECTIONS) {
      this.evicted++;
      return new Connection(clientStart, serverStart);
    }
    const connection = new Connection(clientStart, serverStart);
    if (this.#size * 2 >= this.#slots.length) {
      const old = this.#slots;
      this.#slots = new Array(old.length * 2);
      this.#size = 0;
      for (const one of old) if (one !== undefined) this.#place(one);
    }
    this.#place(connection);
    return connection;
  }

  #place(connection: Connection): void {
    const mask = this.#slots.length - 1;
    let slot = hash(connection.clientStart, connection.serverStart) & mask;
    while (this.#slots[slot] !== undefined) slot = (slot + 1) & mask;
    this.#slots[slot] = connection;
    this.#size++;
  }
}

function hash(clientStart: number, serverStart: number): number {
  const mixed = Math.imul(clientStart ^ (serverStart >>> 15), 0x85ebca6b) ^ Math.imul(serverStart, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}
