import { type Dashboard, dashboard } from '@sonde/api';
import cache from './cache.json' with { type: 'json' };
import database from './database.json' with { type: 'json' };
import dns from './dns.json' with { type: 'json' };
import http from './http.json' with { type: 'json' };
import queue from './queue.json' with { type: 'json' };
import rpc from './rpc.json' with { type: 'json' };

const PREFIX = 'kind:';

export const isProvided = (id: string): boolean => id.startsWith(PREFIX);

/** One dashboard for each kind of service, by id. */
export const PROVIDED: ReadonlyMap<string, Dashboard> = new Map(
  [http, rpc, database, cache, queue, dns].map((each): [string, Dashboard] => [
    `${PREFIX}${each.kind}`,
    dashboard.parse(each),
  ]),
);
