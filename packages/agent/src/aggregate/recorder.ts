import type { Call } from '@sonde/protocols';
import { NO_ID, symbols } from '@sonde/protocols';
import type { Connection, End } from '../capture/connections.ts';
import type { ExchangeSink, Sent } from '../capture/exchange-sink.ts';
import { Outcome } from '../capture/generated/events.ts';
import type { IdentityNames } from '../capture/identities.ts';
import type { Links } from '../link/links.ts';
import type { Step } from '../link/loops.ts';
import type { WorkScope } from '../link/work-scope.ts';
import type { NetworkTable } from './network.ts';
import { SeriesKey, type SeriesTable } from './series.ts';
import type { SpanSampler } from './spans.ts';

const CONNECT = symbols.ofText('connect');

/** `error.type` of exchanges that got no response, by outcome; 0 where that is no error. */
const ERRORS: readonly number[] = (() => {
  const errors: number[] = [];
  errors[Outcome.OUTCOME_CLOSED] = symbols.ofText('connection_closed');
  errors[Outcome.OUTCOME_RESET] = symbols.ofText('connection_reset');
  errors[Outcome.OUTCOME_TIMEOUT] = symbols.ofText('timeout');
  errors[Outcome.OUTCOME_REFUSED] = symbols.ofText('connection_refused');
  return errors;
})();

/** Counts exchanges in their series, and has some of them kept as spans. */
export class Recorder implements ExchangeSink {
  readonly #series: SeriesTable;
  readonly #network: NetworkTable;
  readonly #spans: SpanSampler;
  readonly #links: Links;
  readonly #identities: IdentityNames;
  readonly #key = new SeriesKey();
  readonly #step: Step = { pid: 0, kind: 0, id: NO_ID, read: 0, wrote: 0 };

  constructor(series: SeriesTable, network: NetworkTable, spans: SpanSampler, links: Links, identities: IdentityNames) {
    this.#links = links;
    this.#series = series;
    this.#network = network;
    this.#spans = spans;
    this.#identities = identities;
  }

  exchange(call: Call, connection: Connection, side: 0 | 1, scope: Readonly<WorkScope>): void {
    const end = connection.ends[side] as End;
    const other = connection.datagrams ? connection.peer : connection.ends[1 - side];
    const key = this.#key;
    key.side = call.reversed ? 1 - side : side;
    key.identity = end.identity;
    key.protocol = call.protocol;
    key.operation = call.operation;
    key.target = call.target;
    key.statement = call.statement;
    key.status = call.status;
    key.outcome = call.outcome;
    key.error = call.error || (ERRORS[call.outcome] ?? 0);
    key.peer = other === null ? 0 : this.#identities.name(other.identity);
    key.peerAddress = call.reversed ? 0 : end.peerAddress;
    key.version = call.version;
    const duration = Math.max(0, Math.max(call.responseLast, call.requestLast) - call.requestFirst);
    const { clientStart, serverStart } = connection;
    const { requestOffset: offset, requestFirst: first } = call;
    const { identity, peerAddress } = end;
    const last = first + duration;
    const step = this.#step;
    step.pid = end.pid;
    step.kind = (Math.imul(call.operation, 0x9e3779b1) ^ call.target) >>> 0;
    step.id = call.id;
    step.read = key.side === 1 ? call.requestLast : call.responseLast;
    step.wrote = key.side === 1 ? call.responseFirst : first;
    if (key.side === 1) this.#links.serve(identity, clientStart, serverStart, offset, first, last, scope, step);
    else this.#links.call(identity, peerAddress, clientStart, serverStart, offset, first, last, scope, step);
    this.#spans.offer(key, call, connection, duration);
    this.#series.add(key, duration, call.queueWait, call.requestBytes, call.responseBytes);
  }

  opened(end: End, side: 0 | 1): void {
    this.#links.opened(end.identity, side);
  }

  answered(connection: Connection, offset: number, request: number): void {
    this.#links.answer(connection.clientStart, connection.serverStart, offset, request);
  }

  received(connection: Connection, offset: number, request: number): void {
    this.#links.received(connection.clientStart, connection.serverStart, offset, request);
  }

  task(pid: number, line: Float64Array): void {
    this.#links.tasks.line(pid, line);
  }

  sent(connection: Connection, side: 0 | 1, sent: Readonly<Sent>, ended: number | null): void {
    const end = connection.ends[side] as End;
    const other = connection.ends[1 - side];
    const peer = other === null ? 0 : this.#identities.name(other.identity);
    const series = this.#network.of(end.identity, side, peer, end.peerAddress);
    // Not before its first report: by then the other end has been seen too, if it can be.
    if (!end.counted) series.opened++;
    end.counted = true;
    series.sent(sent.segments, sent.retransmits, sent.rtt);
    if (ended === null) return;
    series.closed++;
    if (ended === Outcome.OUTCOME_RESET) series.reset++;
    else if (ended === Outcome.OUTCOME_TIMEOUT) series.lost++;
  }

  failedConnect(end: End, outcome: number, started: number, ended: number, sent: Readonly<Sent>): void {
    const series = this.#network.of(end.identity, 0, 0, end.peerAddress);
    series.sent(sent.segments, sent.retransmits, sent.rtt);
    if (outcome === Outcome.OUTCOME_TIMEOUT) series.unanswered++;
    else series.refused++;
    const key = this.#key;
    key.side = 0;
    key.identity = end.identity;
    key.protocol = key.target = key.statement = key.status = key.version = key.peer = 0;
    key.operation = CONNECT;
    key.outcome = outcome;
    key.error = ERRORS[outcome] ?? 0;
    key.peerAddress = end.peerAddress;
    this.#series.add(key, Math.max(0, ended - started), 0, 0, 0);
  }
}
