import { ATTR, type EpochNanoseconds, type Nanoseconds } from '@sonde/model';
import type { TracesData } from '@sonde/otlp';
import type { SpanRow } from '@sonde/store';

/** A span of a story, told in milliseconds after its start. Kernel spans are those with a `trace` of their own. */
export interface ToldSpan {
  readonly id: string;
  readonly parent?: string;
  readonly kind: SpanRow['kind'];
  readonly at: number;
  readonly ms: number;
  /** Service, and host of the same name. */
  readonly on: string;
  /** Number of the trace id a kernel span came with. */
  readonly trace?: number;
  /** The application's span that the request's header names. */
  readonly context?: string;
}

export const SDK_TRACE = 'cc000000000000000000000000000001';

const DIGITS = 16;

/** A name of a span, up to seven letters, as its id. */
export const idOf = (name: string) => Buffer.from(name).toString('hex').padStart(DIGITS, '0');
export const nameOf = (id: string) => Buffer.from(id.replace(/^0+/, ''), 'hex').toString();

/** How the kernel linked a call to its request. */
export const SCOPE = { [ATTR.linkMethod]: 'scope-both', [ATTR.linkConfidence]: '0.99' };

export function rowOf(told: ToldSpan, start: number): SpanRow {
  const { id, parent, kind, at, ms, on, trace, context } = told;
  const isOfKernel = trace !== undefined;
  return {
    start: (BigInt(start + at) * 1_000_000n) as EpochNanoseconds,
    duration: (ms * 1e6) as Nanoseconds,
    traceId: isOfKernel ? `aa${trace.toString(16).padStart(30, '0')}` : SDK_TRACE,
    spanId: idOf(id),
    parentSpanId: parent === undefined ? '' : idOf(parent),
    service: on,
    instance: isOfKernel ? `${on}:1` : on,
    host: on,
    kind,
    name: id,
    status: 'unset',
    statusMessage: '',
    attributes: {
      ...(isOfKernel ? { [ATTR.connection]: '00000000000000aa' } : {}),
      ...(isOfKernel && kind === 'client' && parent !== undefined ? SCOPE : {}),
      ...(context === undefined ? {} : { [ATTR.contextTrace]: SDK_TRACE, [ATTR.contextSpan]: idOf(context) }),
    },
    links: '',
    events: '',
  };
}

/**
 * A browser without anything calls a shop, whose SDK begins a trace and calls a cart through a proxy that passes the
 * header on; the cart's SDK goes on, and asks a database that has none.
 */
export const STORY: readonly ToldSpan[] = [
  { id: 'shop-in', kind: 'server', at: 0, ms: 100, on: 'shop', trace: 1 },
  { id: 'Shop', kind: 'server', at: 1, ms: 98, on: 'shop' },
  { id: 'Fetch', parent: 'Shop', kind: 'client', at: 10, ms: 80, on: 'shop' },
  { id: 'shop-to', parent: 'shop-in', kind: 'client', at: 11, ms: 78, on: 'shop', trace: 1, context: 'Fetch' },
  { id: 'prox-in', parent: 'shop-to', kind: 'server', at: 12, ms: 76, on: 'proxy', trace: 2, context: 'Fetch' },
  { id: 'prox-to', kind: 'client', at: 13, ms: 74, on: 'proxy', trace: 3, context: 'Fetch' },
  { id: 'cart-in', parent: 'prox-to', kind: 'server', at: 14, ms: 72, on: 'cart', trace: 3, context: 'Fetch' },
  { id: 'Cart', parent: 'Fetch', kind: 'server', at: 15, ms: 70, on: 'cart' },
  { id: 'Load', parent: 'Cart', kind: 'internal', at: 16, ms: 60, on: 'cart' },
  { id: 'Query', parent: 'Load', kind: 'client', at: 20, ms: 50, on: 'cart' },
  { id: 'cart-to', parent: 'cart-in', kind: 'client', at: 21, ms: 48, on: 'cart', trace: 3, context: 'Query' },
  { id: 'db-in', parent: 'cart-to', kind: 'server', at: 22, ms: 46, on: 'db', trace: 3, context: 'Query' },
];

/** Parent of each span of the story and why. */
export const TREE: Readonly<Record<string, readonly [string, string | undefined]>> = {
  'shop-in': ['', undefined],
  Shop: ['shop-in', 'scope-both'],
  Fetch: ['Shop', 'application'],
  'shop-to': ['Fetch', 'context'],
  'prox-in': ['shop-to', 'sequence'],
  'prox-to': ['prox-in', 'header'],
  'cart-in': ['prox-to', 'sequence'],
  Cart: ['cart-in', 'context'],
  Load: ['Cart', 'application'],
  Query: ['Load', 'application'],
  'cart-to': ['Query', 'context'],
  'db-in': ['cart-to', 'sequence'],
};

/** An id of another trace of the same form: `salt` is its first byte. */
export const salted = (id: string, salt: number) => (id === '' ? '' : salt.toString(16).padStart(2, '0') + id.slice(2));

export function dataOf(rows: readonly SpanRow[], salt: number): TracesData {
  const resourceSpans = rows.map((row) => {
    const context = row.attributes[ATTR.contextSpan];
    const attributes = {
      ...row.attributes,
      ...(context === undefined
        ? {}
        : { [ATTR.contextTrace]: salted(SDK_TRACE, salt), [ATTR.contextSpan]: salted(context, salt) }),
    };
    const span = {
      traceId: salted(row.traceId, salt + (row.traceId === SDK_TRACE ? 0 : 0x80)),
      spanId: salted(row.spanId, salt),
      parentSpanId: salted(row.parentSpanId, salt),
      traceState: '',
      name: row.name,
      spanKind: row.kind,
      startTimeUnixNano: row.start,
      endTimeUnixNano: row.start + BigInt(row.duration),
      attributes,
      status: row.status,
      statusMessage: row.statusMessage,
      links: row.links === '' ? [] : JSON.parse(row.links),
      events: [],
    };
    const resource = {
      [ATTR.serviceName]: row.service,
      [ATTR.hostName]: row.host,
      [ATTR.serviceInstanceId]: row.instance,
    };
    const scopeSpans = [{ scope: { name: 'test', version: '' }, spans: [span] }];
    return { resource: { attributes: resource }, scopeSpans };
  });
  return { kind: 'traces', resourceSpans };
}
