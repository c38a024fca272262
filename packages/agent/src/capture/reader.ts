import type { RingReader } from '@sonde/libbpf';
import { OUTCOMES, protocolId } from '@sonde/model';
import {
  Call,
  type CallSink,
  Conversation,
  type Direction,
  FROM_CLIENT,
  FROM_SERVER,
  infer,
  ONE_CALL,
  type Protocol,
  protocolOf,
  readTurn,
  SEVERAL,
  type Segment,
  TABLE,
  type Turn,
} from '@sonde/protocols';
import type { ProcessTable } from '../enrich/process-table.ts';
import { addressSymbol, endpointSymbol, zeroTerminated } from './address.ts';
import type { Connection, Connections, End } from './connections.ts';
import { Datagrams } from './datagrams.ts';
import { conversationOf, copied, decide, MAX_EARLY } from './decide.ts';
import { EventView } from './event-view.ts';
import {
  CONNECTION_EVENT as C,
  ConnectionChange,
  EXCHANGE_EVENT as E,
  EventKind,
  ExchangeFlag,
  Mode,
  Outcome,
  PROCESS_EVENT as P,
  ProcessChange,
  Role,
  SEGMENT_EVENT as S,
} from './generated/events.ts';
import type { Identities } from './identities.ts';

/** Where records come from, and where the mode of a connection is asked for: `Probes`, or a ring on plain memory. */
export interface RecordSource {
  readonly ring: Pick<RingReader, 'drain' | 'data' | 'u16' | 'u32'>;
  /** From the next turn on the connection comes in another mode (`Mode`), as another protocol (model `protocolId`). */
  setMode(clientStart: number, serverStart: number, mode: number, protocol: number): void;
}

/** Takes every exchange once for each end that was observed. `side` 0: seen from the client's end, 1: the server's. */
export interface ExchangeSink {
  exchange(call: Call, connection: Connection, side: 0 | 1): void;
  /** A connection that could not be opened. `end` belongs to no connection. */
  failedConnect(end: End, outcome: number, started: number, ended: number): void;
}

const TLS = protocolId('tls');
/** Turns of a connection that are looked at before its protocol counts as unknown. */
const MAX_ATTEMPTS = 8;
/** Processes read as soon as they start, in one look at the ring: many are gone when their first bytes are seen. */
const EAGER = 16;
/** A connection that ended is remembered for so long, in nanoseconds: the other end's records may still come. */
const KEEP_CLOSED = 5e9;
/** An open one without records; its next record makes it anew. */
const KEEP_SILENT = 3600e9;

/**
 * Turns the kernel's records into exchanges.
 *
 * Invariants:
 * 1. Every exchange goes to the sink exactly once for each observed end, also when the connection or the agent ends.
 * 2. The frequent record, one request with its response of a stateless protocol, is read without allocation.
 * 3. A protocol that was understood on a connection is never doubted again; one that was not is replaced at most
 *    MAX_ATTEMPTS times.
 */
export class Reader implements CallSink {
  records = 0;
  exchanges = 0;
  /** Records that could not be read as the protocol of their connection, and responses whose request was not seen. */
  unreadable = 0;
  readonly #source: RecordSource;
  readonly #view: EventView;
  readonly #connections: Connections;
  readonly #datagrams: Datagrams;
  readonly #identities: Identities;
  readonly #processes: ProcessTable;
  readonly #sink: ExchangeSink;
  readonly #states = new Map<Protocol, unknown>();
  readonly #call = new Call();
  readonly #turn: Turn;
  readonly #segment: Segment;
  /** What is being read, for calls that come out of a conversation. */
  #connection: Connection | null = null;
  #side: 0 | 1 = 0;
  #called = 0;
  #closedAt = 0;
  /** Processes that may still be read ahead in this look at the ring. */
  #readable = 0;

  constructor(
    source: RecordSource,
    connections: Connections,
    identities: Identities,
    processes: ProcessTable,
    sink: ExchangeSink,
  ) {
    this.#source = source;
    this.#view = new EventView(source.ring);
    this.#connections = connections;
    this.#identities = identities;
    this.#processes = processes;
    this.#sink = sink;
    this.#datagrams = new Datagrams(this.#view, identities, (call, connection, side) => {
      this.exchanges++;
      sink.exchange(call, connection, side);
    });
    const { bytes } = this.#view;
    const none = { start: 0, end: 0, total: 0, offset: 0, first: 0, last: 0, queueWait: 0 };
    this.#segment = { direction: FROM_CLIENT, bytes, ...none };
    this.#turn = {
      bytes,
      requestStart: 0,
      requestEnd: 0,
      requestTotal: 0,
      responseStart: 0,
      responseEnd: 0,
      responseTotal: 0,
    };
  }

  /** Reads at most `limit` records; returns how many there were. */
  drain(limit: number): number {
    this.#readable = EAGER;
    return this.#source.ring.drain(this.#onRecord, limit);
  }

  /** Forgets connections that ended. `now` is monotonic. */
  sweep(now: number): void {
    this.#datagrams.sweep(now);
    this.#connections.sweep(
      ({ ends, lastSeen }) => now - lastSeen > (ends.every((end) => end?.closed ?? true) ? KEEP_CLOSED : KEEP_SILENT),
      (connection) => this.#abandon(connection),
    );
  }

  /** The observation ends: hands over what has no response yet. */
  close(): void {
    this.#datagrams.close();
    this.#connections.sweep(
      () => true,
      (connection) => this.#abandon(connection),
    );
  }

  call(call: Call): void {
    this.#called++;
    if (call.responseLast === 0 && this.#closedAt > 0) call.responseLast = this.#closedAt;
    this.#hand(call);
  }

  #hand(call: Call): void {
    this.exchanges++;
    const connection = this.#connection as Connection;
    this.#sink.exchange(call, connection, this.#side);
    if (call.protocol === TLS) this.#ask(connection, Mode.MODE_IGNORE, TLS);
  }

  #abandon(connection: Connection): void {
    for (const side of [0, 1] as const) {
      this.#connection = connection;
      this.#side = side;
      connection.ends[side]?.conversation?.close('pending');
    }
  }

  readonly #onRecord = (at: number): void => {
    this.records++;
    switch (this.#view.u8(at)) {
      case EventKind.EVENT_EXCHANGE:
        this.#onExchange(at);
        break;
      case EventKind.EVENT_SEGMENT:
        if ((this.#view.u32(at + S.flags) & ExchangeFlag.EXCHANGE_DATAGRAM) !== 0) this.#datagrams.datagram(at);
        else this.#onSegment(at);
        break;
      case EventKind.EVENT_CONNECTION:
        this.#onConnection(at);
        break;
      case EventKind.EVENT_PROCESS:
        this.#onProcess(at);
        break;
    }
  };

  #onExchange(at: number): void {
    const view = this.#view;
    const side = view.u8(at + E.role) === Role.ROLE_CLIENT ? 0 : 1;
    const connection = this.#connections.of(view.u32(at + E.clientStart), view.u32(at + E.serverStart));
    const end = this.#end(connection, side, view.u32(at + E.pid), at + E.remoteAddress, at + E.remotePort);
    this.#connection = connection;
    this.#side = side;
    this.#closedAt = 0;
    const turn = this.#turn;
    turn.requestStart = at + E.size;
    turn.requestEnd = turn.responseStart = turn.requestStart + view.u16(at + E.requestCaptured);
    turn.responseEnd = turn.responseStart + view.u16(at + E.responseCaptured);
    turn.requestTotal = view.u64(at + E.requestBytes);
    turn.responseTotal = view.u64(at + E.responseBytes);
    connection.lastSeen = Math.max(view.u64(at + E.requestLast), view.u64(at + E.responseLast));
    const protocol = end.switched ?? connection.protocol ?? this.#inferTurn(connection, view.u8(at + E.protocol));
    if (protocol === null) {
      this.#unknown(at);
      return;
    }
    if (
      !protocol.stateless ||
      turn.requestTotal === 0 ||
      end.early.length > 0 ||
      (end.conversation?.pending ?? 0) > 0
    ) {
      this.#converse(connection, end, at);
      return;
    }
    const call = this.#call.begin(protocolId(protocol.name));
    switch (readTurn(protocol, this.#stateOf(protocol), turn, call)) {
      case ONE_CALL:
        connection.understood = true;
        this.#fill(call, at);
        this.#hand(call);
        break;
      case SEVERAL:
        this.#converse(connection, end, at);
        break;
      default:
        this.#misread(connection, end, at);
    }
  }

  /** These bytes are not of the protocol that the connection was taken for. */
  #misread(connection: Connection, end: End, at: number): void {
    const before = connection.protocol;
    if (connection.understood || connection.attempts++ >= MAX_ATTEMPTS) {
      this.unreadable++;
      return;
    }
    connection.protocol = null;
    const found = this.#inferTurn(connection, 0);
    if (found === null || found === before) {
      this.#unknown(at);
      return;
    }
    end.conversation = null;
    this.#ask(connection, found.mode === 'turn' ? Mode.MODE_TURN : Mode.MODE_STREAM, protocolId(found.name));
    this.#converse(connection, end, at);
  }

  /** A turn that needs the connection's memory, or has several requests in it. */
  #converse(connection: Connection, end: End, at: number): void {
    const view = this.#view;
    const turn = this.#turn;
    const conversation = this.#conversation(connection, end);
    this.#called = 0;
    if (turn.requestTotal > 0) {
      const { requestStart, requestEnd, requestTotal } = turn;
      this.#piece(FROM_CLIENT, requestStart, requestEnd, requestTotal, view.u64(at + E.requestOffset));
      this.#segment.first = view.u64(at + E.requestFirst);
      this.#segment.last = view.u64(at + E.requestLast);
      this.#segment.queueWait = view.u64(at + E.queueWait);
      conversation.segment(this.#segment);
    }
    if (turn.responseTotal > 0) {
      this.#piece(FROM_SERVER, turn.responseStart, turn.responseEnd, turn.responseTotal, 0);
      this.#segment.first = view.u64(at + E.responseFirst);
      this.#segment.last = view.u64(at + E.responseLast);
      conversation.segment(this.#segment);
    }
    const outcome = view.u8(at + E.outcome);
    const waiting = conversation.pending;
    if (outcome === Outcome.OUTCOME_COMPLETE) {
      const cut = turn.responseTotal > turn.responseEnd - turn.responseStart;
      conversation.settleTurn(cut, view.u64(at + E.responseLast));
    } else if (outcome !== Outcome.OUTCOME_PENDING) {
      this.#closedAt = view.u64(at + E.responseLast);
      conversation.close(OUTCOMES[outcome]);
    }
    if (this.#called > 0) connection.understood = true;
    const protocol = end.switched ?? connection.protocol;
    if (protocol !== null && this.#called + waiting > 1) {
      this.#ask(connection, Mode.MODE_STREAM, protocolId(protocol.name));
    }
  }

  #onSegment(at: number): void {
    const view = this.#view;
    const side = view.u8(at + S.role) === Role.ROLE_CLIENT ? 0 : 1;
    const connection = this.#connections.of(view.u32(at + S.clientStart), view.u32(at + S.serverStart));
    const end = this.#end(connection, side, view.u32(at + S.pid), at + S.remoteAddress, at + S.remotePort);
    this.#connection = connection;
    this.#side = side;
    this.#closedAt = 0;
    const segment = this.#segment;
    const start = at + S.size;
    const direction = view.u8(at + S.direction) === 0 ? FROM_CLIENT : FROM_SERVER;
    this.#piece(direction, start, start + view.u32(at + S.captured), view.u64(at + S.bytes), view.u64(at + S.offset));
    segment.first = segment.last = view.u64(at + S.time);
    segment.queueWait = view.u64(at + S.queueWait);
    connection.lastSeen = segment.last;
    if (connection.protocol === null) {
      if (connection.attempts >= MAX_ATTEMPTS) return;
      end.early.push(copied(segment));
      connection.protocol = decide(end);
      if (connection.protocol === null) {
        if (end.early.length >= MAX_EARLY) this.#giveUp(connection);
        return;
      }
      const { mode, name } = connection.protocol;
      if (mode === 'turn') this.#ask(connection, Mode.MODE_TURN, protocolId(name));
      this.#conversation(connection, end);
      return;
    }
    const conversation = this.#conversation(connection, end);
    const before = conversation.understood;
    conversation.segment(segment);
    if (conversation.understood > before) connection.understood = true;
  }

  /** Nobody reads it: from now on its turns are only counted. */
  #giveUp(connection: Connection): void {
    connection.attempts = MAX_ATTEMPTS;
    for (const end of connection.ends) if (end !== null) end.early = [];
    this.#ask(connection, Mode.MODE_TURN, 0);
  }

  #onConnection(at: number): void {
    const view = this.#view;
    const side = view.u8(at + C.role) === Role.ROLE_CLIENT ? 0 : 1;
    const clientStart = view.u32(at + C.clientStart);
    const serverStart = view.u32(at + C.serverStart);
    const outcome = view.u8(at + C.outcome);
    const pid = view.u32(at + C.pid);
    if (clientStart === 0 && serverStart === 0) {
      if (side !== 0 || outcome === Outcome.OUTCOME_CLOSED) return;
      const end = this.#newEnd(side, pid, at + C.remoteAddress, at + C.remotePort);
      this.#sink.failedConnect(end, outcome, view.u64(at + C.opened), view.u64(at + C.time));
      return;
    }
    const connection = this.#connections.of(clientStart, serverStart);
    const end = this.#end(connection, side, pid, at + C.remoteAddress, at + C.remotePort);
    connection.lastSeen = view.u64(at + C.time);
    if (view.u8(at + C.change) !== ConnectionChange.CONNECTION_CLOSE) return;
    this.#connection = connection;
    this.#side = side;
    this.#closedAt = connection.lastSeen;
    if (connection.protocol !== null && end.early.length > 0) this.#conversation(connection, end);
    end.conversation?.close(OUTCOMES[outcome]);
    end.closed = true;
  }

  #onProcess(at: number): void {
    const pid = this.#view.u32(at + P.pid);
    switch (this.#view.u8(at + P.change)) {
      case ProcessChange.PROCESS_EXIT:
        this.#processes.exit(pid);
        break;
      case ProcessChange.PROCESS_FORK:
        this.#processes.fork(pid, this.#view.u32(at + P.parent));
        break;
      case ProcessChange.PROCESS_EXEC:
        this.#processes.exec(pid, zeroTerminated(this.#view.bytes, at + P.executable, at + P.size));
        if (this.#readable-- > 0) this.#processes.resolve(pid);
        break;
    }
  }

  #inferTurn(connection: Connection, byKernel: number): Protocol | null {
    const { bytes, requestStart, requestEnd, responseStart, responseEnd } = this.#turn;
    if (byKernel > 0) connection.protocol = protocolOf(byKernel) ?? null;
    if (connection.protocol !== null || connection.attempts >= MAX_ATTEMPTS) return connection.protocol;
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
    this.#hand(call);
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

  #piece(direction: Direction, start: number, end: number, total: number, offset: number): void {
    const segment = this.#segment;
    segment.direction = direction;
    segment.start = start;
    segment.end = end;
    segment.total = total;
    segment.offset = offset;
    segment.queueWait = 0;
  }

  #conversation(connection: Connection, end: End): Conversation {
    return conversationOf(connection, end, (protocol) => {
      const conversation = new Conversation(protocol, 0, this);
      conversation.onSwitch = (number) => this.#switchTo(connection, end, conversation, number);
      return conversation;
    });
  }

  #switchTo(connection: Connection, end: End, conversation: Conversation, number: number): void {
    const next = protocolOf(number);
    if (next === undefined) {
      this.#ask(connection, Mode.MODE_IGNORE, number);
      return;
    }
    conversation.become(next);
    end.switched = next;
    this.#ask(connection, next.mode === 'turn' ? Mode.MODE_TURN : Mode.MODE_STREAM, number);
  }

  #ask(connection: Connection, mode: number, protocol: number): void {
    const asked = mode * 256 + protocol;
    if (connection.asked === asked) return;
    connection.asked = asked;
    this.#source.setMode(connection.clientStart, connection.serverStart, mode, protocol);
  }

  #stateOf(protocol: Protocol): unknown {
    let state = this.#states.get(protocol);
    if (state === undefined) {
      state = protocol.connect();
      this.#states.set(protocol, state);
    }
    return state;
  }

  #end(connection: Connection, side: 0 | 1, pid: number, address: number, port: number): End {
    let end = connection.ends[side];
    if (end === null) {
      end = this.#newEnd(side, pid, address, port);
      connection.ends[side] = end;
    } else if (end.pid !== pid) {
      end.pid = pid;
      end.identity = this.#identities.of(pid);
    }
    return end;
  }

  #newEnd(side: 0 | 1, pid: number, address: number, port: number): End {
    const { bytes } = this.#view;
    const peerAddress =
      side === 0 ? endpointSymbol(bytes, address, this.#view.u16(port)) : addressSymbol(bytes, address);
    return {
      pid,
      identity: this.#identities.of(pid),
      peerAddress,
      conversation: null,
      early: [],
      switched: null,
      closed: false,
    };
  }
}
