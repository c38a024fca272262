import { OUTCOMES, PROTOCOLS } from '@sonde/model';
import { type Call, symbols } from '@sonde/protocols';
import { TestProc } from '../enrich/proc.case.ts';
import { ProcessTable } from '../enrich/process-table.ts';
import type { WorkScope } from '../link/work-scope.ts';
import { type Connection, Connections, type End } from './connections.ts';
import type { ExchangeSink, Sent } from './exchange-sink.ts';
import { Mode } from './generated/events.ts';
import { Identities } from './identities.ts';
import { TestKernel } from './kernel.case.ts';
import type { ProcessWatcher } from './process-watcher.ts';
import { Reader } from './reader.ts';

/** An exchange as it was handed over, in words. */
export interface Seen {
  /** Both starts. */
  readonly connection: string;
  readonly side: 'client' | 'server';
  readonly service: string;
  /** Service at the other end, '' while that is not known. */
  readonly peer: string;
  readonly peerAddress: string;
  readonly protocol: string;
  readonly operation: string;
  readonly target: string;
  readonly status: string;
  readonly outcome: string;
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly offset: number;
  /** First and last byte of the request, then of the response. */
  readonly times: readonly number[];
  readonly queueWait: number;
  readonly complete: boolean;
  /** Task of a runtime that sent it, 0 where unknown. */
  readonly task: number;
}

interface Failed {
  readonly service: string;
  readonly peerAddress: string;
  readonly outcome: string;
  readonly duration: number;
}

/** What a socket sent, as it was handed over. */
interface Reported extends Sent {
  readonly service: string;
  readonly ended: string | null;
}

/** Everything from the ring to the sink, over a kernel and a process file system on plain memory and files. */
export class Observation implements ExchangeSink, ProcessWatcher, Disposable {
  readonly kernel = new TestKernel();
  readonly proc = new TestProc();
  /** What the process table takes for the time, in ms. */
  now = 0;
  readonly processes = new ProcessTable({ proc: this.proc.folder, hostName: 'here', now: () => this.now });
  readonly identities = new Identities(this.processes);
  readonly connections = new Connections();
  readonly reader = new Reader(this.kernel, this.connections, this.identities, this.processes, this, this);
  readonly seen: Seen[] = [];
  readonly failed: Failed[] = [];
  readonly reports: Reported[] = [];
  /** What was said of processes, in words. */
  readonly told: string[] = [];

  exchange(call: Call, connection: Connection, side: 0 | 1, scope: Readonly<WorkScope>): void {
    const end = connection.ends[side] as End;
    const other = connection.datagrams ? connection.peer : connection.ends[1 - side];
    this.seen.push({
      connection: `${connection.clientStart}:${connection.serverStart}`,
      side: side === 0 ? 'client' : 'server',
      service: this.#nameOf(end),
      peer: other === null ? '' : this.#nameOf(other),
      peerAddress: symbols.text(end.peerAddress),
      protocol: PROTOCOLS[call.protocol],
      operation: symbols.text(call.operation),
      target: symbols.text(call.target),
      status: symbols.text(call.status),
      outcome: OUTCOMES[call.outcome],
      requestBytes: call.requestBytes,
      responseBytes: call.responseBytes,
      offset: call.requestOffset,
      times: [call.requestFirst, call.requestLast, call.responseFirst, call.responseLast],
      queueWait: call.queueWait,
      complete: call.complete,
      task: scope.task,
    });
  }

  opened(): void {}

  answered(): void {}

  received({ clientStart }: Connection, offset: number, request: number): void {
    this.told.push(`${request} of ${clientStart} read with ${offset}`);
  }

  sent(connection: Connection, side: 0 | 1, { segments, retransmits, rtt }: Sent, ended: number | null): void {
    const service = this.#nameOf(connection.ends[side] as End);
    this.reports.push({ service, segments, retransmits, rtt, ended: ended === null ? null : OUTCOMES[ended] });
  }

  task(): void {}

  serves(pid: number): void {
    this.told.push(`${pid} serves`);
  }

  changed(pid: number): void {
    this.told.push(`${pid} changed`);
  }

  failedConnect(end: End, outcome: number, started: number, ended: number): void {
    const peerAddress = symbols.text(end.peerAddress);
    this.failed.push({
      service: this.#nameOf(end),
      peerAddress,
      outcome: OUTCOMES[outcome],
      duration: ended - started,
    });
  }

  /** Reads what the kernel wrote; returns what was handed over since the last time. */
  read(): Seen[] {
    this.reader.drain(Number.POSITIVE_INFINITY);
    return this.seen.splice(0);
  }

  /** The modes the kernel was asked for: `turn http`. */
  asked(): string[] {
    const names = new Map(Object.entries(Mode).map(([name, mode]) => [mode as number, name.slice(5).toLowerCase()]));
    return this.kernel.asked.map(({ mode, protocol }) => `${names.get(mode)} ${PROTOCOLS[protocol]}`);
  }

  [Symbol.dispose](): void {
    this.proc[Symbol.dispose]();
  }

  #nameOf(end: End): string {
    return this.identities.get(end.identity).serviceName;
  }
}
