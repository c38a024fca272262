import { u16be, u24be } from './bytes.ts';
import { type Message, NOTHING, REQUEST, RESPONSE } from './message.ts';
import {
  type Direction,
  FROM_CLIENT,
  FROM_SERVER,
  MAYBE,
  NEED_MORE,
  NO,
  NOT_MINE,
  type Protocol,
  SURE,
} from './protocol.ts';
import { EMPTY, type SymbolId, symbols } from './symbols.ts';

/**
 * TLS 1.0 to 1.3 (RFC 8446, RFC 5246) as far as it is not encrypted: one exchange a connection, from ClientHello (server
 * name as target, application protocols as namespace) to ServerHello (version) or the alert that refuses it; two where
 * the server asks for another hello. All after that is passed by: "encrypted, not readable".
 */

const RECORD_HEADER = 5;
const MAX_RECORD = (1 << 14) + 2048;
const [CHANGE_CIPHER, ALERT, HANDSHAKE, APPLICATION, HEARTBEAT] = [20, 21, 22, 23, 24];
const [CLIENT_HELLO, SERVER_HELLO] = [1, 2];
const [SERVER_NAME, ALPN, SUPPORTED_VERSIONS] = [0, 16, 43];

const HELLO = symbols.ofText('ClientHello');
const OK = symbols.ofText('OK');
const RETRY = symbols.ofText('hello_retry_request');
const VERSIONS: readonly SymbolId[] = ['SSL 3.0', '1.0', '1.1', '1.2', '1.3'].map((text) => symbols.ofText(text));

/** RFC 8446 §6, RFC 5246 §7.2. */
const ALERTS: Readonly<Record<number, string>> = {
  0: 'close_notify', 10: 'unexpected_message', 20: 'bad_record_mac', 21: 'decryption_failed', 22: 'record_overflow',
  30: 'decompression_failure', 40: 'handshake_failure', 41: 'no_certificate', 42: 'bad_certificate',
  43: 'unsupported_certificate', 44: 'certificate_revoked', 45: 'certificate_expired', 46: 'certificate_unknown',
  47: 'illegal_parameter', 48: 'unknown_ca', 49: 'access_denied', 50: 'decode_error', 51: 'decrypt_error',
  60: 'export_restriction', 70: 'protocol_version', 71: 'insufficient_security', 80: 'internal_error',
  86: 'inappropriate_fallback', 90: 'user_canceled', 100: 'no_renegotiation', 109: 'missing_extension',
  110: 'unsupported_extension', 111: 'certificate_unobtainable', 112: 'unrecognized_name',
  113: 'bad_certificate_status_response', 115: 'unknown_psk_identity', 116: 'certificate_required',
  120: 'no_application_protocol',
}; // biome-ignore format: one list

/** RFC 8446 §4.1.3: how the random number begins that makes a ServerHello a request to try again. */
const RETRY_START = [0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11];

interface State {
  /** Per direction: the hello was seen, or cannot be any more. */
  readonly done: [boolean, boolean];
}

/** The handshake message that starts at a record, put together from the records it is spread over. */
const hello = new Uint8Array(1 << 16);
let helloLength = 0;
let consumed = 0;

function isRecord(bytes: Uint8Array, at: number): boolean {
  const type = bytes[at];
  const length = u16be(bytes, at + 3);
  return (
    type >= CHANGE_CIPHER && type <= HEARTBEAT && bytes[at + 1] === 3 && bytes[at + 2] <= 4 && length <= MAX_RECORD
  );
}

/** Fills `hello` with the handshake message at `start`. Returns whether it is whole, or NOT_MINE. */
function gather(bytes: Uint8Array, start: number, end: number): boolean | typeof NOT_MINE {
  helloLength = 0;
  let wanted = 4;
  let at = start;
  while (helloLength < wanted) {
    if (end - at < RECORD_HEADER) return false;
    if (bytes[at] !== HANDSHAKE || !isRecord(bytes, at)) return NOT_MINE;
    const length = u16be(bytes, at + 3);
    const stop = Math.min(end, at + RECORD_HEADER + length);
    if (length === 0 || helloLength + length > hello.length) return NOT_MINE;
    hello.set(bytes.subarray(at + RECORD_HEADER, stop), helloLength);
    helloLength += stop - at - RECORD_HEADER;
    at = stop;
    consumed = at - start;
    if (helloLength < 4) {
      if (at === end) return false;
      continue;
    }
    wanted = 4 + u24be(hello, 1);
    if (wanted > hello.length) return NOT_MINE;
    if (at === end && helloLength < wanted) return false;
  }
  return true;
}

/** After version, random and session id; -1 where they do not fit. */
function afterSession(): number {
  const at = 4 + 2 + 32;
  return helloLength > at && hello[at] <= 32 ? at + 1 + hello[at] : -1;
}

function readClientHello(message: Message): boolean {
  let at = afterSession();
  if (hello[0] !== CLIENT_HELLO || hello[4] !== 3 || at < 0) return false;
  message.type = REQUEST;
  message.operation = HELLO;
  if (at + 2 > helloLength) return true;
  at += 2 + u16be(hello, at);
  if (at >= helloLength) return true;
  at += 1 + hello[at];
  readExtensions(at, message);
  return true;
}

function readServerHello(message: Message): boolean {
  const at = afterSession();
  if (hello[0] !== SERVER_HELLO || hello[4] !== 3 || at < 0) return false;
  message.type = RESPONSE;
  message.status = isRetry() ? RETRY : OK;
  message.version = VERSIONS[hello[5]] ?? EMPTY;
  readExtensions(at + 3, message);
  return true;
}

function isRetry(): boolean {
  for (let i = 0; i < RETRY_START.length; i++) if (hello[6 + i] !== RETRY_START[i]) return false;
  return true;
}

function readExtensions(at: number, message: Message): void {
  const end = Math.min(helloLength, at + 2 + (at + 2 <= helloLength ? u16be(hello, at) : 0));
  at += 2;
  while (at + 4 <= end) {
    const type = u16be(hello, at);
    const start = at + 4;
    at = start + u16be(hello, at + 2);
    const stop = Math.min(at, end);
    if (type === SERVER_NAME) message.target = serverName(start, stop);
    else if (type === ALPN) message.namespace = applicationProtocols(start, stop);
    else if (type === SUPPORTED_VERSIONS && message.type === RESPONSE && stop - start === 2)
      message.version = VERSIONS[hello[start + 1]] ?? EMPTY;
  }
}

/** RFC 6066 §3: the one name of type host_name. */
function serverName(start: number, stop: number): SymbolId {
  const length = u16be(hello, start + 3);
  return stop - start > 5 && hello[start + 2] === 0 && start + 5 + length <= stop
    ? symbols.of(hello, start + 5, start + 5 + length)
    : EMPTY;
}

const names = new Uint8Array(256);

/** RFC 7301 §3.1, as `h2,http/1.1`. */
function applicationProtocols(start: number, stop: number): SymbolId {
  let out = 0;
  for (let at = start + 2; at < stop; at += 1 + hello[at]) {
    const length = hello[at];
    if (length === 0 || at + 1 + length > stop || out + length + 1 > names.length) break;
    if (out > 0) names[out++] = 0x2c;
    for (let i = 0; i < length; i++) names[out++] = hello[at + 1 + i];
  }
  return symbols.of(names, 0, out);
}

function readAlert(bytes: Uint8Array, start: number, message: Message): number {
  const description = bytes[start + RECORD_HEADER + 1];
  const text = symbols.ofText(ALERTS[description] ?? `alert_${description}`);
  message.type = RESPONSE;
  message.status = message.error = text;
  return RECORD_HEADER + 2;
}

function read(state: State, from: Direction, bytes: Uint8Array, start: number, end: number, message: Message): number {
  message.type = NOTHING;
  if (state.done[from]) return end - start;
  if (end - start < RECORD_HEADER) return message.truncated ? NOT_MINE : NEED_MORE;
  if (!isRecord(bytes, start)) return NOT_MINE;
  if (from === FROM_SERVER && bytes[start] === ALERT && u16be(bytes, start + 3) === 2) {
    if (end - start < RECORD_HEADER + 2) return message.truncated ? NOT_MINE : NEED_MORE;
    state.done[from] = true;
    return readAlert(bytes, start, message);
  }
  if (bytes[start] === CHANGE_CIPHER && u16be(bytes, start + 3) === 1) return Math.min(RECORD_HEADER + 1, end - start);
  if (bytes[start] !== HANDSHAKE) {
    state.done[from] = true;
    return end - start;
  }
  const whole = gather(bytes, start, end);
  if (whole === NOT_MINE) return NOT_MINE;
  if (!whole && !message.truncated) return NEED_MORE;
  const found = from === FROM_CLIENT ? readClientHello(message) : readServerHello(message);
  const again = found && message.status === RETRY;
  state.done[from] = !again;
  if (again) state.done[FROM_CLIENT] = false;
  return found ? consumed : end - start;
}

/** Records one behind the other are certain; a lone header is a guess. */
function detect(bytes: Uint8Array, start: number, end: number, direction: Direction) {
  if (end - start < RECORD_HEADER + 1 || !isRecord(bytes, start)) return NO;
  const length = u16be(bytes, start + 3);
  if (length === 0) return NO;
  const next = start + RECORD_HEADER + length;
  if (bytes[start] === HANDSHAKE) {
    const type = bytes[start + RECORD_HEADER];
    if (type === (direction === FROM_CLIENT ? CLIENT_HELLO : SERVER_HELLO) && length >= 38) {
      return end - start < RECORD_HEADER + 6 || bytes[start + RECORD_HEADER + 4] === 3 ? SURE : NO;
    }
  }
  if (bytes[start] === ALERT && direction === FROM_SERVER && length === 2) return next <= end ? MAYBE : NO;
  if (bytes[start] === APPLICATION && bytes[start + 2] !== 3 && bytes[start + 2] !== 1) return NO;
  if (next + RECORD_HEADER <= end) return isRecord(bytes, next) ? SURE : NO;
  return bytes[start] === CHANGE_CIPHER && length !== 1 ? NO : MAYBE;
}

export const tls: Protocol<State> = {
  name: 'tls',
  transport: 'tcp',
  mode: 'stream',
  pairing: 'order',
  stateless: false,
  connect: () => ({ done: [false, false] }),
  detect,
  read,
  lost(state, from) {
    state.done[from] = true;
  },
};
