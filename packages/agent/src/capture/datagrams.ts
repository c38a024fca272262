import {
  type Call,
  type CallSink,
  Conversation,
  FROM_CLIENT,
  FROM_SERVER,
  protocolOf,
  type Segment,
} from '@sonde/protocols';
import { SentScopes } from '../link/sent-scopes.ts';
import { NO_SCOPE, WorkScope } from '../link/work-scope.ts';
import { addressSymbol, endpointSymbol, endpointText } from './address.ts';
import { Connection, type End, newEnd } from './connections.ts';
import type { EventView } from './event-view.ts';
import type { ExchangeSink } from './exchange-sink.ts';
import { Role, SEGMENT_EVENT as S } from './generated/events.ts';
import type { Identities } from './identities.ts';

/** A socket without datagrams for so long is forgotten, and what it asked counts as timed out. In nanoseconds. */
const KEEP_SILENT = 30e9;
const MAX_SOCKETS = 1 << 15;
/** Addresses whose owner is remembered. */
const MAX_OWNERS = 4096;
const WILDCARD = /^(0\.0\.0\.0|\[::\]):/;
const LOOPBACK = /^(127\.|\[::1\])/;

/**
 * Exchanges over UDP. A socket stands for a connection: one end of it, as client or as server, sometimes both. The two
 * ends of an exchange have no identity in common, so a peer is found by its address alone.
 */
export class Datagrams implements CallSink {
  /** Datagrams of sockets there was no room for. */
  evicted = 0;
  readonly #view: EventView;
  readonly #identities: Identities;
  readonly #sink: Pick<ExchangeSink, 'exchange' | 'answered'>;
  readonly #sockets = new Map<number, Connection>();
  /** Who was last seen behind an address with port. */
  readonly #owners = new Map<string, End>();
  readonly #segment: Segment;
  /** Where a socket last sent to. */
  readonly #remotes = new WeakMap<Connection, string>();
  #connection: Connection | null = null;
  #side: 0 | 1 = 0;
  #closedAt = 0;
  /** What the thread worked on that sent the answer being read, and the request that was answered last. */
  #scope: Readonly<WorkScope> = NO_SCOPE;
  #answered = -1;
  readonly #sentBy = new WorkScope();

  constructor(view: EventView, identities: Identities, sink: Pick<ExchangeSink, 'exchange' | 'answered'>) {
    this.#view = view;
    this.#identities = identities;
    this.#sink = sink;
    const none = { start: 0, end: 0, total: 0, offset: 0, first: 0, last: 0, queueWait: 0 };
    this.#segment = { direction: FROM_CLIENT, bytes: view.bytes, ...none };
  }

  /** Takes the segment record at `at` that has the flag EXCHANGE_DATAGRAM. */
  datagram(at: number): void {
    const view = this.#view;
    const protocol = protocolOf(view.u8(at + S.protocol));
    const connection = this.#socket(view.u32(at + S.clientStart), view.u32(at + S.serverStart));
    if (protocol === undefined || connection === null) return;
    const side = view.u8(at + S.role) === Role.ROLE_CLIENT ? 0 : 1;
    const end = this.#end(connection, side, at);
    this.#connection = connection;
    this.#side = side;
    this.#closedAt = 0;
    end.conversation ??= new Conversation(protocol, 0, this, true);
    const segment = this.#segment;
    segment.direction = view.u8(at + S.direction) === 0 ? FROM_CLIENT : FROM_SERVER;
    segment.start = at + S.size;
    segment.end = segment.start + view.u32(at + S.captured);
    segment.total = view.u64(at + S.bytes);
    segment.offset = view.u64(at + S.offset);
    segment.first = segment.last = connection.lastSeen = view.u64(at + S.time);
    segment.queueWait = view.u64(at + S.queueWait);
    if (side === 0 && segment.direction === FROM_CLIENT) {
      end.sent ??= new SentScopes();
      end.sent.add(segment.offset, 1).read(view, at, S);
    }
    this.#scope = side === 1 && segment.direction === FROM_SERVER ? this.#sentBy.read(view, at, S) : NO_SCOPE;
    this.#answered = -1;
    end.conversation.segment(segment);
    if (side === 0 && this.#answered >= 0) this.#sink.answered(connection, segment.offset, this.#answered);
  }

  call(call: Call): void {
    if (call.responseLast === 0) call.responseLast = this.#closedAt;
    const connection = this.#connection as Connection;
    connection.peer = this.#ownerOf(this.#remotes.get(connection) ?? '');
    const scope = this.#side === 0 ? connection.ends[0]?.sent?.at(call.requestOffset) : this.#scope;
    this.#answered = call.requestOffset;
    this.#sink.exchange(call, connection, this.#side, scope ?? NO_SCOPE);
  }

  /** Forgets silent sockets. `now` is monotonic. */
  sweep(now: number): void {
    for (const [cookie, connection] of this.#sockets) {
      if (now - connection.lastSeen < KEEP_SILENT) continue;
      this.#sockets.delete(cookie);
      this.#close(connection, now, 'timeout');
    }
  }

  /** The observation ends. */
  close(): void {
    for (const connection of this.#sockets.values()) this.#close(connection, connection.lastSeen, 'pending');
    this.#sockets.clear();
  }

  #close(connection: Connection, now: number, outcome: 'timeout' | 'pending'): void {
    this.#connection = connection;
    this.#closedAt = now;
    for (const side of [0, 1] as const) {
      this.#side = side;
      connection.ends[side]?.conversation?.close(outcome);
    }
  }

  #socket(high: number, low: number): Connection | null {
    const cookie = high * 0x1_0000_0000 + low;
    const known = this.#sockets.get(cookie);
    if (known !== undefined) return known;
    if (this.#sockets.size >= MAX_SOCKETS) {
      this.evicted++;
      return null;
    }
    const connection = new Connection(high, low);
    connection.datagrams = true;
    this.#sockets.set(cookie, connection);
    return connection;
  }

  #end(connection: Connection, side: 0 | 1, at: number): End {
    const { bytes } = this.#view;
    const pid = this.#view.u32(at + S.pid);
    const remotePort = this.#view.u16(at + S.remotePort);
    let end = connection.ends[side];
    if (end === null || end.pid !== pid) {
      const conversation = end?.conversation ?? null;
      end = { ...newEnd(pid, this.#identities.of(pid), 0), conversation };
      connection.ends[side] = end;
      this.#own(endpointText(bytes, at + S.localAddress, this.#view.u16(at + S.localPort)), end);
    }
    if (remotePort !== 0) {
      const remote = at + S.remoteAddress;
      end.peerAddress = side === 0 ? endpointSymbol(bytes, remote, remotePort) : addressSymbol(bytes, remote);
      this.#remotes.set(connection, endpointText(bytes, remote, remotePort));
    }
    return end;
  }

  #own(endpoint: string, end: End): void {
    if (this.#owners.size >= MAX_OWNERS) this.#owners.delete(this.#owners.keys().next().value as string);
    this.#owners.set(endpoint.replace(WILDCARD, '*:'), end);
  }

  #ownerOf(endpoint: string): End | null {
    const port = endpoint.slice(endpoint.lastIndexOf(':') + 1);
    const anywhere = LOOPBACK.test(endpoint) ? this.#owners.get(`*:${port}`) : undefined;
    return this.#owners.get(endpoint) ?? anywhere ?? null;
  }
}
