import { Linker, Shard, type SpanRecord } from '@sonde/linker';
import type { Arrival } from './spans.ts';

const SHARDS = 3;
/** How often messages are carried, of the clock the shards are told, in ms. */
const TICK = 20;
const SUMMARY = { service: 1, endpoint: 1, hasError: false, rule: null, application: null, verdict: null } as const;

/** The same spans through three shards, each span received by any of them: the work of all of them on one core. */
export function measureShards(arrivals: readonly Arrival[]) {
  const names = Array.from({ length: SHARDS }, (_, i) => `http://shard-${i}:4318`);
  const linkers = names.map(() => new Linker());
  const shards = names.map(
    (_, self) =>
      new Shard(self, names, {
        take: (record: SpanRecord, now: number) => linkers[self].span(record.keys, now),
        leave: (record: SpanRecord) => ({ ...record, keys: linkers[self].decided(record.keys) }),
      }),
  );
  let bytes = 0;
  const advance = (now: number) => {
    for (const from of shards) {
      for (const [to, shard] of shards.entries()) {
        for (let batch = from.messages(to); batch !== null; batch = from.messages(to)) {
          bytes += batch.length;
          shard.receive(batch, now);
        }
      }
    }
    for (const [i, shard] of shards.entries()) {
      shard.advance(now);
      linkers[i].advance(now);
    }
  };
  const before = process.cpuUsage();
  let next = 0;
  let most = { records: 0, bytes: 0 };
  for (const [i, { at, keys }] of arrivals.entries()) {
    for (; at >= next; next += TICK) advance(next);
    shards[i % SHARDS].span({ keys, summary: SUMMARY }, at);
    if (i % 1000 === 0 && shards[0].size.records > most.records) most = shards[0].size;
  }
  for (const end = next + 10_000; next < end; next += TICK) advance(next);
  const { user, system } = process.cpuUsage(before);
  const total = (of: (shard: Shard) => number) => shards.reduce((sum, shard) => sum + of(shard), 0);
  return {
    shards: SHARDS,
    spans: arrivals.length,
    spansPerCpuSecond: Math.round(arrivals.length / ((user + system) / 1e6)),
    messagesPerSpan: Number((total(({ counts }) => counts.sent) / arrivals.length).toFixed(2)),
    bytesSentPerSpan: Math.round(bytes / arrivals.length),
    bytesPerRecord: Math.round(most.bytes / most.records),
    moved: total(({ counts }) => counts.moved),
    lost: total(({ counts }) => counts.lost),
    joined: linkers.reduce((sum, { counts }) => sum + counts.joined, 0),
  };
}
