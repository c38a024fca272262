import { i32be } from './bytes.ts';
import { EMPTY, type SymbolId } from './symbols.ts';

/**
 * Names of topic ids, learned from Metadata responses: since version 13 Fetch and Produce say the id alone, often on another
 * connection. Ids are UUIDs, so one table serves all. Bounded: once it is full, new ids stay without a name.
 */
const SLOTS = 1 << 13;
const LIMIT = SLOTS / 2;
const keys = new Int32Array(SLOTS * 4);
const names = new Int32Array(SLOTS);
let count = 0;

/** The slot of the id at `at`: its own, or the free one where it would be. */
function slotOf(bytes: Uint8Array, at: number): number {
  const a = i32be(bytes, at);
  const b = i32be(bytes, at + 4);
  const c = i32be(bytes, at + 8);
  const d = i32be(bytes, at + 12);
  let slot = (Math.imul(a ^ b, 0x9e3779b1) ^ Math.imul(c ^ d, 0x85ebca6b)) >>> 19;
  for (; names[slot] !== EMPTY; slot = (slot + 1) % SLOTS) {
    const key = slot * 4;
    if (keys[key] === a && keys[key + 1] === b && keys[key + 2] === c && keys[key + 3] === d) break;
  }
  return slot;
}

/** The name of the topic whose id is `bytes[at, at + 16)`, or EMPTY. */
export function topicName(bytes: Uint8Array, at: number): SymbolId {
  return names[slotOf(bytes, at)];
}

export function learnTopic(bytes: Uint8Array, at: number, name: SymbolId): void {
  const slot = slotOf(bytes, at);
  if (names[slot] === EMPTY) {
    if (count >= LIMIT) return;
    count++;
    for (let i = 0; i < 4; i++) keys[slot * 4 + i] = i32be(bytes, at + i * 4);
  }
  names[slot] = name;
}
