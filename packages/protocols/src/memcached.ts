import { u16be } from './bytes.ts';
import { detectBinary, REQUEST_MAGIC, RESPONSE_MAGIC, readBinary } from './memcached-binary.ts';
import { detectText, readTextReply, readTextRequest } from './memcached-text.ts';
import { type Message, MORE, RESPONSE } from './message.ts';
import { type Detection, type Direction, FROM_CLIENT, NO, type Protocol } from './protocol.ts';

/** Memcached: text, meta and binary, over TCP and in UDP frames. Values are passed by. */

interface State {
  /** Whether the reply that is being read has further lines or packets. */
  rows: boolean;
}

const UDP_HEADER = 8;

/**
 * Whether `at` begins with the frame header of UDP: request id, number of this datagram, of all, reserved. A binary packet
 * differs in its body length, whose first byte is 0.
 */
function isFramed(bytes: Uint8Array, at: number, end: number, from: Direction): boolean {
  if (end - at < UDP_HEADER + 4) return false;
  const number = u16be(bytes, at + 2);
  const count = u16be(bytes, at + 4);
  if (number >= count || count > 1024) return false;
  if (isBinary(bytes[at]) && bytes[at + UDP_HEADER] === 0) return false;
  return number > 0 ? u16be(bytes, at + 6) === 0 : begins(bytes, at + UDP_HEADER, end, from) !== NO;
}

function begins(bytes: Uint8Array, at: number, end: number, from: Direction): Detection {
  return isBinary(bytes[at]) ? detectBinary(bytes, at, end, from) : detectText(bytes, at, end, from);
}

function isBinary(byte: number): boolean {
  return byte === REQUEST_MAGIC || byte === RESPONSE_MAGIC;
}

function one(state: State, from: Direction, bytes: Uint8Array, start: number, end: number, message: Message): number {
  const binary = isBinary(bytes[start]);
  if (from === FROM_CLIENT) {
    return binary ? readBinary(bytes, start, end, from, false, message) : readTextRequest(bytes, start, end, message);
  }
  const used = binary
    ? readBinary(bytes, start, end, from, state.rows, message)
    : readTextReply(bytes, start, end, state.rows, message);
  if (message.type === RESPONSE || message.type === MORE) state.rows = message.open;
  return used;
}

/** A datagram: its first message says all; further datagrams of a reply follow it. */
function framed(from: Direction, bytes: Uint8Array, start: number, end: number, message: Message): number {
  const number = u16be(bytes, start + 2);
  if (number > 0) message.type = MORE;
  else {
    message.truncated = true;
    const used = one({ rows: false }, from, bytes, start + UDP_HEADER, end, message);
    if (used <= 0) return used;
  }
  message.id = u16be(bytes, start);
  message.skip = 0;
  message.open = number + 1 < u16be(bytes, start + 4);
  return end - start;
}

export const memcached: Protocol<State> = {
  name: 'memcached',
  transport: 'both',
  mode: 'turn',
  pairing: 'order',
  stateless: true,
  connect: () => ({ rows: false }),
  detect(bytes, start, end, from) {
    if (start >= end) return NO;
    const at = isFramed(bytes, start, end, from) ? start + UDP_HEADER : start;
    return begins(bytes, at, end, from);
  },
  read(state, from, bytes, start, end, message) {
    return isFramed(bytes, start, end, from)
      ? framed(from, bytes, start, end, message)
      : one(state, from, bytes, start, end, message);
  },
  lost(state, from) {
    if (from !== FROM_CLIENT) state.rows = false;
  },
};
