import type { ClickHouseClient } from '@clickhouse/client';
import { rowsOf } from '../client.ts';

/** Rounds after which the search for more names of a trace ends: two are enough unless traces were united meanwhile. */
const MAX_ROUNDS = 6;
const MAX_IDS = 50_000;

const HEX = (uuid: string) => `lower(replaceAll(toString(${uuid}), '-', ''))`;

/**
 * All ids that name the same traces as the ids given, each with the name of its trace: the id an application chose, or
 * that of the earliest span. An id the linker never united with another names itself.
 */
export async function traceNames(
  client: ClickHouseClient,
  traceIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = new Map<string, { traceId: string; name: string; time: number }>();
  const known = new Set(traceIds);
  let fresh = [...known];
  for (let round = 0; round < MAX_ROUNDS && fresh.length > 0 && known.size < MAX_IDS; round++) {
    const found = await rowsOf<{ traceId: string; name: string; time: number }>(
      client,
      `SELECT /* ids of the trace */ ${HEX('a.trace_id')} AS traceId, ${HEX('a.name')} AS name, toUnixTimestamp(max(a.time)) AS time
      FROM trace_aliases AS a WHERE a.trace_id IN {ids:Array(UUID)} OR a.name IN {ids:Array(UUID)}
      GROUP BY a.trace_id, a.name LIMIT {limit:UInt32}`,
      { ids: fresh, limit: MAX_IDS },
    );
    for (const row of found) rows.set(`${row.traceId} ${row.name}`, row);
    const ids = new Set(found.flatMap(({ traceId, name }) => [traceId, name]));
    fresh = [...ids].filter((id) => !known.has(id));
    for (const id of fresh) known.add(id);
  }
  return namesOf(known, [...rows.values()]);
}

/** Sets of ids by the rows between them; a set is named by what most rows, and of as many the latest, call it. */
function namesOf(
  ids: ReadonlySet<string>,
  rows: readonly { readonly traceId: string; readonly name: string; readonly time: number }[],
): ReadonlyMap<string, string> {
  const set = new Map<string, string[]>([...ids].map((id) => [id, [id]]));
  for (const { traceId, name } of rows) {
    const [a, b] = [set.get(traceId)!, set.get(name)!];
    if (a === b) continue;
    const [into, from] = a.length < b.length ? [b, a] : [a, b];
    into.push(...from);
    for (const id of from) set.set(id, into);
  }
  const votes = new Map<string, { count: number; time: number }>();
  for (const { name, time } of rows) {
    const vote = votes.get(name) ?? { count: 0, time: 0 };
    votes.set(name, { count: vote.count + 1, time: Math.max(vote.time, time) });
  }
  const renamed = new Set(rows.map(({ traceId }) => traceId));
  const names = new Map<string, string>();
  for (const members of new Set(set.values())) {
    const lasting = members.filter((id) => !renamed.has(id));
    const [name] = (lasting.length > 0 ? lasting : members).toSorted((a, b) => {
      const [x, y] = [votes.get(a), votes.get(b)];
      return (y?.count ?? 0) - (x?.count ?? 0) || (y?.time ?? 0) - (x?.time ?? 0) || (a < b ? -1 : 1);
    });
    for (const id of members) names.set(id, name);
  }
  return names;
}
