import { binOf } from '@sonde/model';
import { OTHER } from '@sonde/protocols';

/** What one service's sockets at one end saw of TCP towards one peer. Counts are what its own sockets sent or met. */
export class NetworkSeries {
  readonly identity: number;
  /** 0: the service is the client of these connections, 1: the server. */
  readonly side: number;
  /** Symbols of the peer's service, 0 where unknown, and of its address, with port for a server. */
  readonly peer: number;
  readonly peerAddress: number;
  opened = 0;
  closed = 0;
  /** Of `closed`: ended by a reset, or because the peer did not answer any more. */
  reset = 0;
  lost = 0;
  /** Connections that could not be opened. */
  refused = 0;
  unanswered = 0;
  segments = 0;
  retransmits = 0;
  /** Smoothed round-trip times in nanoseconds, one for each report of a connection: sum, and how many by bin. */
  rttSum = 0;
  readonly rtts = new Map<number, number>();

  constructor(identity: number, side: number, peer: number, peerAddress: number) {
    this.identity = identity;
    this.side = side;
    this.peer = peer;
    this.peerAddress = peerAddress;
  }

  /** Adds what a connection sent since its last report; the round-trip time in microseconds, 0 where unknown. */
  sent(segments: number, retransmits: number, rtt: number): void {
    this.segments += segments;
    this.retransmits += retransmits;
    if (rtt === 0) return;
    const bin = binOf(rtt * 1e3);
    this.rttSum += rtt * 1e3;
    this.rtts.set(bin, (this.rtts.get(bin) ?? 0) + 1);
  }
}

/** Peers of one service and end in one interval beyond which new ones become `(other)`. */
const MAX_PEERS = 500;

/** Facts of TCP over one interval. Bounded: all but the first addresses of a service and end are one. */
export class NetworkTable {
  /** By service and end, then by address; mostly one of each, since an address has one name. */
  readonly #series = new Map<number, Map<number, NetworkSeries[]>>();

  of(identity: number, side: number, peer: number, peerAddress: number): NetworkSeries {
    const owner = identity * 2 + side;
    let series = this.#series.get(owner);
    if (series === undefined) this.#series.set(owner, (series = new Map()));
    const alike = series.get(peerAddress);
    if (alike === undefined && series.size >= MAX_PEERS && peerAddress !== OTHER)
      return this.of(identity, side, 0, OTHER);
    for (const each of alike ?? []) if (each.peer === peer) return each;
    const made = new NetworkSeries(identity, side, peer, peerAddress);
    if (alike === undefined) series.set(peerAddress, [made]);
    else alike.push(made);
    return made;
  }

  *all(): Generator<NetworkSeries> {
    for (const series of this.#series.values()) for (const alike of series.values()) yield* alike;
  }

  clear(): void {
    this.#series.clear();
  }
}
