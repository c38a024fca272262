import { z } from 'zod';
import { networkNumbers } from './network-numbers.ts';
import { meta, side } from './schema.ts';

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

export type Network = z.infer<typeof networkResponse>['network'];
