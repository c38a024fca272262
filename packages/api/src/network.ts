import { z } from 'zod';
import { meta, side } from './schema.ts';

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

const name = z.string();

export const networkResponse = z.object({
  meta,
  network: z.object({
    numbers: networkNumbers,
    /** Width of a step in milliseconds. */
    step: z.number(),
    points: z.array(networkNumbers.extend({ time: z.number() })),
    /** By peer, with the end the service is at; most retransmits and failures first. */
    peers: z.array(networkNumbers.extend({ peer: name, side })),
    instances: z.array(networkNumbers.extend({ instance: name, host: name })),
  }),
});

export type NetworkNumbers = z.infer<typeof networkNumbers>;
export type Network = z.infer<typeof networkResponse>['network'];
