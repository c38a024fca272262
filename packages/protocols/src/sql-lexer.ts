import {
  BACKSLASH,
  BRACKET_NAMES,
  type Dialect,
  DOLLAR_QUOTES,
  DOUBLE_QUOTED_STRINGS,
  EXECUTABLE_COMMENTS,
  HASH_COMMENTS,
} from './sql-dialect.ts';

/** Tokens of SQL, one at a time. Nothing is allocated; a token that is cut off ends with the bytes. */

export const END = 0;
export const WORD = 1;
/** A quoted name: `[from, to)` is what stands within the quotes, `[from - 1, at)` the name with them. */
export const NAME = 2;
/** A literal or a placeholder. */
export const VALUE = 3;
export const OPEN = 4;
export const CLOSE = 5;
export const COMMA = 6;
export const DOT = 7;
export const OPERATOR = 8;
/** `::` and `:`: joins without space. */
export const JOIN = 9;
export const SEMICOLON = 10;
export const OPEN_BRACKET = 11;
export const CLOSE_BRACKET = 12;
export const COMMENT = 13;

const [SPACES, LETTER, DIGIT, QUOTE, DOUBLE, BACKTICK, DOLLAR, HASH, OTHER, AT, COLON] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
] as const;
const [LPAREN, RPAREN, COMMAS, POINT, SEMI, LBRACKET, RBRACKET, PERCENT] = [11, 12, 13, 14, 15, 16, 17, 18] as const;

const CLASS = Uint8Array.from({ length: 256 }, (_, byte) => {
  const char = String.fromCharCode(byte);
  if (byte <= 0x20) return SPACES;
  if (/[A-Za-z_]/.test(char) || byte >= 0x80) return LETTER;
  if (/[0-9]/.test(char)) return DIGIT;
  const special: Record<string, number> = {
    "'": QUOTE, '"': DOUBLE, '`': BACKTICK, $: DOLLAR, '#': HASH, '@': AT, ':': COLON, '(': LPAREN, ')': RPAREN,
    ',': COMMAS, '.': POINT, ';': SEMI, '[': LBRACKET, ']': RBRACKET, '?': PERCENT,
  }; // biome-ignore format: one list
  return special[char] ?? OTHER;
});

const NONE: Uint8Array = new Uint8Array(0);
let bytes = NONE;
let end = 0;
let dialect: Dialect = 0;
let insideExecutable = false;

/** The token found last: its kind is returned, this is where it stands. */
export const token = { at: 0, from: 0, to: 0, spaced: false };

export function begin(source: Uint8Array, start: number, stop: number, flags: Dialect): void {
  bytes = source;
  end = stop;
  dialect = flags;
  insideExecutable = false;
  token.at = start;
}

/** Drops the reference to the bytes read. */
export function finish(): void {
  bytes = NONE;
}

/** Reads the token at `token.at` and moves behind it. `spaced` tells whether space stood before it. */
export function next(): number {
  let at = token.at;
  token.spaced = false;
  while (at < end && CLASS[bytes[at]] === SPACES) at++;
  if (at > token.at) token.spaced = true;
  if (at >= end) return END;
  token.from = at;
  const byte = bytes[at];
  switch (CLASS[byte]) {
    case LETTER:
      return word(at);
    case DIGIT:
      return number(at);
    case QUOTE:
      return string(at + 1, 0x27, (dialect & BACKSLASH) !== 0);
    case DOUBLE:
      return dialect & DOUBLE_QUOTED_STRINGS ? string(at + 1, 0x22, true) : quoted(at + 1, 0x22);
    case BACKTICK:
      return quoted(at + 1, 0x60);
    case DOLLAR:
      return dollar(at);
    case AT:
      if (at + 1 < end && CLASS[bytes[at + 1]] === LETTER) return word(at + 1);
      return at + 2 < end && bytes[at + 1] === 0x40 && CLASS[bytes[at + 2]] === LETTER ? word(at + 2) : operator(at);
    case COLON:
      if (at + 1 < end && bytes[at + 1] === 0x3d) return done(at + 2, OPERATOR);
      return done(at + 1 < end && bytes[at + 1] === 0x3a ? at + 2 : at + 1, JOIN);
    case LPAREN:
      return done(at + 1, OPEN);
    case RPAREN:
      return done(at + 1, CLOSE);
    case COMMAS:
      return done(at + 1, COMMA);
    case POINT:
      return at + 1 < end && CLASS[bytes[at + 1]] === DIGIT && !follows(at) ? number(at) : done(at + 1, DOT);
    case SEMI:
      return done(at + 1, SEMICOLON);
    case LBRACKET:
      return dialect & BRACKET_NAMES ? quoted(at + 1, 0x5d) : done(at + 1, OPEN_BRACKET);
    case RBRACKET:
      return done(at + 1, CLOSE_BRACKET);
    case PERCENT:
      return done(at + 1, VALUE);
    case HASH:
      return dialect & HASH_COMMENTS ? line(at) : operator(at);
    default:
      return operator(at);
  }
}

function done(at: number, kind: number): number {
  token.to = token.at = at;
  return kind;
}

/** Whether a name or literal ends right before `at`. */
function follows(at: number): boolean {
  return at > 0 && token.at === at && (CLASS[bytes[at - 1]] === LETTER || CLASS[bytes[at - 1]] === BACKTICK);
}

function word(at: number): number {
  while (at < end && (CLASS[bytes[at]] <= DIGIT || bytes[at] === 0x24) && bytes[at] > 0x20) at++;
  if (at < end && bytes[at] === 0x27 && isPrefix(token.from, at))
    return string(at + 1, 0x27, (dialect & BACKSLASH) !== 0 || (bytes[token.from] | 0x20) === 0x65);
  if (at + 1 < end && bytes[at] === 0x26 && bytes[at + 1] === 0x27 && at - token.from === 1)
    return string(at + 2, 0x27, false);
  return done(at, WORD);
}

/** `E'…'`, `N'…'`, `X'…'`, `_utf8'…'` */
function isPrefix(from: number, to: number): boolean {
  return to - from === 1 || bytes[from] === 0x5f;
}

function number(at: number): number {
  for (; at < end; at++) {
    const kind = CLASS[bytes[at]];
    if (kind === DIGIT || kind === LETTER || kind === POINT) continue;
    const sign = (bytes[at] === 0x2b || bytes[at] === 0x2d) && (bytes[at - 1] | 0x20) === 0x65;
    if (!sign || (bytes[token.from + 1] | 0x20) === 0x78) break;
  }
  return done(at, VALUE);
}

function string(at: number, quote: number, backslash: boolean): number {
  for (; at < end; at++) {
    const byte = bytes[at];
    if (byte === quote) {
      if (at + 1 < end && bytes[at + 1] === quote) at++;
      else return done(at + 1, VALUE);
    } else if (backslash && byte === 0x5c) at++;
  }
  return done(end, VALUE);
}

function quoted(at: number, quote: number): number {
  token.from = at;
  while (at < end && bytes[at] !== quote) at++;
  token.to = at;
  token.at = Math.min(end, at + 1);
  return NAME;
}

/** `$1`, `$tag$ text $tag$` */
function dollar(at: number): number {
  let stop = at + 1;
  while (stop < end && CLASS[bytes[stop]] === DIGIT) stop++;
  if (stop > at + 1) return done(stop, VALUE);
  if (!(dialect & DOLLAR_QUOTES)) return word(stop);
  while (stop < end && CLASS[bytes[stop]] <= DIGIT && bytes[stop] > 0x20) stop++;
  if (stop === end || bytes[stop] !== 0x24) return stop === end ? done(end, VALUE) : done(stop, WORD);
  const length = stop + 1 - at;
  search: for (let i = stop + 1; i + length <= end; i++) {
    if (bytes[i] !== 0x24) continue;
    for (let j = 1; j < length; j++) if (bytes[i + j] !== bytes[at + j]) continue search;
    return done(i + length, VALUE);
  }
  return done(end, VALUE);
}

function operator(at: number): number {
  const start = at;
  for (; at < end; at++) {
    const byte = bytes[at];
    const kind = CLASS[byte];
    if (kind !== OTHER && kind !== HASH && kind !== AT) break;
    const following = at + 1 < end ? bytes[at + 1] : 0;
    if (byte === 0x2f && following === 0x2a) {
      if (at === start) return comment(at);
      break;
    }
    if (byte === 0x2d && following === 0x2d && isDashes(at)) {
      if (at === start) return line(at);
      break;
    }
    if (insideExecutable && byte === 0x2a && following === 0x2f) {
      if (at > start) break;
      insideExecutable = false;
      return done(at + 2, COMMENT);
    }
    const sign = byte === 0x2d || byte === 0x2b;
    if (sign && at > start && (CLASS[following] === DIGIT || following === 0x2e)) break;
    if (kind === AT && at > start && CLASS[following] === LETTER) break;
  }
  return done(at, OPERATOR);
}

/** In MySQL `--` begins a comment only before a space. */
function isDashes(at: number): boolean {
  return !(dialect & EXECUTABLE_COMMENTS) || at + 2 >= end || bytes[at + 2] <= 0x20;
}

function line(at: number): number {
  while (at < end && bytes[at] !== 0x0a) at++;
  return done(at, COMMENT);
}

function comment(at: number): number {
  if (dialect & EXECUTABLE_COMMENTS && at + 2 < end && bytes[at + 2] === 0x21) {
    insideExecutable = true;
    at += 3;
    while (at < end && CLASS[bytes[at]] === DIGIT) at++;
    return done(at, COMMENT);
  }
  for (let i = at + 2; i + 1 < end; i++) if (bytes[i] === 0x2a && bytes[i + 1] === 0x2f) return done(i + 2, COMMENT);
  return done(end, COMMENT);
}
