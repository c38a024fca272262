import type { ClickHouseClient } from '@clickhouse/client';
import type { Side } from '@sonde/model';
import { type QueryParams, sharedRowsOf } from '../client.ts';
import type { Plan, Segment } from '../resolution.ts';
import { SERVICES_OF_GRAIN } from '../schema.ts';
import { BREAKDOWN_KEYS } from './breakdown.ts';
import { MEASURED_COLUMNS, MEASURES, type MeasureColumns, type Measures, measuresOf } from './measures.ts';
import { source, stepNumber } from './source.ts';
import { ENDPOINT } from './subjects.ts';
import { rowsOfView, type ServiceView } from './view.ts';

type KeyOfSide = Record<Side, string>;

const same = (key: string): KeyOfSide => ({ server: key, client: key });

/** What the requests of a view can be grouped by: the key, and the columns it is made of. */
const VIEW_GROUPS = {
  none: [same(`''`), []],
  protocol: [same('protocol'), ['protocol']],
  endpoint: [same(ENDPOINT), ['operation', 'target', 'statement']],
  operation: [same('operation'), ['operation']],
  target: [same('target'), ['target']],
  status: [same(`if(status = '', error, status)`), ['status', 'error']],
  caller: [BREAKDOWN_KEYS.caller, ['service', 'peer', 'peer_address']],
  instance: [BREAKDOWN_KEYS.instance, ['instance', 'peer_address']],
  host: [BREAKDOWN_KEYS.host, ['host', 'peer_address']],
} as const satisfies Record<string, readonly [KeyOfSide, readonly string[]]>;

const SERVICE_GROUPS = { none: `''`, service: 'name', protocol: 'protocol' } as const;

export type ViewGroup = keyof typeof VIEW_GROUPS;

/** Requests to one service, or to all of them (each as its own side saw it, else as its callers did), in groups. */
export type Grouped =
  | { readonly view: ServiceView; readonly by: ViewGroup }
  | { readonly view: null; readonly by: keyof typeof SERVICE_GROUPS; readonly protocol?: string | undefined };

export interface GroupTotal extends Measures {
  readonly key: string;
}

export interface GroupStep extends GroupTotal {
  /** Number of the step from the start of the range. */
  readonly number: number;
}

/** The rows of the segments as a table expression, and the key of a row. */
function rowsFor(of: Grouped, plan: Plan, segments: readonly Segment[], step?: number) {
  const columns = ['time', ...MEASURED_COLUMNS];
  if (of.view !== null) {
    const [key, own] = VIEW_GROUPS[of.by];
    return { key: key[of.view.side], ...rowsOfView(of.view, segments, [...columns, ...own], step) };
  }
  const ofServices = (part: readonly Segment[], selected: readonly string[], where: string, width?: number) =>
    source(part, selected, where, { tables: SERVICES_OF_GRAIN, ...(width === undefined ? {} : { step: width }) });
  const ofProtocol = of.protocol === undefined ? 'named' : 'named AND protocol = {protocol:String}';
  const seenByThemselves = `SELECT DISTINCT name FROM ${ofServices(plan.total, ['name'], `side = 'server'`)}`;
  const rows = ofServices(
    segments,
    [...columns, 'name', 'protocol'],
    `${ofProtocol} AND (side = 'server' OR name NOT IN (${seenByThemselves}))`,
    step,
  );
  const params: QueryParams = of.protocol === undefined ? {} : { protocol: of.protocol };
  return { key: SERVICE_GROUPS[of.by], rows, params };
}

/** The groups with most requests over the range. */
export async function groupTotals(
  client: ClickHouseClient,
  plan: Plan,
  of: Grouped,
  limit: number,
): Promise<GroupTotal[]> {
  const { key, rows, params } = rowsFor(of, plan, plan.total);
  const totals = await sharedRowsOf<MeasureColumns & { key: string }>(
    client,
    `SELECT /* totals by ${of.by} */ ${key} AS key, ${MEASURES} FROM ${rows}
    GROUP BY key HAVING requests > 0 ORDER BY requests DESC, key LIMIT ${limit}`,
    params,
  );
  return totals.map((row) => ({ key: row.key, ...measuresOf(row) }));
}

/** The groups named, in steps. */
export async function groupSeries(
  client: ClickHouseClient,
  plan: Plan,
  of: Grouped,
  keys: readonly string[],
): Promise<GroupStep[]> {
  if (keys.length === 0) return [];
  const { key, rows, params } = rowsFor(of, plan, plan.series, plan.step);
  const steps = await sharedRowsOf<MeasureColumns & { key: string; number: number }>(
    client,
    `SELECT /* steps by ${of.by} */ ${key} AS key, ${stepNumber(plan.from, plan.step)} AS number, ${MEASURES}
    FROM ${rows} WHERE key IN {keys:Array(String)} GROUP BY key, number ORDER BY number, key`,
    { ...params, keys },
  );
  return steps.map((row) => ({ key: row.key, number: row.number, ...measuresOf(row) }));
}
