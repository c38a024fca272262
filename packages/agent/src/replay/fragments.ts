import type { IpPacket } from './ip.ts';

const MAX_DATAGRAMS = 256;
const MAX_BYTES = 65_535;
/** RFC 8200 §4.5 gives a datagram 60 s. */
const LIFETIME = 60e9;

interface Datagram {
  readonly bytes: Uint8Array;
  /** Received ranges, sorted, not touching. */
  readonly ranges: [number, number][];
  total: number;
  readonly since: number;
}

/**
 * Puts IP datagrams together from fragments in any order (RFC 791 §3.2, RFC 8200 §4.5).
 * Bounded: MAX_DATAGRAMS unfinished ones, the oldest are dropped and counted.
 */
export class Fragments {
  dropped = 0;
  readonly #open = new Map<string, Datagram>();

  /** The whole payload once its last piece is here, else null. `time` is in nanoseconds. */
  add(ip: IpPacket, time: number): Uint8Array | null {
    const size = ip.end - ip.start;
    if (size < ip.wireLength || ip.fragmentOffset + size > MAX_BYTES || size <= 0) {
      this.dropped++;
      return null;
    }
    const addresses = ip.bytes.subarray(ip.source, ip.source + 2 * ip.addressBytes);
    const key = `${String.fromCharCode(...addresses)}/${ip.protocol}/${ip.fragmentId}`;
    let datagram = this.#open.get(key);
    if (!datagram || time - datagram.since > LIFETIME) {
      datagram = { bytes: new Uint8Array(MAX_BYTES), ranges: [], total: -1, since: time };
      this.#open.delete(key);
      this.#open.set(key, datagram);
      this.#bound();
    }
    datagram.bytes.set(ip.bytes.subarray(ip.start, ip.end), ip.fragmentOffset);
    if (!ip.moreFragments) datagram.total = ip.fragmentOffset + size;
    insert(datagram.ranges, ip.fragmentOffset, ip.fragmentOffset + size);
    const [whole] = datagram.ranges;
    if (datagram.total < 0 || whole[0] !== 0 || whole[1] < datagram.total) return null;
    this.#open.delete(key);
    return datagram.bytes.subarray(0, datagram.total);
  }

  #bound(): void {
    if (this.#open.size <= MAX_DATAGRAMS) return;
    for (const key of this.#open.keys()) {
      this.#open.delete(key);
      this.dropped++;
      return;
    }
  }
}

function insert(ranges: [number, number][], from: number, to: number): void {
  let i = 0;
  while (i < ranges.length && ranges[i][1] < from) i++;
  let j = i;
  while (j < ranges.length && ranges[j][0] <= to) {
    from = Math.min(from, ranges[j][0]);
    to = Math.max(to, ranges[j][1]);
    j++;
  }
  ranges.splice(i, j - i, [from, to]);
}
