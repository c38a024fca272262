import type { Latency, Service } from '@sonde/api';
import { quantile, type Side } from '@sonde/model';
import { addMeasures, addSums, type Measures, NOTHING, type Plan, type Sums } from '@sonde/store';

export function latencyOf({ durationSum, bins }: Sums): Latency {
  const measured = bins.counts.reduce((sum, count) => sum + count, 0);
  return {
    avg: measured > 0 ? durationSum / measured : null,
    p50: quantile(bins, 0.5),
    p75: quantile(bins, 0.75),
    p90: quantile(bins, 0.9),
    p95: quantile(bins, 0.95),
    p99: quantile(bins, 0.99),
  };
}

/** Seconds of the range that have passed. */
export function secondsOf(plan: Plan, now = Date.now() / 1000): number {
  return Math.max(1, Math.min(plan.to, now) - plan.from);
}

export type Numbers = Pick<
  Service,
  'requests' | 'errors' | 'errorRate' | 'rate' | 'latency' | 'requestBytes' | 'responseBytes' | 'side'
>;

export function numbersOf(measures: Sums, side: Side, seconds: number): Numbers {
  const { requests, errors, requestBytes, responseBytes } = measures;
  return {
    requests,
    errors,
    errorRate: requests > 0 ? errors / requests : null,
    rate: requests / seconds,
    latency: latencyOf(measures),
    requestBytes,
    responseBytes,
    side,
  };
}

export function sumOf(parts: readonly Measures[]): Measures {
  return parts.reduce(addMeasures, NOTHING);
}

export function addUp(parts: readonly Sums[]): Sums {
  const { errorBins: _, ...nothing } = NOTHING;
  return parts.reduce(addSums, nothing);
}

/** Of what both sides saw, what the server side saw; what the client side saw only where the server side has nothing. */
export function preferServer<T extends { readonly side: Side }>(
  rows: readonly T[],
): { side: Side; rows: readonly T[] } {
  const server = rows.filter((row) => row.side === 'server');
  if (server.length > 0) return { side: 'server', rows: server };
  return { side: 'client', rows: rows.filter((row) => row.side === 'client') };
}

/** Protocols of the rows, most requests first. */
export function protocolsOf(rows: readonly { readonly protocol: string; readonly requests: number }[]): string[] {
  const requests = new Map<string, number>();
  for (const row of rows) requests.set(row.protocol, (requests.get(row.protocol) ?? 0) + row.requests);
  return [...requests].sort((a, b) => b[1] - a[1]).map(([protocol]) => protocol);
}
