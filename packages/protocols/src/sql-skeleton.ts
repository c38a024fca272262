import { BACKSLASH, BRACKET_NAMES, type Dialect, DOUBLE_QUOTED_STRINGS } from './sql-dialect.ts';

const MAX_LENGTH = 512;

/** What `skeletonOf` wrote. */
export const skeleton = new Uint8Array(MAX_LENGTH);

const [PLAIN, LETTER, DIGIT, QUOTE, DOUBLE, BACKTICK, BRACKET, DOUBTFUL] = [0, 1, 2, 3, 4, 5, 6, 7] as const;
const KIND = Uint8Array.from({ length: 256 }, (_, byte) => {
  const char = String.fromCharCode(byte);
  if (/[A-Za-z_]/.test(char) || byte >= 0x80) return LETTER;
  if (/[0-9]/.test(char)) return DIGIT;
  const special: Record<string, number> = { "'": QUOTE, '"': DOUBLE, '`': BACKTICK, '[': BRACKET };
  return special[char] ?? ('$#?\\'.includes(char) ? DOUBTFUL : PLAIN);
});

/**
 * Writes the statement with each literal as `?` and all else as it is: its length, or -1 where it is too long or only the
 * lexer can tell what is a literal (comments, escapes, prefixes, placeholders, quotes that do not end). Texts with the
 * same skeleton say the same.
 */
export function skeletonOf(bytes: Uint8Array, start: number, end: number, dialect: Dialect): number {
  let length = 0;
  let at = start;
  while (at < end) {
    if (length >= MAX_LENGTH) return -1;
    const byte = bytes[at];
    switch (KIND[byte]) {
      case LETTER:
        do {
          if (length >= MAX_LENGTH) return -1;
          skeleton[length++] = bytes[at++];
        } while (at < end && (KIND[bytes[at]] === LETTER || KIND[bytes[at]] === DIGIT));
        if (at < end && KIND[bytes[at]] === QUOTE) return -1;
        break;
      case DIGIT:
        while (at < end && (KIND[bytes[at]] === DIGIT || KIND[bytes[at]] === LETTER || bytes[at] === 0x2e)) at++;
        if (at < end && (bytes[at] === 0x2b || bytes[at] === 0x2d) && (bytes[at - 1] | 0x20) === 0x65) return -1;
        skeleton[length++] = 0x3f;
        break;
      case QUOTE:
        at = stringEnd(bytes, at, end, dialect);
        if (at < 0) return -1;
        skeleton[length++] = 0x3f;
        break;
      case DOUBLE:
        if (dialect & DOUBLE_QUOTED_STRINGS) {
          at = stringEnd(bytes, at, end, dialect | BACKSLASH);
          if (at < 0) return -1;
          skeleton[length++] = 0x3f;
          break;
        }
        at = copyName(bytes, at, end, byte, length);
        if (at < 0) return -1;
        length = nameEnd;
        break;
      case BACKTICK:
        at = copyName(bytes, at, end, byte, length);
        if (at < 0) return -1;
        length = nameEnd;
        break;
      case BRACKET:
        if (dialect & BRACKET_NAMES) {
          at = copyName(bytes, at, end, 0x5d, length);
          if (at < 0) return -1;
          length = nameEnd;
        } else skeleton[length++] = bytes[at++];
        break;
      case DOUBTFUL:
        return -1;
      default: {
        const next = at + 1 < end ? bytes[at + 1] : 0;
        if ((byte === 0x2d && next === 0x2d) || (byte === 0x2f && next === 0x2a)) return -1;
        skeleton[length++] = byte;
        at++;
      }
    }
  }
  return length;
}

/** The index after a string in which nothing is escaped, or -1. */
function stringEnd(bytes: Uint8Array, at: number, end: number, dialect: Dialect): number {
  const quote = bytes[at++];
  for (; at < end; at++) {
    if (bytes[at] === quote) return at + 1 < end && bytes[at + 1] === quote ? -1 : at + 1;
    if (bytes[at] === 0x5c && dialect & BACKSLASH) return -1;
  }
  return -1;
}

let nameEnd = 0;

/** Copies a quoted name to `length`: the index after it, or -1. */
function copyName(bytes: Uint8Array, at: number, end: number, quote: number, length: number): number {
  nameEnd = length;
  for (let first = true; at < end && nameEnd < MAX_LENGTH; first = false) {
    const byte = bytes[at++];
    skeleton[nameEnd++] = byte;
    if (byte === quote && !first) return at;
  }
  return -1;
}
