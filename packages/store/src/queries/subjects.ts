import type { ClickHouseClient } from '@clickhouse/client';
import type { Side } from '@sonde/model';
import { rowsOf } from '../client.ts';
import type { Plan } from '../resolution.ts';
import { MEASURED_COLUMNS, MEASURES, type MeasureColumns, type Measures, measuresOf } from './measures.ts';
import { source } from './source.ts';

/** What numbers are watched for: whole services, their endpoints, or their instances. */
export type SubjectKind = 'service' | 'endpoint' | 'instance';

/** Requests to one subject in one protocol, as one side saw them; `part` is '' of a whole service. */
export interface SubjectTotal extends Measures {
  readonly name: string;
  readonly part: string;
  readonly side: Side;
  readonly protocol: string;
}

/** An endpoint in one text. */
export const ENDPOINT = `if(statement != '', statement, trim(concat(operation, ' ', target)))`;

const PARTS: Record<SubjectKind, string> = {
  service: `''`,
  endpoint: ENDPOINT,
  instance: `if(side = 'server', instance, peer_address)`,
};

/** HTTP answers that say the caller was at fault. */
const CLIENT_ERRORS = `protocol IN ('http', 'http2') AND startsWith(status, '4')`;

const COLUMNS = ['service', 'peer', 'side', 'protocol', 'operation', 'target', 'statement', 'instance', 'peer_address'];

export async function subjectTotals(
  client: ClickHouseClient,
  plan: Plan,
  kind: SubjectKind,
  clientErrorsOnly = false,
  limit = 50_000,
): Promise<SubjectTotal[]> {
  const rows = await rowsOf<MeasureColumns & { name: string; part: string; side: Side; protocol: string }>(
    client,
    `SELECT /* totals by ${kind} */ if(side = 'server', service, peer) AS name, ${PARTS[kind]} AS part, side, protocol, ${MEASURES}
    FROM ${source(plan.total, [...COLUMNS, ...MEASURED_COLUMNS], clientErrorsOnly ? CLIENT_ERRORS : '1')}
    WHERE name != '' GROUP BY name, part, side, protocol ORDER BY requests DESC, name, part LIMIT ${limit}`,
  );
  return rows.map((row) => ({
    name: row.name,
    part: row.part,
    side: row.side,
    protocol: row.protocol,
    ...measuresOf(row),
  }));
}

/** Look-ups of one service as its own side saw them: how many, and how many failed. */
export interface LookupTotal {
  readonly name: string;
  /** The name looked up, the instance that asked, or '' of the whole service. */
  readonly part: string;
  readonly requests: number;
  readonly errors: number;
}

export async function lookupTotals(
  client: ClickHouseClient,
  plan: Plan,
  kind: SubjectKind,
  limit = 50_000,
): Promise<LookupTotal[]> {
  const part = { service: `''`, endpoint: 'target', instance: 'instance' }[kind];
  return rowsOf<LookupTotal>(
    client,
    `SELECT /* look-ups by ${kind} */ service AS name, ${part} AS part, sum(count) AS requests, sum(errors) AS failed,
      failed AS errors
    FROM ${source(plan.total, ['service', 'target', 'instance', 'count', 'errors'], `side = 'client' AND protocol = 'dns'`)}
    GROUP BY name, part ORDER BY failed DESC, requests DESC, name, part LIMIT ${limit}`,
  );
}

/** An endpoint whose service or name contains the text asked for. */
export interface FoundEndpoint {
  readonly service: string;
  readonly protocol: string;
  readonly operation: string;
  readonly target: string;
  readonly statement: string;
  readonly requests: number;
}

/** Endpoints in whose name every word occurs, without regard to case; most requests first. */
export async function findEndpoints(
  client: ClickHouseClient,
  plan: Plan,
  words: readonly string[],
  limit = 20,
): Promise<FoundEndpoint[]> {
  const text = `concat(name, ' ', operation, ' ', target, ' ', statement)`;
  const all = words.map((_, i) => `positionCaseInsensitiveUTF8(${text}, {word${i}:String}) > 0`);
  return rowsOf<FoundEndpoint>(
    client,
    `SELECT /* endpoints found */ if(side = 'server', service, peer) AS name, name AS service, protocol, operation, target,
      statement,
      if(countIf(side = 'server') > 0, sumIf(count, side = 'server'), sum(count)) AS requests
    FROM ${source(plan.total, [...COLUMNS, 'count'])}
    WHERE name != '' AND ${all.join(' AND ') || '1'}
    GROUP BY name, protocol, operation, target, statement ORDER BY requests DESC, name LIMIT ${limit}`,
    Object.fromEntries(words.map((word, i) => [`word${i}`, word])),
  );
}
