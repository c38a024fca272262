import type { ConnectionKey, Endpoint } from './connection.ts';
import type { ProtocolName } from './protocol.ts';
import type { EpochNanoseconds, Nanoseconds } from './time.ts';

/** From which end of the connection an exchange was observed. */
export type Side = 'client' | 'server';

/**
 * How an exchange ended.
 * - `complete`: a response was seen to its end
 * - `oneway`: the protocol expects no response
 * - `closed` | `reset` | `timeout` | `refused`: the connection ended so before a response
 * - `pending`: no response yet when the observation ended
 */
export const OUTCOMES = ['complete', 'oneway', 'closed', 'reset', 'timeout', 'refused', 'pending'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** One request and its response. Text fields hold no values a redaction rule forbids; '' means "does not apply". */
export interface Exchange {
  readonly kind: 'exchange';
  readonly protocol: ProtocolName;
  readonly side: Side;
  readonly outcome: Outcome;
  readonly connection: ConnectionKey;
  /** Offset of the request's first byte in the client's stream; with `connection` it names the request at both ends. */
  readonly requestOffset: bigint;
  readonly client: Endpoint;
  readonly server: Endpoint;
  readonly start: EpochNanoseconds;
  readonly duration: Nanoseconds;
  /** How long the first byte lay in the receive queue before the application read it. */
  readonly queueWait: Nanoseconds;
  /** Command, method, statement kind: `http.request.method`, `db.operation.name`, `rpc.method`, … */
  readonly operation: string;
  /** What it works on, templated: `http.route`, `db.collection.name`, `messaging.destination.name`, key pattern. */
  readonly target: string;
  /** Normalised text of the statement, without literals (`db.query.text`). */
  readonly statement: string;
  /** Status or error code in the protocol's own terms: `200`, `NOERROR`, `42P01`. */
  readonly status: string;
  /** `error.type`; '' where the exchange was no error. */
  readonly error: string;
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** False where bytes needed to read it in full were not captured. */
  readonly complete: boolean;
}
