import type { UsageBy, UsageDirection, UsageGroup } from '@sonde/api';
import type { Side } from '@sonde/model';
import type { Plan, ServiceView, Store, UsageTotal } from '@sonde/store';
import { numbersOf, secondsOf } from './measures.ts';

const MOST_CALLERS = 20;
const MOST_GROUPS = 2000;

/** Groups, and whether there are more than an answer holds. */
interface Usage {
  readonly groups: UsageGroup[];
  readonly truncated: boolean;
}

const byRequests = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts).sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));

async function groupsSeen(store: Store, plan: Plan, view: ServiceView, by: UsageBy): Promise<Usage> {
  const totals = await store.usageTotals(plan, view, by, MOST_GROUPS + 1);
  return {
    groups: groupsOf(plan, view.side, totals.slice(0, MOST_GROUPS)),
    truncated: totals.length > MOST_GROUPS,
  };
}

function groupsOf(plan: Plan, side: Side, totals: readonly UsageTotal[]): UsageGroup[] {
  const seconds = secondsOf(plan);
  const allTime = totals.reduce((sum, total) => sum + total.durationSum, 0);
  return totals.map((total) => {
    const callers = byRequests(total.callers);
    return {
      protocol: total.protocol,
      operation: total.operation,
      target: total.target,
      ...numbersOf(total, side, seconds),
      timeShare: allTime > 0 ? total.durationSum / allTime : null,
      operations: byRequests(total.operations).map(([operation, requests]) => ({ operation, requests })),
      statuses: [...total.statuses].sort((a, b) => b.requests - a.requests || a.status.localeCompare(b.status)),
      callers: callers.slice(0, MOST_CALLERS).map(([name, requests]) => ({ name, requests })),
      callerCount: callers.length,
      statements: total.statements,
    };
  });
}

/** What a service asks of others is best known to itself; where nobody watches it, to those it asked. */
export async function usageOf(
  store: Store,
  plan: Plan,
  view: ServiceView,
  { by, direction }: { readonly by: UsageBy; readonly direction: UsageDirection },
): Promise<Usage> {
  if (direction === 'in') return groupsSeen(store, plan, view, by);
  const seenFrom = (side: Side) => groupsSeen(store, plan, { ...view, side, outgoing: true }, by);
  const own = await seenFrom('client');
  return own.groups.length > 0 ? own : seenFrom('server');
}
