import { type Outcome, protocolId } from '@sonde/model';
import { type Call, type CallSink, Conversation, type Protocol, protocolOf, type Segment } from '@sonde/protocols';
import { NO_SCOPE, type WorkScope } from '../link/work-scope.ts';
import type { Connection, End } from './connections.ts';
import type { ExchangeSink } from './exchange-sink.ts';
import { Mode, ScopeKind } from './generated/events.ts';
import type { RecordSource } from './record-source.ts';

const TLS = protocolId('tls');
/** Of a tunnel: what is still HTTP in it is read on. */
const UNKNOWN = protocolId('unknown');

/**
 * The conversations of all ends, and the one door through which exchanges leave: `enter` says whose they are, until the
 * next `enter`.
 */
export class Conversations implements CallSink {
  /** Exchanges handed over, and those that came out of conversations. */
  exchanges = 0;
  called = 0;
  /** Responses whose request was not seen. */
  unasked = 0;
  /** Offset of the request that was handed over last. */
  answered = 0;
  readonly #source: RecordSource;
  readonly #sink: ExchangeSink;
  #connection: Connection | null = null;
  #side: 0 | 1 = 0;
  #closedAt = 0;
  #scope = NO_SCOPE;

  constructor(source: RecordSource, sink: ExchangeSink) {
    this.#source = source;
    this.#sink = sink;
  }

  /** What follows is of this end; `scope` is what its thread worked on, where the record says it. */
  enter(connection: Connection, side: 0 | 1, scope = NO_SCOPE): void {
    this.#scope = scope;
    this.#connection = connection;
    this.#side = side;
    this.#closedAt = 0;
  }

  /** Takes an exchange that came out of a conversation. */
  call(call: Call): void {
    this.called++;
    if (call.responseLast === 0 && this.#closedAt > 0) call.responseLast = this.#closedAt;
    this.hand(call);
  }

  /** Hands an exchange of the entered end over. */
  hand(call: Call): void {
    const connection = this.#connection as Connection;
    this.deliver(call, connection, this.#side, this.#scopeOf(call, connection));
    if (this.#side === 1 && !call.reversed) this.#tellRead(call, connection);
    if (call.protocol === TLS) this.ask(connection, Mode.MODE_IGNORE, TLS);
  }

  /** A request of a stream may end with another read than the one at whose offset it began. */
  #tellRead({ requestOffset, requestLast }: Call, connection: Connection): void {
    const read = connection.ends[1]?.reads?.at(requestLast) ?? -1;
    if (read >= 0 && read !== requestOffset) this.#sink.received(connection, read, requestOffset);
  }

  /** What waited for its end had its scope before, all others have that of the record. */
  #scopeOf(call: Call, connection: Connection): Readonly<WorkScope> {
    this.answered = call.requestOffset;
    const sent = connection.ends[this.#side]?.sent;
    const scope = sent?.at(call.requestOffset) ?? NO_SCOPE;
    if (scope.kind !== ScopeKind.SCOPE_NONE || scope.task !== 0) return scope;
    const { since, task, request } = this.#scope;
    if (task !== 0 && request >= 0 && request !== call.requestOffset) return NO_SCOPE;
    return call.requestFirst < since ? NO_SCOPE : this.#scope;
  }

  deliver(call: Call, connection: Connection, side: 0 | 1, scope = NO_SCOPE): void {
    this.exchanges++;
    this.#sink.exchange(call, connection, side, scope);
  }

  /** The conversation of an end whose protocol is known; what came before it was known is read first. */
  of(connection: Connection, end: End): Conversation {
    const conversation = (end.conversation ??= this.#begin(connection, end));
    if (end.early.length > 0) {
      const { early } = end;
      end.early = [];
      for (const segment of early) this.read(conversation, segment);
    }
    return conversation;
  }

  /** Has the entered end's conversation take a piece. */
  read(conversation: Conversation, segment: Segment): void {
    const before = conversation.orphans;
    conversation.segment(segment);
    this.unasked += conversation.orphans - before;
  }

  /** The entered end's conversation is over; requests that wait count as ended at `time`. */
  close(end: End, outcome: Outcome, time: number): void {
    this.#closedAt = time;
    end.conversation?.close(outcome);
  }

  /** Hands over what has no response yet, at both ends. */
  abandon(connection: Connection): void {
    for (const side of [0, 1] as const) {
      this.enter(connection, side);
      connection.ends[side]?.conversation?.close('pending');
    }
  }

  /** Asks the kernel for another mode of a connection, unless that was asked last. */
  ask(connection: Connection, mode: number, protocol: number): void {
    const asked = mode * 256 + protocol;
    if (connection.asked === asked) return;
    connection.asked = asked;
    this.#source.setMode(connection.clientStart, connection.serverStart, mode, protocol);
  }

  /** In the mode that the protocol is read in. */
  askFor(connection: Connection, protocol: Protocol): void {
    const mode = protocol.mode === 'turn' ? Mode.MODE_TURN : Mode.MODE_STREAM;
    this.ask(connection, mode, protocolId(protocol.name));
  }

  #begin(connection: Connection, end: End): Conversation {
    const conversation = new Conversation(connection.protocol as Protocol, 0, this);
    conversation.onSwitch = (number) => this.#switchTo(connection, end, conversation, number);
    return conversation;
  }

  #switchTo(connection: Connection, end: End, conversation: Conversation, number: number): void {
    const next = protocolOf(number);
    if (next === undefined) {
      if (number !== UNKNOWN) this.ask(connection, Mode.MODE_IGNORE, number);
      return;
    }
    conversation.become(next);
    end.switched = next;
    this.askFor(connection, next);
  }
}
