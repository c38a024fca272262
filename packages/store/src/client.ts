import { AsyncLocalStorage } from 'node:async_hooks';
import { mkdirSync } from 'node:fs';
import { type ClickHouseClient, ClickHouseLogLevel, type ClickHouseSettings, createClient } from '@clickhouse/client';
import { createChdbConnection } from 'chdb/connection';

/** Where the tables are: a folder (ClickHouse embedded in this process) or the URL of a ClickHouse server. */
export type Location =
  | { readonly kind: 'embedded'; readonly path: string }
  | { readonly kind: 'server'; readonly url: string; readonly username?: string; readonly password?: string };

type EmbeddedConnection = NonNullable<NonNullable<Parameters<typeof createClient>[0]>['connection']>;

const SETTINGS = {
  async_insert: 0,
  insert_deduplicate: 1,
  deduplicate_blocks_in_dependent_materialized_views: 1,
  max_partitions_per_insert_block: '0',
  output_format_json_quote_64bit_integers: 0,
} as const satisfies ClickHouseSettings;

/** One connection. Statements on one embedded connection run one after the other; several connections run at once. */
export function connect(location: Location): ClickHouseClient {
  if (location.kind === 'server') {
    return createClient({
      url: location.url,
      ...(location.username === undefined ? {} : { username: location.username }),
      ...(location.password === undefined ? {} : { password: location.password }),
      clickhouse_settings: SETTINGS,
      // What fails is said by who asked; the client would say it once more, in another form than the log's.
      log: { level: ClickHouseLogLevel.OFF },
    });
  }
  mkdirSync(location.path, { recursive: true, mode: 0o700 });
  // The client declares a copy of the types that the connection takes from `@clickhouse/client-common`.
  const connection = createChdbConnection({ path: location.path }) as unknown as EmbeddedConnection;
  return createClient({ connection, clickhouse_settings: SETTINGS });
}

export type QueryParams = Readonly<Record<string, string | number | readonly string[]>>;

/** A query as it was sent: parameters stand in it as `{name:Type}`. */
export interface SentQuery {
  /** What it is for: the comment at its start, '' where it has none. */
  readonly name: string;
  readonly sql: string;
  readonly params: QueryParams;
}

const recording = new AsyncLocalStorage<SentQuery[]>();

/** Runs something and gives the queries it sent with its result. */
export async function recordQueries<T>(run: () => Promise<T>): Promise<{ result: T; queries: readonly SentQuery[] }> {
  const queries: SentQuery[] = [];
  return { result: await recording.run(queries, run), queries };
}

/** `SELECT /* name *\/ …` without its indentation. */
function sent(query: string, params: QueryParams): SentQuery {
  const lines = query.split('\n').map((line) => line.trim());
  return { name: /\/\* (.+?) \*\//.exec(query)?.[1] ?? '', sql: lines.join('\n'), params };
}

export async function rowsOf<T>(client: ClickHouseClient, query: string, params: QueryParams = {}): Promise<T[]> {
  recording.getStore()?.push(sent(query, params));
  const result = await client.query({ query, format: 'JSONEachRow', query_params: { ...params } });
  return result.json<T>();
}

const inFlight = new WeakMap<ClickHouseClient, Map<string, Promise<unknown[]>>>();

/** Lets clients of one store share the answers they wait for, see `sharedRowsOf`. */
export function shareAnswers(clients: readonly ClickHouseClient[]): void {
  const waiting = new Map<string, Promise<unknown[]>>();
  for (const client of clients) inFlight.set(client, waiting);
}

/**
 * As `rowsOf`, but the same query asked again before it was answered is sent once: panels of a dashboard ask for many
 * numbers of the same rows. Not for what must be seen right after it was written.
 */
export async function sharedRowsOf<T>(client: ClickHouseClient, query: string, params: QueryParams = {}): Promise<T[]> {
  const waiting = inFlight.get(client);
  if (waiting === undefined) return rowsOf<T>(client, query, params);
  const key = JSON.stringify([query, params]);
  const first = waiting.get(key);
  if (first !== undefined) {
    recording.getStore()?.push(sent(query, params));
    return first as Promise<T[]>;
  }
  const rows = rowsOf<T>(client, query, params).finally(() => waiting.delete(key));
  waiting.set(key, rows);
  return rows;
}

/** ClickHouse error numbers that say the statement or the data is at fault, so that repeating it cannot help. */
const PERMANENT = new Set([
  '6',
  '16',
  '26',
  '27',
  '36',
  '38',
  '41',
  '43',
  '47',
  '53',
  '60',
  '62',
  '69',
  '70',
  '72',
  '117',
]);

/** Both clients throw errors with `code` and `type`, of different classes. */
export function isPermanent(error: unknown): boolean {
  return error instanceof Error && 'type' in error && 'code' in error && PERMANENT.has(String(error.code));
}
