import type { Migration } from './migration.ts';
import { rollUp, type Shape, table } from './roll-up.ts';

const ENDPOINTS: Shape = {
  columns: `
    name LowCardinality(String),
    side Enum8('server' = 1, 'client' = 2),
    protocol LowCardinality(String),
    operation LowCardinality(String),
    target LowCardinality(String),
    statement String CODEC(ZSTD(1)),
    status LowCardinality(String),
    error LowCardinality(String),`,
  key: 'name, side, protocol, operation, target, statement, status, error',
  run: 'name, side',
  fromRequests: `if(side = 'server', service, if(peer = '', peer_address, peer)) AS name, side, protocol, operation,
    target, statement, status, error`,
  where: `name != ''`,
};

const CALLS: Shape = {
  columns: `
    service LowCardinality(String),
    side Enum8('server' = 1, 'client' = 2),
    protocol LowCardinality(String),
    peer LowCardinality(String),
    peer_address LowCardinality(String),
    failed UInt8,`,
  key: 'service, side, protocol, peer, peer_address, failed',
  run: 'service, side',
  fromRequests: `service, side, protocol, peer, if(peer = '', requests.peer_address, '') AS peer_address,
    requests.errors > 0 AS failed`,
  where: '1',
};

/**
 * Sums for pages and maps: by the endpoints of a service, and by pair of ends, each without the rest of a series. Rows that
 * have `failed` are errors all of them, so that the durations of errors stay apart. Those by service are made by number 12.
 */
export const rollUps: Migration = {
  id: 11,
  name: 'roll-ups',
  statements: [
    table('endpoints_1m', ENDPOINTS, 86_400, 'toStartOfFifteenMinutes'),
    table('endpoints_1h', ENDPOINTS, 2_592_000, 'toStartOfDay'),
    table('endpoints_1d', ENDPOINTS, 31_536_000, 'toStartOfMonth'),
    table('calls_1h', CALLS, 2_592_000, 'toStartOfDay'),
    table('calls_1d', CALLS, 31_536_000, 'toStartOfMonth'),
    ...rollUp('endpoints_1m', ENDPOINTS, 60, 'requests_10s', 'requests_1m'),
    ...rollUp('endpoints_1h', ENDPOINTS, 3600, 'endpoints_1m', 'requests_1h'),
    ...rollUp('endpoints_1d', ENDPOINTS, 86_400, 'endpoints_1h', 'endpoints_1h'),
    ...rollUp('calls_1h', CALLS, 3600, 'requests_10s', 'requests_1h'),
    ...rollUp('calls_1d', CALLS, 86_400, 'calls_1h', 'calls_1h'),
  ],
};
