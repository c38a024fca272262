import { EMPTY, type SymbolId } from './symbols.ts';
import { SAMPLED, type Sampled } from './trace-context.ts';

/** What a read found. */
export const NOTHING = 0;
/** A request begins (and, unless `open`, ends with its `skip`). */
export const REQUEST = 1;
/** A response begins. */
export const RESPONSE = 2;
/** More of the last message of this direction (order) or of the message `id`; set fields overwrite the earlier ones. */
export const MORE = 3;
/** A response that does not settle the request (HTTP 1xx): its bytes count, the final response is still to come. */
export const INTERIM = 4;
/** A whole exchange in one message: publish, push, notification. No response will come. */
export const ONEWAY = 5;
/** The request `id` (or the oldest) will get no response: cancelled, reset stream, quit. `error` says why, if it is one. */
export const CANCEL = 6;
export type MessageType = 0 | 1 | 2 | 3 | 4 | 5 | 6;

export const NO_ID = -1;

/** One message or frame as `Protocol.read` found it: a reused object, all fields numbers, valid until the next read. */
export class Message {
  /**
   * Set by the caller before a read: no more bytes of this message will come (capture limit), so read as much as can be
   * trusted and return all bytes as consumed instead of NEED_MORE.
   */
  truncated = false;
  /** Set by the caller: it knows where the message ends, so only what the message says matters, not its length. */
  brief = false;
  type: MessageType = NOTHING;
  /** Correlation within the connection (stream id, request id), or NO_ID. A safe integer. */
  id = NO_ID;
  /** Bytes after the consumed ones that still belong to this frame and need not be read (a body of known length). */
  skip = 0;
  /** Further frames (MORE) belong to this message before it is whole. */
  open = false;
  /** Every byte up to the end of the stream in this direction belongs to this message (HTTP/1.0 body until close). */
  untilClose = false;
  /** How many of the next requests this response settles too (what is skipped after an error in a batch). Pairing `order`. */
  also = 0;
  /** Protocol id (model `protocolId`) where it is not the connection's own (grpc in http2), else -1. */
  protocol = -1;
  /** What it says is not all there (names sent before the connection was watched): the call is not complete. */
  partial = false;
  /** From now on the connection speaks this protocol (101 Switching Protocols, STARTTLS; `unknown`: a tunnel), else -1. */
  switchTo = -1;
  /** With `switchTo`: the request that this answers is answered a second time, as request `goesOn` of the new protocol. */
  goesOn = NO_ID;
  operation: SymbolId = EMPTY;
  target: SymbolId = EMPTY;
  statement: SymbolId = EMPTY;
  /** `url.path` before templating, a symbol of `transient`; kept only where `detail.raw` is on. */
  raw: SymbolId = EMPTY;
  /** Status or error code in the protocol's own terms. */
  status: SymbolId = EMPTY;
  /** `error.type`: set only where the exchange failed. */
  error: SymbolId = EMPTY;
  /** Human text of the error, without values. */
  errorText: SymbolId = EMPTY;
  /** `network.protocol.version`. */
  version: SymbolId = EMPTY;
  /** Host header, database, virtual host, keyspace. */
  namespace: SymbolId = EMPTY;
  /** Ids of the trace context that the request carries, symbols of `transient`; read only where `detail.raw` is on. */
  contextTrace: SymbolId = EMPTY;
  contextSpan: SymbolId = EMPTY;
  contextSampled: Sampled = SAMPLED.unknown;

  clear(): void {
    this.type = NOTHING;
    this.id = NO_ID;
    this.skip = 0;
    this.open = false;
    this.untilClose = false;
    this.also = 0;
    this.protocol = -1;
    this.partial = false;
    this.switchTo = -1;
    this.goesOn = NO_ID;
    this.operation = EMPTY;
    this.target = EMPTY;
    this.statement = EMPTY;
    this.raw = EMPTY;
    this.status = EMPTY;
    this.error = EMPTY;
    this.errorText = EMPTY;
    this.version = EMPTY;
    this.namespace = EMPTY;
    this.contextTrace = EMPTY;
    this.contextSpan = EMPTY;
    this.contextSampled = SAMPLED.unknown;
  }
}
