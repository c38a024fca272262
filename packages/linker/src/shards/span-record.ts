import type { SpanKeys, SpanRole } from '../keys.ts';

/** What tail sampling must know of a span. */
export interface SpanSummary {
  /** Numbers of its service, and of its service and name. */
  readonly service: number;
  readonly endpoint: number;
  readonly hasError: boolean;
  /** What an attribute of the span says of its trace. */
  readonly rule: 'always' | 'never' | null;
  /** What the application that began the trace decided, where its context tells. */
  readonly application: 'keep' | 'drop' | null;
  /** What was decided of the trace before the record moved to another shard. */
  readonly verdict: 'kept' | 'dropped' | null;
}

/** All that linking and sampling need of a span: what travels between shards in its place. */
export interface SpanRecord {
  readonly keys: SpanKeys;
  readonly summary: SpanSummary;
}

export const RECORD_BYTES = 112;

const HALF_KEY_AT = 84;
const METHOD_AT = 92;
const METHOD_BYTES = RECORD_BYTES - METHOD_AT;
const UNIT = 10_000;

const ROLES: readonly SpanRole[] = ['inner', 'client', 'server'];
const RULES = [null, 'always', 'never'] as const;
const DECISIONS = [null, 'keep', 'drop'] as const;
const VERDICTS = [null, 'kept', 'dropped'] as const;
const [KERNEL, ERROR, CONTEXT, DECIDED] = [1 << 8, 1 << 9, 1 << 10, 1 << 11];
const HALF_KEY = 1 << 12;

/** Writes a record into the `RECORD_BYTES` at `at`. Methods longer than 20 bytes, or not ASCII, become `other`. */
export function writeRecord(view: DataView, at: number, { keys, summary }: SpanRecord): void {
  const words = [...keys.id, ...keys.parent, ...keys.trace, ...(keys.context?.trace ?? NO_TRACE)];
  words.push(...(keys.context?.span ?? NO_SPAN), keys.host, summary.service, summary.endpoint);
  for (let i = 0; i < words.length; i++) view.setUint32(at + i * 4, words[i]);
  view.setFloat64(at + 68, keys.start);
  view.setFloat32(at + 76, keys.duration);
  view.setUint16(at + 80, Math.round(keys.confidence * UNIT));
  view.setUint16(at + 82, flagsOf(keys, summary));
  for (const [i, word] of (keys.halfKey ?? NO_SPAN).entries()) view.setUint32(at + HALF_KEY_AT + i * 4, word);
  const method = METHOD.test(keys.method) ? keys.method : 'other';
  for (let i = 0; i < METHOD_BYTES; i++) view.setUint8(at + METHOD_AT + i, method.charCodeAt(i) || 0);
}

const NO_SPAN = [0, 0] as const;
const NO_TRACE = [0, 0, 0, 0] as const;
const METHOD = /^[\x20-\x7e]{1,20}$/;

function flagsOf(keys: SpanKeys, summary: SpanSummary): number {
  const fields =
    ROLES.indexOf(keys.role) |
    (RULES.indexOf(summary.rule) << 2) |
    (DECISIONS.indexOf(summary.application) << 4) |
    (VERDICTS.indexOf(summary.verdict) << 6);
  const isKernel = keys.source === 'kernel' ? KERNEL : 0;
  const hasContext = keys.context === undefined ? 0 : CONTEXT;
  const hasHalfKey = keys.halfKey === undefined ? 0 : HALF_KEY;
  return fields | isKernel | hasContext | hasHalfKey | (summary.hasError ? ERROR : 0) | (keys.isDecided ? DECIDED : 0);
}

/** Whether the `RECORD_BYTES` at `at` are a record. */
export function isRecord(view: DataView, at: number): boolean {
  const flags = view.getUint16(at + 82);
  const [start, duration] = [view.getFloat64(at + 68), view.getFloat32(at + 76)];
  for (let shift = 0; shift < 8; shift += 2) if (((flags >> shift) & 3) === 3) return false;
  return (
    view.getUint16(at + 80) <= UNIT && Number.isFinite(start) && duration >= 0 && duration < Number.POSITIVE_INFINITY
  );
}

/** The record at `at`. */
export function readRecord(view: DataView, at: number): SpanRecord {
  const word = (i: number) => view.getUint32(at + i * 4);
  const flags = view.getUint16(at + 82);
  let method = '';
  for (let i = METHOD_AT; i < RECORD_BYTES && view.getUint8(at + i) !== 0; i++)
    method += String.fromCharCode(view.getUint8(at + i));
  const keys: SpanKeys = {
    id: [word(0), word(1)],
    parent: [word(2), word(3)],
    trace: [word(4), word(5), word(6), word(7)],
    start: view.getFloat64(at + 68),
    duration: view.getFloat32(at + 76),
    source: (flags & KERNEL) !== 0 ? 'kernel' : 'application',
    role: ROLES[flags & 3],
    host: word(14),
    method,
    confidence: view.getUint16(at + 80) / UNIT,
    ...((flags & DECIDED) === 0 ? {} : { isDecided: true }),
    ...((flags & HALF_KEY) === 0
      ? {}
      : { halfKey: [view.getUint32(at + HALF_KEY_AT), view.getUint32(at + HALF_KEY_AT + 4)] }),
    ...((flags & CONTEXT) === 0
      ? {}
      : { context: { trace: [word(8), word(9), word(10), word(11)], span: [word(12), word(13)] } }),
  };
  const hasError = (flags & ERROR) !== 0;
  const [rule, application, verdict] = [
    RULES[(flags >> 2) & 3],
    DECISIONS[(flags >> 4) & 3],
    VERDICTS[(flags >> 6) & 3],
  ];
  return { keys, summary: { service: word(15), endpoint: word(16), hasError, rule, application, verdict } };
}
