import type { Bins } from '@sonde/model';
import { mergeBins, type NetworkRow } from '@sonde/store';

const BUCKET = 10;

export type NetworkEnd = Pick<
  NetworkRow,
  'service' | 'side' | 'peer' | 'peerAddress' | 'instance' | 'host' | 'container'
>;

export type NetworkSums = {
  -readonly [K in Exclude<keyof NetworkRow, keyof NetworkEnd | 'time' | 'rtts'>]: NetworkRow[K];
};

const nothing = (): NetworkSums => ({
  opened: 0,
  closed: 0,
  reset: 0,
  lost: 0,
  refused: 0,
  unanswered: 0,
  segments: 0,
  retransmits: 0,
  rttSum: 0,
});

/** Facts of TCP in one export, one row per end and bucket: the metrics of the same sockets meet in one row. */
export class NetworkRows {
  readonly #rows = new Map<string, { time: number; end: NetworkEnd; sums: NetworkSums; rtts: Bins }>();

  /** `seconds` since the epoch is any time in the bucket. */
  add(end: NetworkEnd, seconds: number, sums: Partial<NetworkSums>, rtts?: Bins): void {
    const time = Math.floor(seconds / BUCKET) * BUCKET;
    const { service, side, peer, peerAddress, instance, host, container } = end;
    const key = JSON.stringify([time, service, side, peer, peerAddress, instance, host, container]);
    let row = this.#rows.get(key);
    if (row === undefined) {
      const only = { service, side, peer, peerAddress, instance, host, container };
      row = { time, end: only, sums: nothing(), rtts: { indexes: [], counts: [] } };
      this.#rows.set(key, row);
    }
    for (const name of Object.keys(sums) as (keyof NetworkSums)[]) row.sums[name] += sums[name]!;
    if (rtts !== undefined) row.rtts = mergeBins(row.rtts, rtts);
  }

  rows(): NetworkRow[] {
    return [...this.#rows.values()].map(({ time, end, sums, rtts }) => ({ time, ...end, ...sums, rtts }));
  }
}
