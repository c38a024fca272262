import type { ClickHouseClient } from '@clickhouse/client';
import type { Side } from '@sonde/model';
import { rowsOf } from '../client.ts';
import type { NetworkFacts } from '../network-row.ts';
import type { Plan } from '../resolution.ts';
import { NETWORK_OF_GRAIN } from '../schema.ts';
import { source, stepNumber } from './source.ts';
import { OTHER_END } from './view.ts';

/** Whose sockets, at which end, towards whom; '' for what was not asked for. */
export interface NetworkTotal extends NetworkFacts {
  readonly service: string;
  readonly side: Side;
  readonly instance: string;
  readonly host: string;
  readonly peer: string;
}

const KEYS = { service: 'service', side: 'side', instance: 'instance', host: 'host', peer: OTHER_END } as const;

/** By what sums are made, besides the service. */
export type NetworkKey = Exclude<keyof typeof KEYS, 'service'>;

const COUNTS = ['opened', 'closed', 'reset', 'lost', 'refused', 'unanswered', 'segments', 'retransmits'] as const;

const FACTS = `${COUNTS.map((name) => `sum(${name}) AS ${name}_sum, ${name}_sum AS ${name}`).join(', ')},
  sum(rtt_sum) AS rtt_total, (mapKeys(sumMap(rtts) AS merged), mapValues(merged)) AS bins`;

const COLUMNS = ['time', 'service', 'side', 'peer', 'peer_address', 'instance', 'host', ...COUNTS, 'rtt_sum', 'rtts'];

type FactColumns = Omit<NetworkFacts, 'rttSum' | 'rtts'> & { rtt_total: number; bins: [number[], number[]] };

function factsOf(row: FactColumns): NetworkFacts {
  const { opened, closed, reset, lost, refused, unanswered, segments, retransmits } = row;
  const rtts = { indexes: row.bins[0], counts: row.bins[1] };
  return { opened, closed, reset, lost, refused, unanswered, segments, retransmits, rttSum: row.rtt_total, rtts };
}

/** Facts of all services, or the one named, most retransmits and failures first. */
export async function networkTotals(
  client: ClickHouseClient,
  plan: Plan,
  by: readonly NetworkKey[],
  service?: string,
  limit = 20_000,
): Promise<NetworkTotal[]> {
  const names = ['service', ...by] as const;
  const rows = await rowsOf<FactColumns & Partial<Record<keyof typeof KEYS, string>>>(
    client,
    `SELECT /* network by ${by[0] ?? 'service'} */ ${names.map((name) => `${KEYS[name]} AS by_${name}, by_${name} AS ${name}`).join(', ')}, ${FACTS}
    FROM ${source(plan.total, COLUMNS, service === undefined ? '1' : 'service = {name:String}', { tables: NETWORK_OF_GRAIN })}
    GROUP BY ${names.map((name) => `by_${name}`).join(', ')}
    ORDER BY retransmits_sum + refused_sum + unanswered_sum + reset_sum DESC, segments_sum DESC LIMIT ${limit}`,
    service === undefined ? {} : { name: service },
  );
  return rows.map((row) => ({
    service: row.service ?? '',
    side: (row.side ?? 'client') as Side,
    instance: row.instance ?? '',
    host: row.host ?? '',
    peer: row.peer ?? '',
    ...factsOf(row),
  }));
}

export interface NetworkStep extends NetworkFacts {
  readonly number: number;
}

/** One service's facts in each step of the plan; steps without any are absent. */
export async function networkSeries(client: ClickHouseClient, plan: Plan, service: string): Promise<NetworkStep[]> {
  const rows = await rowsOf<FactColumns & { number: number }>(
    client,
    `SELECT /* network over time */ ${stepNumber(plan.from, plan.step)} AS number, ${FACTS}
    FROM ${source(plan.series, COLUMNS, 'service = {name:String}', { tables: NETWORK_OF_GRAIN })}
    GROUP BY number ORDER BY number`,
    { name: service },
  );
  return rows.map((row) => ({ number: row.number, ...factsOf(row) }));
}
