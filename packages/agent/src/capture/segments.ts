import { behindProxyHeader, type Conversation, FROM_CLIENT, FROM_SERVER, type Segment } from '@sonde/protocols';
import { ReadPlaces } from '../link/read-places.ts';
import { SentScopes } from '../link/sent-scopes.ts';
import { NO_SCOPE, WorkScope } from '../link/work-scope.ts';
import type { Connection, Connections, End } from './connections.ts';
import type { Conversations } from './conversations.ts';
import { copied, decide, MAX_EARLY } from './decide.ts';
import type { Ends } from './ends.ts';
import type { EventView } from './event-view.ts';
import type { ExchangeSink } from './exchange-sink.ts';
import { ExchangeFlag, Mode, Role, SEGMENT_EVENT as S } from './generated/events.ts';
import { LongRequest } from './long-request.ts';
import { MAX_ATTEMPTS } from './turns.ts';

/** Pieces in which no message ended before the protocol of a connection is doubted. */
const MAX_PATIENCE = 64;

/** Reads the records of stream mode: one piece of one direction. Keeps the first ones until the protocol is known. */
export class Segments {
  readonly #view: EventView;
  readonly #connections: Connections;
  readonly #ends: Ends;
  readonly #conversations: Conversations;
  readonly #segment: Segment;
  readonly #scope = new WorkScope();
  readonly #sink: ExchangeSink;

  constructor(view: EventView, connections: Connections, ends: Ends, conversations: Conversations, sink: ExchangeSink) {
    this.#sink = sink;
    this.#view = view;
    this.#connections = connections;
    this.#ends = ends;
    this.#conversations = conversations;
    const none = { start: 0, end: 0, total: 0, offset: 0, first: 0, last: 0, queueWait: 0 };
    this.#segment = { direction: FROM_CLIENT, bytes: view.bytes, ...none };
  }

  /** Takes the segment record at `at` that is no datagram. */
  segment(at: number): void {
    const view = this.#view;
    const segment = this.#segment;
    segment.start = at + S.size;
    segment.end = segment.start + view.u32(at + S.captured);
    segment.direction = view.u8(at + S.direction) === 0 ? FROM_CLIENT : FROM_SERVER;
    segment.total = view.u64(at + S.bytes);
    segment.offset = view.u64(at + S.offset);
    segment.first = segment.last = view.u64(at + S.time);
    segment.queueWait = view.u64(at + S.queueWait);
    const side = view.u8(at + S.role) === Role.ROLE_CLIENT ? 0 : 1;
    const connection = this.#connections.of(view.u32(at + S.clientStart), view.u32(at + S.serverStart));
    const end = this.#ends.of(connection, side, view.u32(at + S.pid), at, S);
    if ((view.u32(at + S.flags) & ExchangeFlag.EXCHANGE_LONG) !== 0) {
      end.long ??= new LongRequest();
      end.long.keep(segment.bytes, segment.start, segment.end, segment.offset, view.u32(at + S.into));
      return;
    }
    const sends = (segment.direction === FROM_CLIENT) === (side === 0);
    if (sends && side === 0) {
      end.sent ??= new SentScopes();
      end.sent.add(segment.offset, segment.total).read(view, at, S);
    }
    if (!sends && side === 1) {
      end.reads ??= new ReadPlaces();
      end.reads.add(segment.offset - view.u32(at + S.into), segment.last);
    }
    this.#conversations.enter(connection, side, sends && side === 1 ? this.#scope.read(view, at, S) : NO_SCOPE);
    connection.lastSeen = segment.last;
    if (segment.offset === 0 && segment.direction === FROM_CLIENT && this.#passProxyHeader()) return;
    if (connection.protocol === null) {
      if (connection.attempts >= MAX_ATTEMPTS) return;
      end.early.push(copied(segment));
      connection.protocol = decide(end);
      if (connection.protocol === null) {
        if (end.early.length >= MAX_EARLY) this.#giveUp(connection);
        return;
      }
      const { mode } = connection.protocol;
      if (mode === 'turn' || connection.asked >= 0) this.#conversations.askFor(connection, connection.protocol);
      this.#judge(connection, this.#conversations.of(connection, end));
      return;
    }
    this.#askOnce(connection, end, view.u8(at + S.protocol));
    const conversation = this.#conversations.of(connection, end);
    const { called } = this.#conversations;
    this.#conversations.read(conversation, segment);
    if (!sends && side === 0 && this.#conversations.called > called) {
      this.#sink.answered(connection, segment.offset - view.u32(at + S.into), this.#conversations.answered);
    }
    this.#judge(connection, conversation);
  }

  /** An end that is first seen in the middle of an answer comes in pieces, though the other end has said what it speaks. */
  #askOnce(connection: Connection, end: End, byKernel: number): void {
    const { protocol, asked } = connection;
    if (asked >= 0 || byKernel > 0 || protocol?.mode !== 'turn' || end.switched !== null) return;
    this.#conversations.askFor(connection, protocol);
  }

  /** What a load balancer says first is not of the protocol. Returns whether nothing else is there. */
  #passProxyHeader(): boolean {
    const segment = this.#segment;
    const behind = behindProxyHeader(segment.bytes, segment.start, segment.end);
    const header = behind - segment.start;
    segment.start = behind;
    segment.offset += header;
    segment.total -= header;
    return segment.total === 0;
  }

  /** Where nothing at all was of the protocol that the connection was taken for, asks again from here on. */
  #judge(connection: Connection, { understood, misunderstood, pieces }: Conversation): void {
    if (understood > 0) connection.understood = true;
    if (connection.understood || (misunderstood === 0 && pieces < MAX_PATIENCE)) return;
    connection.protocol = null;
    for (const end of connection.ends) if (end !== null) end.conversation = null;
    if (++connection.attempts >= MAX_ATTEMPTS) this.#giveUp(connection);
  }

  /** Nobody reads it: from now on its turns are only counted. */
  #giveUp(connection: Connection): void {
    connection.attempts = MAX_ATTEMPTS;
    for (const end of connection.ends) if (end !== null) end.early = [];
    this.#conversations.ask(connection, Mode.MODE_TURN, 0);
  }
}
