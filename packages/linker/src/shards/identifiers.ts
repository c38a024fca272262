import { hash } from '../key-index.ts';
import type { SpanWords } from '../keys.ts';
import type { TraceWords } from '../trace-sets.ts';

/** What spans name: a span id, half a network key, or a trace id, as four words. */
export type Identifier = TraceWords;

export const ofSpan = ([high, low]: SpanWords): Identifier => [0, 0, high, low];

/** The lowest bit tells the two ends apart at the linker: both have one identifier. */
export const ofHalfKey = ([high, low]: SpanWords): Identifier => [0, 1, high, (low & ~1) >>> 0];

export const isSame = (x: Identifier, y: Identifier) =>
  x[0] === y[0] && x[1] === y[1] && x[2] === y[2] && x[3] === y[3];

export const isSet = (x: Identifier) => (x[0] | x[1] | x[2] | x[3]) !== 0;

/** Partitions of the identifiers: more than there will ever be shards, so that each gets about as many. */
const PARTITIONS = 4096;
const PARTITION_SEED = 0x51ed_270b;
const RANK_SEED = 0x2f0b_4a27;

/** One order of all identifiers, the same at every shard and without regard to what they are: true where `x` comes first. */
export function isBefore(x: Identifier, y: Identifier): boolean {
  const [a, b] = [hash(x[0], x[1], x[2], x[3], RANK_SEED), hash(y[0], y[1], y[2], y[3], RANK_SEED)];
  if (a !== b) return a < b;
  for (let i = 0; i < 4; i++) if (x[i] !== y[i]) return x[i] < y[i];
  return false;
}

/**
 * Which shard owns which identifier: rendezvous hashing of partitions (D. Thaler, C. Ravishankar, 1998), so that a shard
 * more or less moves only what it gains or had. The order of the names does not matter.
 */
export class Owners {
  /** Tells lists of names apart. */
  readonly fingerprint: number;
  readonly #owner = new Uint16Array(PARTITIONS);

  constructor(names: readonly string[]) {
    const numbers = names.map(numberOf);
    const shards = [...numbers.keys()].sort((a, b) => numbers[a] - numbers[b]);
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const weight = (shard: number) => hash(numbers[shard], partition, 0, 0, PARTITION_SEED);
      this.#owner[partition] = shards.reduce((a, b) => (weight(b) > weight(a) ? b : a));
    }
    this.fingerprint = numberOf(names.toSorted().join('\n'));
  }

  of(x: Identifier): number {
    return this.#owner[hash(x[0], x[1], x[2], x[3], PARTITION_SEED) % PARTITIONS];
  }
}

/** 32 bits of a name (FNV-1a over its UTF-16 units, mixed); 0 for '' alone. */
export function numberOf(name: string): number {
  if (name === '') return 0;
  let h = 0x811c_9dc5;
  for (let i = 0; i < name.length; i++) h = Math.imul(h ^ name.charCodeAt(i), 0x0100_0193);
  return hash(h, name.length, 0, 0) || 1;
}
