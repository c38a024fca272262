import type { Bins } from '@sonde/model';
import { binsText } from './bins-text.ts';
import type { RequestRow } from './rows.ts';

/** What sockets saw of TCP. */
export interface NetworkFacts {
  /** Connections first seen, and ended; of the latter those the peer reset, and those whose peer answered no more. */
  readonly opened: number;
  readonly closed: number;
  readonly reset: number;
  readonly lost: number;
  /** Connections that could not be opened: the peer refused, or nobody answered. */
  readonly refused: number;
  readonly unanswered: number;
  /** What these sockets sent: segments with data, and how many segments again. */
  readonly segments: number;
  readonly retransmits: number;
  /** Smoothed round-trip times, one for each connection and interval; the sum in nanoseconds. */
  readonly rttSum: number;
  readonly rtts: Bins;
}

/** What the sockets of one service at one end saw of TCP towards one peer, in one bucket of 10 s. */
export interface NetworkRow
  extends NetworkFacts,
    Pick<RequestRow, 'time' | 'service' | 'side' | 'peer' | 'peerAddress' | 'instance' | 'host' | 'container'> {}

export const NETWORK_COLUMNS =
  'time, service, side, peer, peer_address, instance, host, container, opened, closed, reset, lost, refused, unanswered, segments, retransmits, rtt_sum, rtts';

export function networkLine(row: NetworkRow): string {
  const columns = JSON.stringify([
    row.time,
    row.service,
    row.side,
    row.peer,
    row.peerAddress,
    row.instance,
    row.host,
    row.container,
    row.opened,
    row.closed,
    row.reset,
    row.lost,
    row.refused,
    row.unanswered,
    row.segments,
    row.retransmits,
    row.rttSum,
  ]);
  return `${columns.slice(0, -1)},${binsText(row.rtts)}]`;
}
