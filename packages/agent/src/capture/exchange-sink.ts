import type { Call } from '@sonde/protocols';
import type { WorkScope } from '../link/work-scope.ts';
import type { Connection, End } from './connections.ts';

/** Takes every exchange once for each end that was observed. `side` 0: seen from the client's end, 1: the server's. */
export interface ExchangeSink {
  exchange(call: Call, connection: Connection, side: 0 | 1, scope: Readonly<WorkScope>): void;
  /** An end of a connection was seen for the first time, before any of its exchanges. */
  opened(end: End, side: 0 | 1): void;
  /** The piece of the server's stream at `offset` ended the answer to the request at `request`, as its client read it. */
  answered(connection: Connection, offset: number, request: number): void;
  /** A connection that could not be opened. `end` belongs to no connection. */
  failedConnect(end: End, outcome: number, started: number, ended: number): void;
}
