import { type Direction, FROM_CLIENT, FROM_SERVER, MAYBE, NO, type Protocol, SURE } from './protocol.ts';

/** What a `SURE` counts in `likelihood`; less than that is a guess. */
export const CERTAIN = 4;

/**
 * The protocol whose first bytes these are, or null. A `SURE` in one direction decides; else a `MAYBE` in both, or in the
 * only direction there is, with no protocol saying otherwise. Order in the table breaks ties.
 */
export function infer(
  table: readonly Protocol[],
  transport: 'tcp' | 'udp',
  bytes: Uint8Array,
  requestStart: number,
  requestEnd: number,
  responseStart: number,
  responseEnd: number,
): Protocol | null {
  let best: Protocol | null = null;
  let bestScore = 0;
  for (const protocol of table) {
    if (protocol.transport !== 'both' && protocol.transport !== transport) continue;
    const score = likelihood(protocol, transport, bytes, requestStart, requestEnd, responseStart, responseEnd);
    if (score > bestScore) {
      best = protocol;
      bestScore = score;
    }
  }
  return best;
}

/** How likely these bytes are of the protocol: 0 not at all, from `CERTAIN` on at least one direction is sure. */
export function likelihood(
  protocol: Protocol,
  transport: 'tcp' | 'udp',
  bytes: Uint8Array,
  requestStart: number,
  requestEnd: number,
  responseStart: number,
  responseEnd: number,
): number {
  const datagrams = transport === 'udp';
  const request = look(protocol, bytes, requestStart, requestEnd, FROM_CLIENT, datagrams);
  const response = look(protocol, bytes, responseStart, responseEnd, FROM_SERVER, datagrams);
  if (request === NO && requestEnd > requestStart) return 0;
  if (response === NO && responseEnd > responseStart) return 0;
  return weigh(request) + weigh(response);
}

function weigh(detection: number): number {
  return detection === SURE ? CERTAIN : detection === MAYBE ? 1 : 0;
}

function look(
  protocol: Protocol,
  bytes: Uint8Array,
  start: number,
  end: number,
  direction: Direction,
  datagrams: boolean,
) {
  return end > start ? protocol.detect(bytes, start, end, direction, datagrams) : NO;
}
