import { u16le, u32le } from './bytes.ts';
import type { Message } from './message.ts';
import type { Prepared } from './prepared.ts';
import { scrub } from './scrub.ts';
import { symbols } from './symbols.ts';
import { remember, type State } from './tds-request.ts';

/** Tokens of a response (MS-TDS 2.2.7). */
const [RETURN_STATUS, COLUMNS, ORDER, ERROR, INFO, RETURN_VALUE, LOGIN_ACK, ENVIRONMENT, SSPI] = [
  0x79, 0x81, 0xa9, 0xaa, 0xab, 0xac, 0xad, 0xe3, 0xed,
] as const;
const [DONE, DONE_PROCEDURE, DONE_IN_PROCEDURE] = [0xfd, 0xfe, 0xff] as const;
const DONE_SIZE = 13;
const FAILED = 2;

const OK = symbols.ofText('OK');
const UNKNOWN = symbols.ofText('error');

export function isToken(byte: number): boolean {
  return byte >= DONE || byte === RETURN_STATUS || byte === COLUMNS || byte === ENVIRONMENT || isSized(byte);
}

function isSized(byte: number): boolean {
  return (
    byte === ERROR || byte === INFO || byte === LOGIN_ACK || byte === ENVIRONMENT || byte === ORDER || byte === SSPI
  );
}

/** Takes the tokens `[at, end)` up to the first whose length is not told by itself (columns and rows). */
export function readTokens(
  state: State,
  prepared: Prepared | null,
  bytes: Uint8Array,
  at: number,
  end: number,
  message: Message,
): void {
  const start = at;
  message.status = OK;
  while (at < end) {
    const token = bytes[at];
    if (isSized(token)) {
      if (at + 3 > end) break;
      if (token === ERROR) {
        readError(bytes, at + 3, end, message);
        break;
      }
      at += 3 + u16le(bytes, at + 1);
    } else if (token === DONE || token === DONE_PROCEDURE || token === DONE_IN_PROCEDURE) {
      if (at + 3 <= end && u16le(bytes, at + 1) & FAILED) message.status = message.error = UNKNOWN;
      at += DONE_SIZE;
    } else if (token === RETURN_STATUS) at += 5;
    else break;
  }
  if (prepared) findHandle(state, prepared, bytes, start, end);
}

/** Number, state, class, text. */
function readError(bytes: Uint8Array, at: number, end: number, message: Message): void {
  if (at + 8 > end) return;
  message.status = message.error = symbols.ofText(String(u32le(bytes, at) | 0));
  const units = u16le(bytes, at + 6);
  const stop = Math.min(end, at + 8 + 2 * units);
  let length = 0;
  for (let i = at + 8; i + 1 < stop && length < text.length; i += 2)
    text[length++] = bytes[i + 1] === 0 ? bytes[i] : 0x3f;
  message.errorText = scrub(text, 0, length);
}
const text = new Uint8Array(256);

/** The output parameter of sp_prepare: an unnamed return value that is an integer. */
const HANDLE = [RETURN_VALUE, -1, -1, 0, 1, 0, 0, 0, 0, -1, -1, 0x26, 4, 4];

function findHandle(state: State, prepared: Prepared, bytes: Uint8Array, at: number, end: number): void {
  search: for (; at + HANDLE.length + 4 <= end; at++) {
    if (bytes[at] !== RETURN_VALUE) continue;
    for (let i = 0; i < HANDLE.length; i++) if (HANDLE[i] >= 0 && bytes[at + i] !== HANDLE[i]) continue search;
    remember(state, u32le(bytes, at + HANDLE.length), prepared);
    return;
  }
}
