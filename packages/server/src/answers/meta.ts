import type { Meta } from '@sonde/api';
import { SELF } from '@sonde/model';
import type { Plan, Store } from '@sonde/store';
import { AGENT_SERVICE, completenessOf } from './agents.ts';

/** The range that was answered for, milliseconds, and how much of what happened in it the agents saw. */
export async function metaOf(store: Store, plan: Plan): Promise<Meta> {
  const totals = await store.metricSums(plan, AGENT_SERVICE, [SELF.exchanges, SELF.dropped]);
  return { from: plan.from * 1000, to: plan.to * 1000, completeness: completenessOf(totals) };
}
