import { createHash } from 'node:crypto';
import type { Batch } from '@sonde/store';

const CHUNK_BITS = 14n;
const HASH_BITS = 28n;

/**
 * The name of one message. `X-DD-Request-ID` is 22 bits second of the month, 28 bits hash of host and process, 14 bits
 * chunk; a retry repeats it, and so does the next month. Agents without it are known by what they sent.
 * `checked` is in seconds since the epoch.
 */
export function batchOf(requestId: string | undefined, checked: number, hostName: string, body: Buffer): Batch {
  const month = new Date(checked * 1000).toISOString().slice(0, 7);
  if (requestId !== undefined && /^\d{1,20}$/.test(requestId)) {
    const id = BigInt(requestId) & (2n ** 64n - 1n);
    const process = (id >> CHUNK_BITS) & (2n ** HASH_BITS - 1n);
    const chunk = id & (2n ** CHUNK_BITS - 1n);
    const second = id >> (CHUNK_BITS + HASH_BITS);
    const source = `datadog/${encodeURIComponent(hostName).slice(0, 100)}/${process.toString(36)}/${month}`;
    return { source, sequence: Number((second << CHUNK_BITS) | chunk) };
  }
  const digest = createHash('sha256').update(body).digest();
  const source = `datadog/${digest.toString('hex', 8, 16)}/${Math.floor(checked / 3600)}`;
  return { source, sequence: Number(digest.readBigUInt64BE() >> 12n) };
}
