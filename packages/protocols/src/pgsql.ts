import { u16be, u32be } from './bytes.ts';
import { frameEnd, HEADER, textEnd } from './pgsql-frame.ts';
import { CANCEL_REQUEST, GSS_REQUEST, MAX_STARTUP, readRequest, SSL_REQUEST } from './pgsql-request.ts';
import { readResponse } from './pgsql-response.ts';
import { connect, lostRequests, lostResponses, type State } from './pgsql-state.ts';
import { type Detection, type Direction, FROM_CLIENT, MAYBE, NO, type Protocol, SURE } from './protocol.ts';

/**
 * PostgreSQL's protocol 3 (https://www.postgresql.org/docs/current/protocol.html): simple and extended queries, each
 * Execute an exchange with the statement its Parse named; COPY, notifications, cancelling, start-up. Values and rows are
 * passed by unread.
 */

const READY_STATES = [0x49, 0x54, 0x45];

function detect(bytes: Uint8Array, start: number, end: number, direction: Direction): Detection {
  if (direction === FROM_CLIENT)
    return bytes[start] === 0 ? detectStartup(bytes, start, end) : chain(bytes, start, end, true);
  if (bytes[start] === 0x4e || bytes[start] === 0x53) {
    const answer = end - start === 1 || bytes[start + 1] === 0x16;
    if (answer) return MAYBE;
    if (frameEnd(bytes, start + 1, false) > 0 && bytes[start + 1] !== 0) return chain(bytes, start + 1, end, false);
  }
  return chain(bytes, start, end, false);
}

function detectStartup(bytes: Uint8Array, start: number, end: number): Detection {
  if (end - start < 8) return NO;
  const length = u32be(bytes, start);
  const code = u32be(bytes, start + 4);
  if (code === SSL_REQUEST || code === GSS_REQUEST) return length === 8 ? SURE : NO;
  if (code === CANCEL_REQUEST) return length >= 16 && length <= 268 ? SURE : NO;
  if (code >>> 16 !== 3 || (code & 0xffff) > 2 || length < 9 || length > MAX_STARTUP) return NO;
  if (start + length <= end && bytes[start + length - 1] !== 0) return NO;
  return length === 9 || (end > start + 8 && isPrintable(bytes, start + 8, Math.min(end, start + 9))) ? SURE : NO;
}

/** All frames in sight must be whole frames of the protocol, the first also by its content. */
function chain(bytes: Uint8Array, start: number, end: number, fromClient: boolean): Detection {
  let count = 0;
  let first: Detection = NO;
  for (let at = start; at < end; count++) {
    if (end - at < HEADER) return count === 0 ? NO : first;
    const stop = frameEnd(bytes, at, fromClient);
    if (stop < 0) return NO;
    if (count === 0) {
      first = fromClient ? judgeRequest(bytes, at, stop, end) : judgeResponse(bytes, at, stop, end);
      if (first === NO) return NO;
    } else if (stop <= end) first = SURE;
    at = stop;
  }
  return first;
}

function judgeRequest(bytes: Uint8Array, at: number, stop: number, end: number): Detection {
  const body = at + HEADER;
  const whole = stop <= end;
  const to = Math.min(stop, end);
  switch (String.fromCharCode(bytes[at])) {
    case 'Q':
      if (whole && textEnd(bytes, body, stop) !== stop - 1) return NO;
      return isPrintable(bytes, body, whole ? stop - 1 : to) ? (to - body > 3 ? SURE : MAYBE) : NO;
    case 'P': {
      const name = textEnd(bytes, body, to);
      if (name < 0 || !isPrintable(bytes, body, name)) return NO;
      const text = textEnd(bytes, name + 1, to);
      if (text < 0) return whole || !isPrintable(bytes, name + 1, to) ? NO : MAYBE;
      if (!isPrintable(bytes, name + 1, text)) return NO;
      if (!whole) return text > name + 4 ? SURE : MAYBE;
      return stop - text >= 3 && stop - text === 3 + 4 * u16be(bytes, text + 1) ? SURE : NO;
    }
    case 'B': {
      const portal = textEnd(bytes, body, to);
      const statement = portal < 0 ? -1 : textEnd(bytes, portal + 1, to);
      if (statement < 0 || !isPrintable(bytes, body, portal) || !isPrintable(bytes, portal + 1, statement)) return NO;
      return to - statement > 2 && u16be(bytes, statement + 1) < 2048 ? MAYBE : NO;
    }
    case 'E': {
      const name = textEnd(bytes, body, to);
      return name >= 0 && stop - name === 5 && isPrintable(bytes, body, name) ? MAYBE : NO;
    }
    case 'D':
    case 'C':
      if (bytes[body] !== 0x53 && bytes[body] !== 0x50) return NO;
      return whole && textEnd(bytes, body + 1, stop) === stop - 1 ? MAYBE : NO;
    case 'S':
    case 'H':
    case 'X':
      return whole ? MAYBE : NO;
    case 'p':
      return stop === end && stop - body > 1 ? MAYBE : NO;
    default:
      return NO;
  }
}

function judgeResponse(bytes: Uint8Array, at: number, stop: number, end: number): Detection {
  const body = at + HEADER;
  const whole = stop <= end;
  const to = Math.min(stop, end);
  switch (String.fromCharCode(bytes[at])) {
    case 'R':
      return to - body >= 4 && u32be(bytes, body) <= 12 && stop - body < 4096 ? SURE : NO;
    case 'E':
    case 'N': {
      if (to - body < 2 || (bytes[body] !== 0x53 && bytes[body] !== 0x56) || !isPrintable(bytes, body, body + 2))
        return NO;
      return !whole || (bytes[stop - 1] === 0 && bytes[stop - 2] === 0) ? SURE : NO;
    }
    case 'Z':
      return whole && READY_STATES.includes(bytes[body]) ? SURE : NO;
    case 'C':
      return whole && textEnd(bytes, body, stop) === stop - 1 && bytes[body] >= 0x41 && bytes[body] <= 0x5a ? SURE : NO;
    case 'S': {
      const name = textEnd(bytes, body, to);
      return whole && name > body && isPrintable(bytes, body, name) && textEnd(bytes, name + 1, stop) === stop - 1
        ? SURE
        : NO;
    }
    case 'T':
    case 'D': {
      if (to - body < 2) return NO;
      const count = u16be(bytes, body);
      if (count > 1664 || stop - body < 2 + count * (bytes[at] === 0x54 ? 19 : 4)) return NO;
      return MAYBE;
    }
    case 'A':
      return to - body > 5 && isPrintable(bytes, body + 4, body + 5) ? MAYBE : NO;
    case 't':
    case 'G':
    case 'H':
    case 'W':
    case 'K':
      return stop - at < 16_384 ? MAYBE : NO;
    case '1':
    case '2':
    case '3':
    case 'n':
    case 's':
    case 'I':
      return MAYBE;
    default:
      return NO;
  }
}

function isPrintable(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const byte = bytes[i];
    if ((byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) || byte === 0x7f) return false;
  }
  return true;
}

export const pgsql: Protocol<State> = {
  name: 'pgsql',
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
  lost: (state, from) => (from === FROM_CLIENT ? lostRequests(state) : lostResponses(state)),
};
