import { OUTCOMES, protocolId } from '@sonde/model';
import {
  Call,
  type Direction,
  FROM_CLIENT,
  FROM_SERVER,
  infer,
  NO,
  ONE_CALL,
  type Protocol,
  protocolOf,
  readTurn,
  SEVERAL,
  type Segment,
  TABLE,
  type Turn,
  UNFINISHED,
} from '@sonde/protocols';
import { SentScopes } from '../link/sent-scopes.ts';
import { WorkScope } from '../link/work-scope.ts';
import type { Connection, Connections, End } from './connections.ts';
import type { Conversations } from './conversations.ts';
import type { Ends } from './ends.ts';
import type { EventView } from './event-view.ts';
import { EXCHANGE_EVENT as E, ExchangeFlag, Mode, Outcome, Role } from './generated/events.ts';
import type { LongRequest } from './long-request.ts';

/** Bytes of the longest request and response together: a whole segment, and what a turn holds. */
const MAX_LONG_TURN = 1 << 15;
/** Turns of a connection that are looked at before its protocol counts as unknown. */
export const MAX_ATTEMPTS = 8;

/**
 * Reads the records of turn mode: a request with its response.
 *
 * Invariants:
 * 1. The frequent turn, one request with its response of a stateless protocol, is read without allocation.
 * 2. A protocol that was understood on a connection is never doubted again; one that was not is replaced at most
 *    MAX_ATTEMPTS times. What is not understood is handed over as an exchange of an unknown protocol.
 */
export class Turns {
  /** Turns that could not be read as the protocol of their connection, and responses whose request was not seen. */
  unreadable = 0;
  readonly #view: EventView;
  readonly #connections: Connections;
  readonly #ends: Ends;
  readonly #conversations: Conversations;
  readonly #states = new Map<Protocol, unknown>();
  readonly #call = new Call();
  readonly #turn: Turn;
  readonly #segment: Segment;
  readonly #scope = new WorkScope();
  readonly #longTurn = new Uint8Array(MAX_LONG_TURN);

  constructor(view: EventView, connections: Connections, ends: Ends, conversations: Conversations) {
    this.#view = view;
    this.#connections = connections;
    this.#ends = ends;
    this.#conversations = conversations;
    const { bytes } = view;
    const request = { requestStart: 0, requestEnd: 0, requestTotal: 0 };
    this.#turn = { bytes, ...request, responseStart: 0, responseEnd: 0, responseTotal: 0, isQuiet: false };
    const none = { start: 0, end: 0, total: 0, offset: 0, first: 0, last: 0, queueWait: 0 };
    this.#segment = { direction: FROM_CLIENT, bytes, ...none };
  }

  /** Takes the exchange record at `at`. */
  exchange(at: number): void {
    const view = this.#view;
    const turn = this.#turn;
    turn.bytes = view.bytes;
    turn.requestStart = at + E.size;
    turn.requestEnd = turn.responseStart = turn.requestStart + view.u16(at + E.requestCaptured);
    turn.responseEnd = turn.responseStart + view.u16(at + E.responseCaptured);
    turn.requestTotal = view.u64(at + E.requestBytes);
    turn.responseTotal = view.u64(at + E.responseBytes);
    turn.isQuiet = (view.u32(at + E.flags) & ExchangeFlag.EXCHANGE_QUIET) !== 0;
    const side = view.u8(at + E.role) === Role.ROLE_CLIENT ? 0 : 1;
    const connection = this.#connections.of(view.u32(at + E.clientStart), view.u32(at + E.serverStart));
    const end = this.#ends.of(connection, side, view.u32(at + E.pid), at, E);
    if (end.long !== null) this.#lengthen(end.long, view.u64(at + E.requestOffset));
    this.#scope.since = view.u64(at + E.requestFirst);
    this.#scope.request = view.u64(at + E.requestOffset);
    this.#conversations.enter(connection, side, this.#scope.read(view, at, E));
    connection.lastSeen = Math.max(view.u64(at + E.requestLast), view.u64(at + E.responseLast));
    const protocol = end.switched ?? connection.protocol ?? this.#infer(connection, view.u8(at + E.protocol));
    if (protocol === null) {
      this.#unknown(at);
      return;
    }
    if (end.isPaused) this.#resume(end, protocol, at);
    const isBegun = view.u8(at + E.outcome) === Outcome.OUTCOME_PENDING;
    const isAlone =
      !isBegun && turn.requestTotal > 0 && end.early.length === 0 && (end.conversation?.pending ?? 0) === 0;
    if (!protocol.stateless || !isAlone) {
      this.#converse(connection, end, side, at);
      return;
    }
    const call = this.#call.begin(protocolId(protocol.name));
    switch (readTurn(protocol, this.#stateOf(protocol), turn, call)) {
      case ONE_CALL:
        connection.understood = true;
        this.#fill(call, at);
        this.#conversations.hand(call);
        break;
      case UNFINISHED:
        end.isPaused = true;
        this.#converse(connection, end, side, at);
        break;
      case SEVERAL:
        this.#converse(connection, end, side, at);
        break;
      default:
        this.#misread(connection, end, side, at);
    }
  }

  /** A response that paused is over when the next request comes. */
  #resume(end: End, protocol: Protocol, at: number): void {
    const { bytes, requestStart, requestEnd } = this.#turn;
    if (requestEnd === requestStart || protocol.detect(bytes, requestStart, requestEnd, FROM_CLIENT) === NO) return;
    end.isPaused = false;
    end.conversation?.settleTurn(true, this.#view.u64(at + E.requestFirst));
  }

  /** Reads the request from where more of it was kept, with the response behind it. */
  #lengthen(long: LongRequest, offset: number): void {
    const turn = this.#turn;
    const length = long.take(offset, this.#longTurn);
    const response = turn.bytes.subarray(turn.responseStart, turn.responseEnd);
    if (length <= turn.requestEnd - turn.requestStart || length + response.length > MAX_LONG_TURN) return;
    this.#longTurn.set(response, length);
    turn.bytes = this.#longTurn;
    turn.requestStart = 0;
    turn.responseEnd = length + response.length;
    turn.requestEnd = turn.responseStart = length;
  }

  /** These bytes are not of the protocol that the connection was taken for. */
  #misread(connection: Connection, end: End, side: 0 | 1, at: number): void {
    if (connection.understood) {
      this.unreadable++;
      return;
    }
    const before = connection.protocol;
    connection.protocol = null;
    const found = this.#infer(connection, 0);
    if (found === null || found === before) {
      this.#unknown(at);
      return;
    }
    end.conversation = null;
    this.#conversations.askFor(connection, found);
    this.#converse(connection, end, side, at);
  }

  /** A turn that needs the connection's memory, or has several requests in it. */
  #converse(connection: Connection, end: End, side: 0 | 1, at: number): void {
    const view = this.#view;
    const turn = this.#turn;
    const segment = this.#segment;
    const conversations = this.#conversations;
    const conversation = conversations.of(connection, end);
    const before = conversations.called;
    if (turn.requestTotal > 0) {
      this.#piece(FROM_CLIENT, turn.requestStart, turn.requestEnd, turn.requestTotal);
      segment.offset = view.u64(at + E.requestOffset);
      segment.first = view.u64(at + E.requestFirst);
      segment.last = view.u64(at + E.requestLast);
      segment.queueWait = view.u64(at + E.queueWait);
      conversations.read(conversation, segment);
    }
    if (turn.responseTotal > 0) {
      this.#piece(FROM_SERVER, turn.responseStart, turn.responseEnd, turn.responseTotal);
      segment.first = view.u64(at + E.responseFirst);
      segment.last = view.u64(at + E.responseLast);
      conversations.read(conversation, segment);
    }
    const outcome = view.u8(at + E.outcome);
    const waiting = conversation.pending;
    const responseLast = view.u64(at + E.responseLast);
    if (outcome === Outcome.OUTCOME_COMPLETE) {
      const isCut = end.isPaused || turn.responseTotal > turn.responseEnd - turn.responseStart;
      end.isPaused &&= turn.isQuiet && conversation.pending > 0;
      if (!end.isPaused) conversation.settleTurn(isCut, responseLast);
    } else if (outcome !== Outcome.OUTCOME_PENDING) {
      conversations.close(end, OUTCOMES[outcome], responseLast);
    }
    if ((side === 0 || end.isPaused) && conversation.pending > 0 && turn.requestTotal > 0) {
      end.sent ??= new SentScopes();
      // Only the first of several is known to be of the record's task.
      end.sent.add(this.#scope.request, this.#scope.task > 0 ? 1 : turn.requestTotal).read(view, at, E);
    }
    const called = conversations.called - before;
    if (called > 0) connection.understood = true;
    const protocol = end.switched ?? connection.protocol;
    if (protocol !== null && called + waiting > 1) {
      conversations.ask(connection, Mode.MODE_STREAM, protocolId(protocol.name));
    }
  }

  #infer(connection: Connection, byKernel: number): Protocol | null {
    const { bytes, requestStart, requestEnd, responseStart, responseEnd } = this.#turn;
    if (connection.attempts >= MAX_ATTEMPTS) return null;
    if (byKernel > 0) connection.protocol = protocolOf(byKernel) ?? null;
    if (connection.protocol !== null) return connection.protocol;
    connection.attempts++;
    connection.protocol = infer(TABLE, 'tcp', bytes, requestStart, requestEnd, responseStart, responseEnd);
    return connection.protocol;
  }

  /** An exchange of which only sizes and times are known. */
  #unknown(at: number): void {
    if (this.#turn.requestTotal === 0) {
      this.unreadable++;
      return;
    }
    const call = this.#call.begin(0);
    call.complete = false;
    this.#fill(call, at);
    this.#conversations.hand(call);
  }

  #fill(call: Call, at: number): void {
    const view = this.#view;
    call.requestBytes = this.#turn.requestTotal;
    call.responseBytes = this.#turn.responseTotal;
    call.requestOffset = view.u64(at + E.requestOffset);
    call.requestFirst = view.u64(at + E.requestFirst);
    call.requestLast = view.u64(at + E.requestLast);
    call.responseFirst = view.u64(at + E.responseFirst);
    call.responseLast = view.u64(at + E.responseLast);
    call.queueWait = view.u64(at + E.queueWait);
    call.outcome = call.oneway ? Outcome.OUTCOME_ONEWAY : view.u8(at + E.outcome);
  }

  #piece(direction: Direction, start: number, end: number, total: number): void {
    const segment = this.#segment;
    segment.direction = direction;
    segment.bytes = this.#turn.bytes;
    segment.start = start;
    segment.end = end;
    segment.total = total;
    segment.offset = segment.queueWait = 0;
  }

  #stateOf(protocol: Protocol): unknown {
    let state = this.#states.get(protocol);
    if (state === undefined) {
      state = protocol.connect();
      this.#states.set(protocol, state);
    }
    return state;
  }
}
