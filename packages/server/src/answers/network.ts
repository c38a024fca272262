import type { Network, NetworkNumbers } from '@sonde/api';
import { quantile } from '@sonde/model';
import { mergeBins, type NetworkFacts, type Plan, type Store } from '@sonde/store';
import { totalOf } from './distribution.ts';

const NOTHING: NetworkFacts = {
  opened: 0,
  closed: 0,
  reset: 0,
  lost: 0,
  refused: 0,
  unanswered: 0,
  segments: 0,
  retransmits: 0,
  rttSum: 0,
  rtts: { indexes: [], counts: [] },
};

function add(a: NetworkFacts, b: NetworkFacts): NetworkFacts {
  return {
    opened: a.opened + b.opened,
    closed: a.closed + b.closed,
    reset: a.reset + b.reset,
    lost: a.lost + b.lost,
    refused: a.refused + b.refused,
    unanswered: a.unanswered + b.unanswered,
    segments: a.segments + b.segments,
    retransmits: a.retransmits + b.retransmits,
    rttSum: a.rttSum + b.rttSum,
    rtts: mergeBins(a.rtts, b.rtts),
  };
}

export function sumOfFacts(parts: readonly NetworkFacts[]): NetworkFacts {
  return parts.reduce(add, NOTHING);
}

export function networkNumbersOf(facts: NetworkFacts): NetworkNumbers {
  const { opened, closed, reset, lost, refused, unanswered, segments, retransmits, rttSum, rtts } = facts;
  const times = totalOf(rtts);
  return {
    opened,
    closed,
    reset,
    lost,
    refused,
    unanswered,
    segments,
    retransmits,
    // SYNs that were sent again are no segments with data.
    retransmitRate: segments > 0 ? Math.min(1, retransmits / segments) : null,
    rtt: { avg: times > 0 ? rttSum / times : null, p50: quantile(rtts, 0.5), p95: quantile(rtts, 0.95) },
  };
}

/** What the sockets of one service saw of TCP: in all, over time, by peer and by instance. */
export async function networkOf(store: Store, plan: Plan, service: string): Promise<Network> {
  const [peers, instances, steps] = await Promise.all([
    store.networkTotals(plan, ['peer', 'side'], service),
    store.networkTotals(plan, ['instance', 'host'], service),
    store.networkSeries(plan, service),
  ]);
  const byNumber = new Map(steps.map((step) => [step.number, step]));
  const points = Array.from({ length: Math.ceil((plan.to - plan.from) / plan.step) }, (_, number) => ({
    time: (plan.from + number * plan.step) * 1000,
    ...networkNumbersOf(byNumber.get(number) ?? NOTHING),
  }));
  return {
    numbers: networkNumbersOf(sumOfFacts(instances)),
    step: plan.step * 1000,
    points,
    peers: peers.map((total) => ({ peer: total.peer, side: total.side, ...networkNumbersOf(total) })),
    instances: instances.map((total) => ({
      instance: total.instance,
      host: total.host,
      ...networkNumbersOf(total),
    })),
  };
}
