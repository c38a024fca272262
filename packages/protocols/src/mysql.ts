import { u24le, u32le } from './bytes.ts';
import * as packet from './mysql-packet.ts';
import { HEADER } from './mysql-packet.ts';
import { COMMANDS, EXECUTE, INIT_DB, isLoginPacket, PREPARE, QUERY, readRequest } from './mysql-request.ts';
import { readResponse } from './mysql-response.ts';
import { connect, lost, type State } from './mysql-state.ts';
import { type Detection, type Direction, FROM_CLIENT, MAYBE, NO, type Protocol, SURE } from './protocol.ts';

/**
 * MySQL and MariaDB (https://dev.mysql.com/doc/dev/mysql-server/latest/PAGE_PROTOCOL.html): text and prepared statements,
 * login, all commands. Rows and values are passed by unread; of the compressed protocol what is not compressed.
 */

const PING = 0x0e;

function detect(bytes: Uint8Array, start: number, end: number, direction: Direction): Detection {
  if (end - start < HEADER + 1) return NO;
  const length = u24le(bytes, start);
  const body = start + HEADER;
  const stop = body + length;
  if (length === 0) return NO;
  return direction === FROM_CLIENT
    ? detectRequest(bytes, body, stop, Math.min(stop, end), end)
    : detectResponse(bytes, body, stop, Math.min(stop, end), end);
}

function detectRequest(bytes: Uint8Array, body: number, stop: number, to: number, end: number): Detection {
  const sequence = bytes[body - 1];
  if (sequence === 1) return isLoginPacket(bytes, body, to) ? SURE : NO;
  if (sequence !== 0 || (stop < end && !isCommand(bytes, stop, end))) return NO;
  switch (bytes[body]) {
    case QUERY:
    case PREPARE: {
      const attributes = bytes[body] === QUERY && to - body > 3 && bytes[body + 1] === 0 && bytes[body + 2] === 1;
      const text = attributes ? body + 3 : body + 1;
      return to > text && isText(bytes, text, to) ? (to - text > 3 ? SURE : MAYBE) : NO;
    }
    case EXECUTE:
      return stop - body >= 10 && to - body >= 10 && u32le(bytes, body + 6) === 1 && bytes[body + 5] < 8 ? SURE : NO;
    case INIT_DB:
      return stop === to && to > body + 1 && isText(bytes, body + 1, to) ? MAYBE : NO;
    case PING:
      return stop === end && stop === body + 1 ? SURE : NO;
    default:
      return stop === end && bytes[body] < COMMANDS && bytes[body] > 0 && stop - body <= 64 ? MAYBE : NO;
  }
}

/** Whether another command follows at once. */
function isCommand(bytes: Uint8Array, at: number, end: number): boolean {
  if (end - at < HEADER + 1) return true;
  return bytes[at + 3] === 0 && bytes[at + HEADER] < COMMANDS && u24le(bytes, at) > 0;
}

function isText(bytes: Uint8Array, at: number, end: number): boolean {
  const stop = Math.min(end, at + 64);
  for (let i = at; i < stop; i++) {
    const byte = bytes[i];
    if (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) return false;
  }
  return true;
}

function detectResponse(bytes: Uint8Array, body: number, stop: number, to: number, end: number): Detection {
  const sequence = bytes[body - 1];
  const first = bytes[body];
  if (first === 0xff) {
    if (sequence > 4 || to - body < 9) return NO;
    return bytes[body + 3] === 0x23 && isText(bytes, body + 4, to) ? SURE : sequence === 0 && stop === end ? MAYBE : NO;
  }
  if (sequence === 0) return first === 10 && isGreeting(bytes, body, stop, to) ? SURE : NO;
  if (sequence > 4) return NO;
  if (first === 0x00) return stop <= end && stop - body >= 7 && stop - body < 512 ? MAYBE : NO;
  if (first === 0xfe || first === 0x01) {
    if (first === 0xfe) return sequence > 1 && stop === end && stop - body < 256 ? MAYBE : NO;
    if (sequence === 2 && stop - body === 2) return MAYBE;
  }
  if (sequence !== 1) return NO;
  const columns = packet.lenenc(bytes, body, to);
  if (columns <= 0 || columns > 4096 || packet.after < stop - 1) return NO;
  if (end - stop < HEADER + 4) return stop === end ? MAYBE : NO;
  const catalog = stop + HEADER;
  const isColumn = bytes[stop + 3] === 2 && bytes[catalog] === 3 && bytes[catalog + 1] === 0x64;
  return isColumn && bytes[catalog + 2] === 0x65 && bytes[catalog + 3] === 0x66 ? SURE : NO;
}

/** Version 10, the server's version, thread id, scramble, zero. */
function isGreeting(bytes: Uint8Array, body: number, stop: number, to: number): boolean {
  let at = body + 1;
  while (at < to && at < body + 64 && bytes[at] > 0x20 && bytes[at] < 0x7f) at++;
  return at > body + 4 && at < to && bytes[at] === 0 && stop - at > 20 && stop - body < 512;
}

export const mysql: Protocol<State> = {
  name: 'mysql',
  transport: 'tcp',
  mode: 'turn',
  pairing: 'order',
  stateless: false,
  connect,
  detect,
  read: (state, from, bytes, start, end, message) =>
    from === FROM_CLIENT
      ? readRequest(state, bytes, start, end, message)
      : readResponse(state, bytes, start, end, message),
  lost,
};
