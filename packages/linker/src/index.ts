export { ClockOffsets } from './clock-offsets.ts';
export type { LinkKeys, LinkMethod, SpanKeys, SpanRole, SpanWords } from './keys.ts';
export { LINKER_LIMITS, type LinkerLimits } from './limits.ts';
export { type Changes, Linker, type SpanLink, type TraceAlias } from './linker.ts';
export { numberOf } from './shards/identifiers.ts';
export { BadBatch, type Home, SHARD_LIMITS, Shard, type ShardCounts, type ShardLimits } from './shards/shard.ts';
export type { SpanRecord, SpanSummary } from './shards/span-record.ts';
export type { TraceWords } from './trace-sets.ts';
