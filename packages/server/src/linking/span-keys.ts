import {
  type LinkMethod,
  numberOf,
  type SpanKeys,
  type SpanRole,
  type SpanWords,
  type TraceWords,
} from '@sonde/linker';
import { ATTR, HEALTH_PATH, HEALTH_SERVICE } from '@sonde/model';
import type { SpanRow } from '@sonde/store';

const ROLES: Record<SpanRow['kind'], SpanRole> = {
  server: 'server',
  consumer: 'server',
  client: 'client',
  producer: 'client',
  internal: 'inner',
  unspecified: 'inner',
};

const word = (hex: string, at: number) => Number.parseInt(hex.slice(at, at + 8), 16);
const NO_SPAN: SpanWords = [0, 0];
const SPAN_ID = /^[0-9a-f]{16}$/;
const TRACE_ID = /^[0-9a-f]{32}$/;

/** Words of an id as hex digits. */
export const hexOf = (words: readonly number[]) => words.map((word) => word.toString(16).padStart(8, '0')).join('');

const spanWords = (hex: string): SpanWords => (SPAN_ID.test(hex) ? [word(hex, 0), word(hex, 8)] : NO_SPAN);
/** A trace id of 32 hex digits. */
export const traceWords = (hex: string): TraceWords => [word(hex, 0), word(hex, 8), word(hex, 16), word(hex, 24)];

/** Whether a kernel saw the span at a socket: only then it has a connection. */
export function isOfKernel({ attributes }: SpanRow): boolean {
  return attributes[ATTR.connection] !== undefined;
}

/** How the parent a span names itself was found, and how sure that is. */
export function ownLinkOf(row: SpanRow): { method: LinkMethod; confidence: number } {
  if (!isOfKernel(row)) return { method: 'application', confidence: 1 };
  if (ROLES[row.kind] !== 'client') return { method: 'sequence', confidence: 1 };
  const confidence = Number(row.attributes[ATTR.linkConfidence]);
  const isKnown = confidence >= 0 && confidence <= 1;
  return { method: row.attributes[ATTR.linkMethod] ?? 'unknown', confidence: isKnown ? confidence : 1 };
}

/**
 * Whether a request belongs to the trace whose context it carries: tunnels, in which anything may follow, and health
 * checks, which come for ever, do not.
 */
export function followsContext({ attributes }: SpanRow): boolean {
  if (attributes[ATTR.httpMethod] === 'CONNECT' || attributes[ATTR.rpcService] === HEALTH_SERVICE) return false;
  return !HEALTH_PATH.test(attributes[ATTR.urlPath] ?? attributes[ATTR.httpRoute] ?? '');
}

/** Small numbers for large ones, from 1 on; 0 stays 0, and so become all past the limit. */
export class SmallNumbers {
  readonly #known = new Map<number, number>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  of(large: number): number {
    if (large === 0) return 0;
    const known = this.#known.get(large);
    if (known !== undefined) return known;
    if (this.#known.size >= this.#limit) return 0;
    this.#known.set(large, this.#known.size + 1);
    return this.#known.size;
  }
}

/**
 * Half of the network key, where the request has a place in a connection. Two requests that begin at one offset have the
 * same, which the linker takes for none.
 */
function halfKeyOf({ kind, attributes }: SpanRow): SpanWords | undefined {
  const { [ATTR.connection]: connection, [ATTR.clientPort]: port, [ATTR.requestOffset]: offset } = attributes;
  if (connection === undefined || port === undefined || offset === undefined) return undefined;
  if (ROLES[kind] === 'inner' || !SPAN_ID.test(connection)) return undefined;
  return [word(connection, 0), numberOf(`${port} ${offset}`)];
}

/** The keys of a span. Its host is a number of its name, the same at every server. */
export function spanKeysOf(row: SpanRow): SpanKeys {
  const context = row.attributes[ATTR.contextTrace] ?? '';
  const halfKey = halfKeyOf(row);
  return {
    id: spanWords(row.spanId),
    parent: spanWords(row.parentSpanId),
    trace: traceWords(row.traceId),
    start: Number(row.start / 1000n) + Number(row.start % 1000n) / 1000,
    duration: row.duration / 1000,
    source: isOfKernel(row) ? 'kernel' : 'application',
    role: ROLES[row.kind],
    host: numberOf(row.host),
    ...ownLinkOf(row),
    ...(halfKey === undefined ? {} : { halfKey }),
    ...(TRACE_ID.test(context) && followsContext(row)
      ? { context: { trace: traceWords(context), span: spanWords(row.attributes[ATTR.contextSpan] ?? '') } }
      : {}),
  };
}
