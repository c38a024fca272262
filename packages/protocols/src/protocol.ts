import type { ProtocolName } from '@sonde/model';
import type { Call } from './call.ts';
import type { Message } from './message.ts';

/** Which way bytes flow: from the end that opened the connection, or to it. */
export const FROM_CLIENT = 0;
export const FROM_SERVER = 1;
export type Direction = typeof FROM_CLIENT | typeof FROM_SERVER;

/** How sure `detect` is. `MAYBE` wins only where no protocol says `SURE`. */
export const NO = 0;
export const MAYBE = 1;
export const SURE = 2;
export type Detection = typeof NO | typeof MAYBE | typeof SURE;

/** What `read` returns besides a count of bytes. */
export const NEED_MORE = 0;
export const NOT_MINE = -1;

/**
 * How requests and responses find each other.
 * - `order`: the n-th response answers the n-th request
 * - `id`: both carry `message.id`
 */
export type Pairing = 'order' | 'id';

/**
 * One wire protocol: pure functions from bytes to messages. A file exports one of these; `table.ts` lists it.
 *
 * `State` is what must be remembered on a connection between messages (header tables, prepared statements), made by
 * `connect`. A protocol with no such state is `stateless`: its turns are read without any memory per connection.
 */
export interface Protocol<State = unknown> {
  readonly name: ProtocolName;
  readonly transport: 'tcp' | 'udp' | 'both';
  /** How the kernel hands over its bytes: one record per exchange, or one per segment (several requests in flight). */
  readonly mode: 'turn' | 'stream';
  readonly pairing: Pairing;
  readonly stateless: boolean;
  /**
   * `upgrade` is the call by which the connection came to speak this protocol, valid during `connect` only. `datagrams`:
   * each read gets one whole datagram (UDP).
   */
  connect(upgrade?: Readonly<Call> | null, datagrams?: boolean): State;
  /**
   * Whether `bytes[start, end)`, the first bytes seen in a direction (perhaps in mid-connection) or one datagram, are of
   * this protocol.
   */
  detect(bytes: Uint8Array, start: number, end: number, direction: Direction, datagrams?: boolean): Detection;
  /**
   * Reads one message or frame at `start`. Returns the bytes consumed and fills `message` (cleared before the call), or
   * `NEED_MORE`, or `NOT_MINE` where these bytes cannot be of this protocol. Never throws, whatever the bytes are, and
   * never looks outside `[start, end)`.
   */
  read(state: State, direction: Direction, bytes: Uint8Array, start: number, end: number, message: Message): number;
  /** Bytes of a direction were lost: forget whatever was in the middle of being read there. */
  lost?(state: State, direction: Direction): void;
}
