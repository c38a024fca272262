import { i32be, u16be } from './bytes.ts';
import { COMPRESSED, PAYLOAD, skipPayload, TRACING, WARNING } from './cassandra-request.ts';
import type { State } from './cassandra-state.ts';
import { type Message, ONEWAY, RESPONSE } from './message.ts';
import { scrub } from './scrub.ts';
import { type SymbolId, symbols } from './symbols.ts';

export const [ERROR, READY, AUTHENTICATE, SUPPORTED, RESULT, EVENT, AUTH_CHALLENGE, AUTH_SUCCESS] = [
  0, 2, 3, 6, 8, 12, 14, 16,
] as const;
const OPCODES: readonly number[] = [ERROR, READY, AUTHENTICATE, SUPPORTED, RESULT, EVENT, AUTH_CHALLENGE, AUTH_SUCCESS];
const [SET_KEYSPACE, PREPARED] = [3, 4] as const;

export function isResponse(opcode: number): boolean {
  return OPCODES.includes(opcode);
}

const OK = symbols.ofText('OK');
const EVENTS = symbols.ofText('EVENT');

/** Error codes (native protocol specification, section 9). */
const CODES = new Map<number, readonly [SymbolId, SymbolId]>(
  (
    [
      [0x0000, 'SERVER_ERROR'], [0x000a, 'PROTOCOL_ERROR'], [0x0100, 'BAD_CREDENTIALS'], [0x1000, 'UNAVAILABLE'],
      [0x1001, 'OVERLOADED'], [0x1002, 'IS_BOOTSTRAPPING'], [0x1003, 'TRUNCATE_ERROR'], [0x1100, 'WRITE_TIMEOUT'],
      [0x1200, 'READ_TIMEOUT'], [0x1300, 'READ_FAILURE'], [0x1400, 'FUNCTION_FAILURE'], [0x1500, 'WRITE_FAILURE'],
      [0x1600, 'CDC_WRITE_FAILURE'], [0x1700, 'CAS_WRITE_UNKNOWN'], [0x2000, 'SYNTAX_ERROR'], [0x2100, 'UNAUTHORIZED'],
      [0x2200, 'INVALID'], [0x2300, 'CONFIG_ERROR'], [0x2400, 'ALREADY_EXISTS'], [0x2500, 'UNPREPARED'],
    ] as const
  ).map(([code, name]) => [code, codeSymbols(code, name)]),
); // biome-ignore format: one list
const UNKNOWN = codeSymbols(0xffff, 'UNKNOWN');

function codeSymbols(code: number, name: string): readonly [SymbolId, SymbolId] {
  return [symbols.ofText(`0x${code.toString(16).padStart(4, '0')}`), symbols.ofText(name)];
}

/** Takes what the body `[at, end)` of a response says; it may be cut off. */
export function readResponseBody(
  state: State,
  opcode: number,
  flags: number,
  bytes: Uint8Array,
  at: number,
  end: number,
  message: Message,
): void {
  message.type = opcode === EVENT ? ONEWAY : RESPONSE;
  if (opcode === EVENT) message.operation = EVENTS;
  else message.status = OK;
  if (flags & COMPRESSED) {
    if (opcode === ERROR) message.status = message.error = UNKNOWN[1];
    return;
  }
  if (flags & TRACING) at += 16;
  if (flags & WARNING) at = skipStrings(bytes, at, end);
  if (flags & PAYLOAD) at = skipPayload(bytes, at, end);
  if (end - at < 4) return;
  switch (opcode) {
    case EVENT:
      message.target = stringAt(bytes, at, end);
      return;
    case ERROR: {
      const [status, error] = CODES.get(i32be(bytes, at)) ?? UNKNOWN;
      message.status = status;
      message.error = error;
      if (end - at >= 6) message.errorText = scrub(bytes, at + 6, Math.min(end, at + 6 + u16be(bytes, at + 4)));
      return;
    }
    case RESULT:
      if (bytes[at + 3] === SET_KEYSPACE) state.keyspace = message.namespace = stringAt(bytes, at + 4, end);
      else if (bytes[at + 3] === PREPARED && end - at >= 6) {
        const statement = state.preparing.get(message.id);
        const stop = at + 6 + u16be(bytes, at + 4);
        if (statement && stop <= end) state.statements.set(bytes, at + 6, stop, statement);
      }
  }
  state.preparing.delete(message.id);
}

function stringAt(bytes: Uint8Array, at: number, end: number): SymbolId {
  if (end - at < 2) return 0;
  return symbols.of(bytes, at + 2, Math.min(end, at + 2 + Math.min(128, u16be(bytes, at))));
}

function skipStrings(bytes: Uint8Array, at: number, end: number): number {
  if (end - at < 2) return end;
  let count = u16be(bytes, at);
  for (at += 2; count > 0 && end - at >= 2; count--) at += 2 + u16be(bytes, at);
  return Math.min(at, end);
}
