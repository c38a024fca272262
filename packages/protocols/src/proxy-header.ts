import { CR, indexOf, LF, startsWith, u16be } from './bytes.ts';

const SIGNATURE = [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a];
const MAX_LINE = 107;

/**
 * The index behind a PROXY protocol header, which a load balancer puts before the client's first bytes, or `start` where
 * there is none (https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt, §2.1 and §2.2).
 */
export function behindProxyHeader(bytes: Uint8Array, start: number, end: number): number {
  if (startsWith(bytes, start, end, 'PROXY ')) {
    const line = indexOf(bytes, LF, start, Math.min(end, start + MAX_LINE));
    const known = ['TCP4 ', 'TCP6 ', 'UNKNOWN'].some((family) => startsWith(bytes, start + 6, end, family));
    return known && line > 0 && bytes[line - 1] === CR ? line + 1 : start;
  }
  const head = SIGNATURE.length + 4;
  if (end - start < head || bytes[start + 12] >> 4 !== 2) return start;
  for (let i = 0; i < SIGNATURE.length; i++) if (bytes[start + i] !== SIGNATURE[i]) return start;
  const stop = start + head + u16be(bytes, start + 14);
  return stop <= end ? stop : start;
}
