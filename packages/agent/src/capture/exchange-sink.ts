import type { Call } from '@sonde/protocols';
import type { WorkScope } from '../link/work-scope.ts';
import type { Connection, End } from './connections.ts';

/** What a socket sent since it was last told: segments with data, how many were sent again, and the round-trip time in µs. */
export interface Sent {
  segments: number;
  retransmits: number;
  rtt: number;
}

/** Takes every exchange once for each end that was observed. `side` 0: seen from the client's end, 1: the server's. */
export interface ExchangeSink {
  exchange(call: Call, connection: Connection, side: 0 | 1, scope: Readonly<WorkScope>): void;
  /** An end of a connection was seen for the first time, before any of its exchanges. */
  opened(end: End, side: 0 | 1): void;
  /** The piece of the server's stream at `offset` ended the answer to the request at `request`, as its client read it. */
  answered(connection: Connection, offset: number, request: number): void;
  /** The server read the request at `request` to its end with the read that began at `offset` of the client's stream. */
  received(connection: Connection, offset: number, request: number): void;
  /** A task of a process, by its id, and who made it: the ids of its ancestors, the nearest first, up to a 0. */
  task(pid: number, line: Float64Array): void;
  /** A connection that could not be opened. `end` belongs to no connection. */
  failedConnect(end: End, outcome: number, started: number, ended: number, sent: Readonly<Sent>): void;
  /** What one end's socket sent since the last report. `ended` has how the connection ended, or is null where it goes on. */
  sent(connection: Connection, side: 0 | 1, sent: Readonly<Sent>, ended: number | null): void;
}
