import type { ClickHouseClient } from '@clickhouse/client';
import type { Side } from '@sonde/model';
import { rowsOf } from '../client.ts';
import type { Plan } from '../resolution.ts';
import { source, stepNumber } from './source.ts';
import { OTHER_END_IS_NAMED } from './view.ts';

/** Failures of one kind at one endpoint, as one side saw them. */
export interface ErrorTotal {
  /** The service that was asked, or its address where nobody could name it. */
  readonly name: string;
  readonly side: Side;
  readonly protocol: string;
  readonly operation: string;
  readonly target: string;
  readonly statement: string;
  readonly status: string;
  readonly error: string;
  readonly requests: number;
  /** Of `requests`, how many count as errors; the rest are answers that say the caller was at fault (4xx). */
  readonly errors: number;
  /** Start of the first and of the last row, seconds since the epoch. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** Who asked and who was to answer, at most 20 each. */
  readonly callers: readonly string[];
  readonly servers: readonly string[];
  /** How many there are of both. */
  readonly callerCount: number;
  readonly serverCount: number;
  /** Step number and requests in it. */
  readonly steps: readonly number[];
  readonly counts: readonly number[];
}

const SERVED = `if(side = 'server', service, if(peer = '', peer_address, peer))`;

const KEY = ['side', 'protocol', 'operation', 'target', 'statement', 'status', 'error'];

const COLUMNS = ['time', 'service', 'instance', 'peer', 'peer_address', 'count', 'errors', ...KEY];

/** Rows that say something failed: errors, and HTTP answers of class 4xx. */
const FAILED = `errors > 0 OR (protocol IN ('http', 'http2') AND startsWith(status, '4'))`;

/** Errors of all services, or those that the one named served or met when it called others. */
export async function errorTotals(
  client: ClickHouseClient,
  plan: Plan,
  limit: number,
  service?: string,
): Promise<ErrorTotal[]> {
  const of = service === undefined ? '1' : `service = {name:String} OR ${OTHER_END_IS_NAMED}`;
  return rowsOf<ErrorTotal>(
    client,
    `SELECT /* errors */ ${SERVED} AS name, ${KEY.join(', ')}, sum(count) AS requests, sum(errors) AS failed,
      failed AS errors, toUnixTimestamp(min(time)) AS firstSeen, toUnixTimestamp(max(time)) AS lastSeen,
      arraySort(groupUniqArrayIf(20)(caller, caller != '')) AS callers,
      arraySort(groupUniqArrayIf(20)(server, server != '')) AS servers,
      uniqIf(caller, caller != '') AS callerCount, uniqIf(server, server != '') AS serverCount,
      mapKeys(sumMap(map(number, count)) AS by_step) AS steps, mapValues(by_step) AS counts
    FROM (
      SELECT *, if(side = 'server', if(peer = '', peer_address, peer), service) AS caller,
        if(side = 'server', instance, peer_address) AS server, ${stepNumber(plan.from, plan.step)} AS number
      FROM ${source(plan.series, COLUMNS, `(${of}) AND (${FAILED})`)}
    )
    WHERE name != ''
    GROUP BY name, ${KEY.join(', ')} ORDER BY requests DESC, name, ${KEY.join(', ')} LIMIT ${limit}`,
    service === undefined ? {} : { name: service },
  );
}
