import type { Direction } from './protocol.ts';

/** One piece of a direction's byte stream, as captured. Reused by callers. */
export interface Segment {
  direction: Direction;
  bytes: Uint8Array;
  /** Captured bytes are `bytes[start, end)`; `total` (≥ end - start) went over the wire. */
  start: number;
  end: number;
  total: number;
  /** Stream offset of the first byte. */
  offset: number;
  /** Monotonic nanoseconds of the first and the last byte. */
  first: number;
  last: number;
  /** Nanoseconds the first byte lay in the receive queue. */
  queueWait: number;
}
