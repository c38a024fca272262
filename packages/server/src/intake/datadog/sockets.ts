import { type Bins, binOf } from '@sonde/model';
import type { NetworkSums } from '../network-rows.ts';
import type { DatadogConnection } from './messages.ts';

const [RESET, REFUSED] = [104, 111];

const whole = (value: number) => (Number.isSafeInteger(value) && value > 0 ? value : 0);

/** What a socket saw of TCP since the last check, `null` where nothing happened. */
export function socketOf(connection: DatadogConnection): { sums: Partial<NetworkSums>; rtts: Bins | undefined } | null {
  if (connection.isUdp) return null;
  const sums = {
    opened: whole(connection.established),
    closed: whole(connection.closed),
    segments: whole(connection.packetsSent),
    retransmits: whole(connection.retransmits),
    reset: 0,
    refused: 0,
    unanswered: 0,
  };
  for (const [errno, count] of connection.tcpFailures) {
    const what = errno === RESET ? 'reset' : errno === REFUSED ? 'refused' : 'unanswered';
    sums[what] += whole(count);
  }
  const rtt = whole(connection.rtt) * 1e3;
  if (rtt === 0 && Object.values(sums).every((sum) => sum === 0)) return null;
  if (rtt === 0) return { sums, rtts: undefined };
  return { sums: { ...sums, rttSum: rtt }, rtts: { indexes: [binOf(rtt)], counts: [1] } };
}
