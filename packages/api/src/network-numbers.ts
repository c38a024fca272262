import { z } from 'zod';

/** What sockets saw of TCP. Each counts what it sent itself; the two ends of a connection are never added. */
export const networkNumbers = z.object({
  /** Connections first seen, and ended. */
  opened: z.number(),
  closed: z.number(),
  /** Of those that ended: reset by the peer, or ended because the peer answered no more. */
  reset: z.number(),
  lost: z.number(),
  /** Connections that could not be opened: refused, or not answered. */
  refused: z.number(),
  unanswered: z.number(),
  /** Segments with data, and how many of the segments were sent again. */
  segments: z.number(),
  retransmits: z.number(),
  /** 0..1; `null` where nothing was sent. */
  retransmitRate: z.number().nullable(),
  /** Smoothed round-trip times in nanoseconds, one for each connection and interval. */
  rtt: z.object({ avg: z.number().nullable(), p50: z.number().nullable(), p95: z.number().nullable() }),
});

export type NetworkNumbers = z.infer<typeof networkNumbers>;
