import { type Direction, FROM_CLIENT, FROM_SERVER, MAYBE, NO, type Protocol, SURE } from './protocol.ts';

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
    const request = look(protocol, bytes, requestStart, requestEnd, FROM_CLIENT);
    const response = look(protocol, bytes, responseStart, responseEnd, FROM_SERVER);
    if (request === NO && requestEnd > requestStart) continue;
    if (response === NO && responseEnd > responseStart) continue;
    const score = (request === SURE ? 4 : request) + (response === SURE ? 4 : response);
    if (score > bestScore) {
      best = protocol;
      bestScore = score;
    }
  }
  return bestScore >= MAYBE ? best : null;
}

function look(protocol: Protocol, bytes: Uint8Array, start: number, end: number, direction: Direction) {
  return end > start ? protocol.detect(bytes, start, end, direction) : NO;
}
