/** Words that decide what a statement does and to which table. */
export const PLAIN = 0;
export const SELECT = 1;
export const DELETE = 2;
export const INSERT = 3;
export const UPDATE = 4;
export const REPLACE = 5;
export const MERGE = 6;
export const WITH = 7;
export const FROM = 8;
export const INTO = 9;
export const TABLE = 10;
export const IN = 11;
export const VALUES = 12;
export const NULLS = 13;
export const DISTINCT = 14;
/** May stand between a word like FROM and the name of the table. */
export const FILLER = 15;
export const TRUNCATE = 16;
export const COPY = 17;
export const CALL = 18;
export const INDEX = 19;
export const ON = 20;
export const SHOW = 21;
/** A sign after it belongs to the number. */
export const CLAUSE = 22;
export const VIEW = 23;

const WORDS: readonly (readonly [number, string])[] = [
  [SELECT, 'select'],
  [DELETE, 'delete'],
  [INSERT, 'insert'],
  [UPDATE, 'update'],
  [REPLACE, 'replace'],
  [MERGE, 'merge'],
  [WITH, 'with'],
  [FROM, 'from'],
  [INTO, 'into'],
  [TABLE, 'table'],
  [IN, 'in'],
  [VALUES, 'values value'],
  [NULLS, 'null true false default'],
  [DISTINCT, 'distinct'],
  [FILLER, 'only lateral if not exists ignore low_priority delayed high_priority overwrite concurrently'],
  [TRUNCATE, 'truncate'],
  [COPY, 'copy'],
  [CALL, 'call exec execute'],
  [INDEX, 'index'],
  [ON, 'on'],
  [SHOW, 'show'],
  [CLAUSE, 'limit offset then else when and or between like by return top where'],
  [VIEW, 'view'],
];

const MAX_LENGTH = 13;
/** First and last letter and length tell every two of the words apart, save those in the same slot's list. */
const slots: (readonly (readonly [number, string])[] | undefined)[] = Array.from({ length: 1 << 14 });
for (const [code, words] of WORDS)
  for (const word of words.split(' ')) {
    const slot = slotOf(word.charCodeAt(0), word.charCodeAt(word.length - 1), word.length);
    slots[slot] = [...(slots[slot] ?? []), [code, word]];
  }

function slotOf(first: number, last: number, length: number): number {
  return ((first & 31) << 9) | ((last & 31) << 4) | length;
}

/** The code of the word `[at, end)`, letters in either case. */
export function keyword(bytes: Uint8Array, at: number, end: number): number {
  const length = end - at;
  if (length < 2 || length > MAX_LENGTH) return PLAIN;
  const slot = slots[slotOf(bytes[at], bytes[end - 1], length)];
  if (slot === undefined) return PLAIN;
  next: for (let i = 0; i < slot.length; i++) {
    const word = slot[i][1];
    for (let j = 0; j < length; j++) if ((bytes[at + j] | 0x20) !== word.charCodeAt(j)) continue next;
    return slot[i][0];
  }
  return PLAIN;
}
