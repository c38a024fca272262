import { u16be, u32be } from './bytes.ts';
import { keyPattern } from './key-pattern.ts';
import { type Message, MORE, NOTHING, ONEWAY, REQUEST, RESPONSE } from './message.ts';
import { type Detection, type Direction, FROM_CLIENT, NEED_MORE, NO, NOT_MINE, SURE } from './protocol.ts';
import { type SymbolId, symbols } from './symbols.ts';

/** The binary protocol of Memcached (https://docs.memcached.org/protocols/binary/). */

export const REQUEST_MAGIC = 0x80;
export const RESPONSE_MAGIC = 0x81;
const HEADER = 24;
const MAX_KEY = 250;
const MAX_EXTRAS = 24;
const MAX_BODY = 1 << 30;
const STAT = 0x10;

const NAMES = [
  'get', 'set', 'add', 'replace', 'delete', 'incr', 'decr', 'quit', 'flush_all', 'getq', 'noop', 'version', 'getk', 'getkq',
  'append', 'prepend', 'stat', 'setq', 'addq', 'replaceq', 'deleteq', 'incrq', 'decrq', 'quitq', 'flush_allq', 'appendq',
  'prependq', 'verbosity', 'touch', 'gat', 'gatq', '', 'sasl_list_mechs', 'sasl_auth', 'sasl_step', 'gatk', 'gatkq',
]; // biome-ignore format: one list
const OPERATIONS: readonly SymbolId[] = NAMES.map((name) => symbols.ofText(name));
/** Commands that are answered only where they find something, or fail. */
const QUIET: readonly boolean[] = NAMES.map((name) => /q$/.test(name));
const BY_NAME_ONLY = /^(noop|version|stat|quit|quitq|flush_all|flush_allq|verbosity|sasl.*)$/;
const KEYED: readonly boolean[] = NAMES.map((name) => name !== '' && !BY_NAME_ONLY.test(name));

const STATUS = new Map<number, SymbolId>(
  [
    'OK', 'NOT_FOUND', 'EXISTS', 'TOO_LARGE', 'INVALID_ARGUMENTS', 'NOT_STORED', 'NON_NUMERIC', 'WRONG_VBUCKET',
  ].map((name, code) => [code, symbols.ofText(name)]), // biome-ignore format: one list
);
const OTHERS =
  '32 AUTH_ERROR|33 AUTH_CONTINUE|129 UNKNOWN_COMMAND|130 OUT_OF_MEMORY|131 NOT_SUPPORTED|132 INTERNAL_ERROR';
for (const entry of `${OTHERS}|133 BUSY|134 TEMPORARY_FAILURE`.split('|')) {
  const [code, name] = entry.split(' ');
  STATUS.set(Number(code), symbols.ofText(name));
}
/** A miss or a lost race is an answer, not a failure. */
const ANSWERS = [0, 1, 2, 5, 33];

/** Reads one packet. `rows` says that it follows another packet of the same reply (stat). */
export function readBinary(
  bytes: Uint8Array,
  start: number,
  end: number,
  from: Direction,
  rows: boolean,
  message: Message,
): number {
  if (end - start < HEADER) return message.truncated ? NOT_MINE : NEED_MORE;
  if (!isPacket(bytes, start, from)) return NOT_MINE;
  const opcode = bytes[start + 1];
  const keyLength = u16be(bytes, start + 2);
  const bodyLength = u32be(bytes, start + 8);
  message.operation = OPERATIONS[opcode];
  if (from !== FROM_CLIENT) {
    message.skip = bodyLength;
    readStatus(bytes, start, opcode, keyLength, rows, message);
    return HEADER;
  }
  const key = start + HEADER + bytes[start + 4];
  if (KEYED[opcode] && key + keyLength > end && !message.truncated) return NEED_MORE;
  if (KEYED[opcode]) message.target = keyPattern(bytes, key, Math.min(end, key + keyLength));
  message.type = QUIET[opcode] ? ONEWAY : REQUEST;
  const used = Math.min(end, start + HEADER + bodyLength) - start;
  message.skip = HEADER + bodyLength - used;
  return used;
}

function readStatus(
  bytes: Uint8Array,
  start: number,
  opcode: number,
  keyLength: number,
  rows: boolean,
  message: Message,
): void {
  if (QUIET[opcode]) {
    message.type = NOTHING;
    return;
  }
  const code = u16be(bytes, start + 6);
  message.operation = 0;
  message.type = rows ? MORE : RESPONSE;
  message.open = opcode === STAT && keyLength > 0;
  message.status = STATUS.get(code) ?? symbols.ofText(String(code));
  if (!ANSWERS.includes(code)) message.error = message.status;
}

function isPacket(bytes: Uint8Array, at: number, from: Direction): boolean {
  if (bytes[at] !== (from === FROM_CLIENT ? REQUEST_MAGIC : RESPONSE_MAGIC)) return false;
  const opcode = bytes[at + 1];
  const keyLength = u16be(bytes, at + 2);
  const extras = bytes[at + 4];
  const bodyLength = u32be(bytes, at + 8);
  if (opcode >= NAMES.length || NAMES[opcode] === '' || keyLength > MAX_KEY || extras > MAX_EXTRAS) return false;
  if (bytes[at + 5] !== 0 || bodyLength < keyLength + extras || bodyLength > MAX_BODY) return false;
  return from !== FROM_CLIENT || keyLength > 0 === KEYED[opcode] || !KEYED[opcode];
}

export function detectBinary(bytes: Uint8Array, start: number, end: number, from: Direction): Detection {
  if (end - start < HEADER || !isPacket(bytes, start, from)) return NO;
  const after = start + HEADER + u32be(bytes, start + 8);
  if (after + HEADER <= end && !isPacket(bytes, after, from)) return NO;
  if (from !== FROM_CLIENT && !STATUS.has(u16be(bytes, start + 6))) return NO;
  return SURE;
}
