import { u16be, u32be } from './bytes.ts';
import { type Message, MORE, NOTHING, ONEWAY } from './message.ts';
import {
  type Detection,
  type Direction,
  FROM_CLIENT,
  MAYBE,
  NEED_MORE,
  NO,
  NOT_MINE,
  type Protocol,
} from './protocol.ts';
import { EMPTY, type SymbolId, symbols } from './symbols.ts';

/**
 * WebSocket, RFC 6455. A message of either end is one-way, fragments and the control frames between them included; pings and
 * pongs alone are no messages. A closing handshake is one. Payloads are passed by.
 */

const CONTINUATION = 0;
const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const PONG = 10;

const OPERATIONS: readonly SymbolId[] = ['', 'text', 'binary', '', '', '', '', '', 'close'].map((name) =>
  symbols.ofText(name),
);
const STATUS = new Map<number, SymbolId>();

interface State {
  /** Whether a message of the direction waits for its further fragments. */
  readonly fragmented: [boolean, boolean];
  closing: boolean;
  /** Path and host of the request that opened the connection. */
  readonly target: SymbolId;
  readonly namespace: SymbolId;
}

let headerLength = 0;
let payloadLength = 0;

/** Reads the frame header at `at` (RFC 6455 §5.2). A close that says too much is still one. */
function header(bytes: Uint8Array, at: number, end: number, from: Direction): number {
  if (end - at < 2) return NEED_MORE;
  const opcode = bytes[at] & 0x0f;
  const masked = bytes[at + 1] >= 0x80;
  if ((bytes[at] & 0x30) !== 0 || (opcode > BINARY && opcode < CLOSE) || opcode > PONG) return NOT_MINE;
  if (masked !== (from === FROM_CLIENT)) return NOT_MINE;
  const short = bytes[at + 1] & 0x7f;
  if (opcode >= CLOSE && (short > (opcode === CLOSE ? 126 : 125) || bytes[at] < 0x80 || short === 1)) return NOT_MINE;
  const extended = short === 126 ? 2 : short === 127 ? 8 : 0;
  headerLength = 2 + extended + (masked ? 4 : 0);
  if (end - at < headerLength) return NEED_MORE;
  payloadLength = short;
  if (short === 126) payloadLength = u16be(bytes, at + 2);
  else if (short === 127) payloadLength = u32be(bytes, at + 2) * 2 ** 32 + u32be(bytes, at + 6);
  if (short >= 126 && payloadLength < (short === 126 ? 126 : 1 << 16)) return NOT_MINE;
  return payloadLength < 2 ** 40 ? headerLength : NOT_MINE;
}

function read(state: State, from: Direction, bytes: Uint8Array, start: number, end: number, message: Message): number {
  const found = header(bytes, start, end, from);
  if (found <= NEED_MORE) return found === NEED_MORE && message.truncated ? NOT_MINE : found;
  const opcode = bytes[start] & 0x0f;
  const final = bytes[start] >= 0x80;
  if (opcode === CLOSE) return readClose(state, from, bytes, start, end, message);
  message.skip = payloadLength;
  if (opcode > CLOSE) {
    message.type = state.fragmented[from] ? MORE : NOTHING;
    message.open = state.fragmented[from];
    return headerLength;
  }
  if (opcode === CONTINUATION) message.type = state.fragmented[from] ? MORE : NOTHING;
  else begin(state, opcode, message);
  message.open = !final && message.type !== NOTHING;
  state.fragmented[from] = message.open;
  return headerLength;
}

function begin(state: State, opcode: number, message: Message): void {
  message.type = ONEWAY;
  message.operation = OPERATIONS[opcode];
  message.target = state.target;
  message.namespace = state.namespace;
}

function readClose(state: State, from: Direction, bytes: Uint8Array, start: number, end: number, message: Message) {
  const at = start + headerLength;
  if (at + Math.min(2, payloadLength) > end) return message.truncated ? NOT_MINE : NEED_MORE;
  message.skip = payloadLength;
  message.type = state.fragmented[from] ? MORE : NOTHING;
  state.fragmented[from] = false;
  if (state.closing || message.type === MORE) return headerLength;
  state.closing = true;
  begin(state, CLOSE, message);
  if (payloadLength < 2) return headerLength;
  const mask = from === FROM_CLIENT ? u16be(bytes, at - 4) : 0;
  const code = u16be(bytes, at) ^ mask;
  message.status = statusOf(code);
  if (code !== 1000 && code !== 1001) message.error = message.status;
  return headerLength;
}

function statusOf(code: number): SymbolId {
  if (code < 1000 || code > 4999) return EMPTY;
  let symbol = STATUS.get(code);
  if (symbol === undefined) STATUS.set(code, (symbol = symbols.ofText(String(code))));
  return symbol;
}

/** There is no magic in mid-connection: a row of frames that ends where the bytes end, text in it where it says so. */
function detect(bytes: Uint8Array, start: number, end: number, from: Direction): Detection {
  let at = start;
  for (let frames = 0; at < end && frames < 16; frames++) {
    if (header(bytes, at, end, from) <= NEED_MORE) return NO;
    const opcode = bytes[at] & 0x0f;
    if (frames === 0 && opcode === CONTINUATION) return NO;
    const payload = at + headerLength;
    const plain = opcode === TEXT && from !== FROM_CLIENT && (bytes[at] & 0x40) === 0;
    if (plain && !isText(bytes, payload, Math.min(end, payload + payloadLength))) return NO;
    at = payload + payloadLength;
  }
  return at === end ? MAYBE : NO;
}

function isText(bytes: Uint8Array, start: number, end: number): boolean {
  if (start === end) return false;
  for (let i = start; i < end; i++) if (bytes[i] < 0x20 && (bytes[i] < 0x09 || bytes[i] > 0x0d)) return false;
  return true;
}

export const websocket: Protocol<State> = {
  name: 'websocket',
  transport: 'tcp',
  mode: 'stream',
  pairing: 'order',
  stateless: false,
  connect: (upgrade) => ({
    fragmented: [false, false],
    closing: false,
    target: upgrade?.target ?? EMPTY,
    namespace: upgrade?.namespace ?? EMPTY,
  }),
  detect,
  read,
  lost(state, from) {
    state.fragmented[from] = false;
  },
};
