import { OUTCOMES } from '@sonde/model';
import type { ProcessTable } from '../enrich/process-table.ts';
import { zeroTerminated } from './address.ts';
import type { Connections } from './connections.ts';
import { Conversations } from './conversations.ts';
import { Datagrams } from './datagrams.ts';
import { Ends } from './ends.ts';
import { EventView } from './event-view.ts';
import type { ExchangeSink, Sent } from './exchange-sink.ts';
import {
  CONNECTION_EVENT as C,
  ConnectionChange,
  EXCHANGE_EVENT as E,
  EventKind,
  ExchangeFlag,
  Outcome,
  PROCESS_EVENT as P,
  ProcessChange,
  Role,
  SEGMENT_EVENT as S,
  TASK_EVENT as T,
} from './generated/events.ts';
import type { Identities } from './identities.ts';
import type { ProcessWatcher } from './process-watcher.ts';
import type { RecordSource } from './record-source.ts';
import { Segments } from './segments.ts';
import { Turns } from './turns.ts';

/** Processes read as soon as they start, in one look at the ring: many are gone when their first bytes are seen. */
const EAGER = 16;
/** A connection that ended is remembered for so long, in nanoseconds: the other end's records may still come. */
const KEEP_CLOSED = 5e9;
/** An open one without records; its next record makes it anew. */
const KEEP_SILENT = 3600e9;

/**
 * Turns the kernel's records into exchanges: one class for each kind of record that holds bytes, the others here.
 *
 * Every exchange goes to the sink exactly once for each observed end, also when the connection or the agent ends.
 */
export class Reader {
  records = 0;
  readonly #source: RecordSource;
  readonly #view: EventView;
  readonly #connections: Connections;
  readonly #processes: ProcessTable;
  readonly #sink: ExchangeSink;
  readonly #ends: Ends;
  readonly #conversations: Conversations;
  readonly #turns: Turns;
  readonly #segments: Segments;
  readonly #datagrams: Datagrams;
  readonly #watcher: ProcessWatcher | null;
  readonly #line = new Float64Array((T.size - T.line) / 8);
  /** Records that no kernel writes. */
  #damaged = 0;
  /** Processes that may still be read ahead in this look at the ring. */
  #readable = 0;
  readonly #sent: Sent = { segments: 0, retransmits: 0, rtt: 0 };

  constructor(
    source: RecordSource,
    connections: Connections,
    identities: Identities,
    processes: ProcessTable,
    sink: ExchangeSink,
    watcher: ProcessWatcher | null = null,
  ) {
    this.#source = source;
    this.#view = new EventView(source.ring);
    this.#connections = connections;
    this.#processes = processes;
    this.#sink = sink;
    this.#watcher = watcher;
    this.#ends = new Ends(this.#view, identities);
    this.#conversations = new Conversations(source, sink);
    this.#turns = new Turns(this.#view, connections, this.#ends, this.#conversations);
    this.#segments = new Segments(this.#view, connections, this.#ends, this.#conversations, sink);
    this.#datagrams = new Datagrams(this.#view, identities, {
      exchange: (call, connection, side, scope) => this.#conversations.deliver(call, connection, side, scope),
      answered: (connection, offset, request) => sink.answered(connection, offset, request),
    });
  }

  /** Exchanges handed over. */
  get exchanges(): number {
    return this.#conversations.exchanges;
  }

  /** Records that could not be read as the protocol of their connection. */
  get unreadable(): number {
    return this.#turns.unreadable + this.#damaged;
  }

  /** Responses whose request was not seen. */
  get unasked(): number {
    return this.#conversations.unasked;
  }

  /** Datagrams of sockets there was no room for. */
  get socketsFull(): number {
    return this.#datagrams.evicted;
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
      (connection) => this.#conversations.abandon(connection),
    );
  }

  /** The observation ends: hands over what has no response yet. */
  close(): void {
    this.#datagrams.close();
    this.#connections.sweep(
      () => true,
      (connection) => this.#conversations.abandon(connection),
    );
  }

  readonly #onRecord = (at: number, length: number): void => {
    this.records++;
    if (!this.#isWhole(at, length)) {
      this.#damaged++;
      return;
    }
    switch (this.#view.u8(at)) {
      case EventKind.EVENT_EXCHANGE:
        this.#turns.exchange(at);
        break;
      case EventKind.EVENT_SEGMENT:
        if ((this.#view.u32(at + S.flags) & ExchangeFlag.EXCHANGE_DATAGRAM) !== 0) this.#datagrams.datagram(at);
        else this.#segments.segment(at);
        break;
      case EventKind.EVENT_CONNECTION:
        this.#onConnection(at);
        break;
      case EventKind.EVENT_PROCESS:
        this.#onProcess(at);
        break;
      case EventKind.EVENT_TASK:
        for (let i = 0; i < this.#line.length; i++) this.#line[i] = this.#view.u64(at + T.line + 8 * i);
        this.#sink.task(this.#view.u32(at + T.pid), this.#line);
        break;
    }
  };

  /** Whether a record is as long as it says, and says nothing that there is not. */
  #isWhole(at: number, length: number): boolean {
    const view = this.#view;
    switch (view.u8(at)) {
      case EventKind.EVENT_EXCHANGE:
        return (
          E.size + view.u16(at + E.requestCaptured) + view.u16(at + E.responseCaptured) <= length &&
          view.u8(at + E.outcome) < OUTCOMES.length
        );
      case EventKind.EVENT_SEGMENT:
        return S.size + view.u32(at + S.captured) <= length;
      case EventKind.EVENT_CONNECTION:
        return C.size <= length && view.u8(at + C.outcome) < OUTCOMES.length;
      case EventKind.EVENT_PROCESS:
        return P.size <= length;
      case EventKind.EVENT_TASK:
        return T.size <= length;
      default:
        return false;
    }
  }

  #onConnection(at: number): void {
    const view = this.#view;
    const side = view.u8(at + C.role) === Role.ROLE_CLIENT ? 0 : 1;
    const clientStart = view.u32(at + C.clientStart);
    const serverStart = view.u32(at + C.serverStart);
    const outcome = view.u8(at + C.outcome);
    const pid = view.u32(at + C.pid);
    this.#sent.segments = view.u32(at + C.segments);
    this.#sent.retransmits = view.u32(at + C.retransmits);
    this.#sent.rtt = view.u32(at + C.srttUs);
    if (clientStart === 0 && serverStart === 0) {
      if (side !== 0 || outcome === Outcome.OUTCOME_CLOSED) return;
      const end = this.#ends.make(side, pid, at, C);
      this.#sink.failedConnect(end, outcome, view.u64(at + C.opened), view.u64(at + C.time), this.#sent);
      return;
    }
    const connection = this.#connections.of(clientStart, serverStart);
    const end = this.#ends.of(connection, side, pid, at, C);
    connection.lastSeen = view.u64(at + C.time);
    switch (view.u8(at + C.change)) {
      case ConnectionChange.CONNECTION_OPEN:
        if (side === 1) this.#watcher?.serves(pid);
        this.#sink.opened(end, side);
        return;
      case ConnectionChange.CONNECTION_PROGRESS:
        this.#sink.sent(connection, side, this.#sent, null);
        return;
    }
    this.#conversations.enter(connection, side);
    if (connection.protocol !== null && end.early.length > 0) this.#conversations.of(connection, end);
    this.#conversations.close(end, OUTCOMES[outcome], connection.lastSeen);
    this.#sink.sent(connection, side, this.#sent, outcome);
    end.closed = true;
  }

  #onProcess(at: number): void {
    const pid = this.#view.u32(at + P.pid);
    switch (this.#view.u8(at + P.change)) {
      case ProcessChange.PROCESS_EXIT:
        this.#processes.exit(pid);
        this.#watcher?.changed(pid);
        break;
      case ProcessChange.PROCESS_LISTEN:
        this.#watcher?.serves(pid);
        break;
      case ProcessChange.PROCESS_FORK:
        this.#processes.fork(pid, this.#view.u32(at + P.parent));
        this.#watcher?.changed(pid);
        break;
      case ProcessChange.PROCESS_EXEC:
        this.#processes.exec(pid, zeroTerminated(this.#view.bytes, at + P.executable, at + P.size));
        this.#watcher?.changed(pid);
        if (this.#readable-- > 0) this.#processes.resolve(pid);
        break;
    }
  }
}
