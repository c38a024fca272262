import { type Direction, FROM_CLIENT, infer, type Protocol, type Segment, TABLE } from '@sonde/protocols';
import type { End } from './connections.ts';

/** Pieces of one end that are kept while its protocol is unknown. */
export const MAX_EARLY = 8;

const scratch = new Uint8Array(8192);

/** The protocol of a connection by the pieces one of its ends has seen so far, or null. */
export function decide(end: End): Protocol | null {
  const middle = gather(end.early, FROM_CLIENT, 0);
  const last = gather(end.early, 1, middle);
  return infer(TABLE, 'tcp', scratch, 0, middle, middle, last);
}

/** Puts the first whole run of a direction's bytes into `scratch` from `at` on; returns where it ends. */
function gather(pieces: readonly Segment[], direction: Direction, at: number): number {
  for (const { direction: of, bytes, start, end, total } of pieces) {
    if (of !== direction) continue;
    const length = Math.min(end - start, direction === FROM_CLIENT ? scratch.length / 2 - at : scratch.length - at);
    if (length <= 0) break;
    scratch.set(bytes.subarray(start, start + length), at);
    at += length;
    if (total > length) break;
  }
  return at;
}

/** A copy that outlives the record. */
export function copied(segment: Segment): Segment {
  const bytes = segment.bytes.slice(segment.start, segment.end);
  return { ...segment, bytes, start: 0, end: bytes.length };
}
