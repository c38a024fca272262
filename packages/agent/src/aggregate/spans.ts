import { randomBytes } from 'node:crypto';
import { ATTR } from '@sonde/model';
import type { AttributeValue, ResourceSpans, Span, TracesData } from '@sonde/otlp';
import { type Call, SAMPLED, symbols, transient } from '@sonde/protocols';
import { hex64 } from '../capture/address.ts';
import type { Connection } from '../capture/connections.ts';
import type { IdentityNames } from '../capture/identities.ts';
import { type Link, MENTION, PARENT } from '../link/link.ts';
import type { Links } from '../link/links.ts';
import { exchangeAttributes, resourceAttributes } from './attributes.ts';
import { type RequestKey, requestKey } from './request-key.ts';
import type { SeriesKey } from './series.ts';

const SCOPE = { name: 'sonde', version: '0.1.0' };

/** Spans of one process or pod in this interval, and how many more it may have. */
interface Bucket {
  tokens: number;
  /** Monotonic nanoseconds of the last refill. */
  refilled: number;
  drafts: Draft[];
}

/** A span whose place in its trace is still to be found. */
interface Draft {
  readonly span: Omit<Span, 'traceId' | 'parentSpanId' | 'links'>;
  readonly attributes: Record<string, AttributeValue>;
  readonly isClient: boolean;
  readonly datagrams: boolean;
  readonly clientStart: number;
  readonly serverStart: number;
  readonly offset: number;
  readonly own: RequestKey;
  /** Monotonic nanoseconds. */
  readonly ended: number;
}

/** A span waits so much longer where it is a task's, and the request that the task works on is not answered yet. */
const PATIENCE = 8e9;

/** Steps from a call to the root of its trace. */
const MAX_DEPTH = 64;

/** Keeps exchanges as spans, at most `perSecond` a second for each service. Metrics know of all of them. */
export class SpanSampler {
  /** Exchanges not kept, since the start. */
  left = 0;
  /** Monotonic to epoch, in nanoseconds. */
  clockOffset = 0n;
  readonly #identities: IdentityNames;
  readonly #links: Links | null;
  readonly #perSecond: number;
  readonly #buckets: Bucket[] = [];

  /** @param links `null`: each span is a trace of its own, whatever its connection looks like */
  constructor(identities: IdentityNames, links: Links | null, perSecond: number) {
    this.#identities = identities;
    this.#links = links;
    this.#perSecond = perSecond;
  }

  offer(key: SeriesKey, call: Call, connection: Connection, duration: number): void {
    const time = call.requestFirst + duration;
    const bucket = (this.#buckets[key.identity] ??= { tokens: this.#perSecond, refilled: time, drafts: [] });
    if (bucket.tokens < 1) {
      const earned = ((time - bucket.refilled) / 1e9) * this.#perSecond;
      if (earned < 1) {
        this.left++;
        return;
      }
      bucket.tokens = Math.min(this.#perSecond, bucket.tokens + earned);
      bucket.refilled = time;
    }
    bucket.tokens--;
    bucket.drafts.push(this.#draft(key, call, connection, duration, time));
  }

  /** Hands over the spans that ended before `until` (monotonic): the others may still get a parent. */
  take(until = Number.POSITIVE_INFINITY): TracesData {
    const resourceSpans: ResourceSpans[] = [];
    this.#links?.review(until);
    for (const [identity, bucket] of this.#buckets.entries()) {
      if (bucket === undefined || bucket.drafts.length === 0) continue;
      const spans: Span[] = [];
      const waiting: Draft[] = [];
      for (const draft of bucket.drafts) {
        if (draft.ended < until && !this.#isAwaited(draft, until - PATIENCE)) spans.push(this.#placed(draft));
        else waiting.push(draft);
      }
      bucket.drafts = waiting;
      if (spans.length === 0) continue;
      const resource = { attributes: resourceAttributes(this.#identities.get(identity)) };
      resourceSpans.push({ resource, scopeSpans: [{ scope: SCOPE, spans }] });
    }
    return { kind: 'traces', resourceSpans };
  }

  /** Whether it may still get a parent, or its ancestors one, which would be another trace. */
  #isAwaited({ clientStart, serverStart, offset, ended }: Draft, patience: number): boolean {
    const links = this.#links;
    if (links === null || !links.mayWait || ended < patience) return false;
    let link: Pick<Link, 'clientStart' | 'serverStart' | 'offset'> | null = { clientStart, serverStart, offset };
    for (let depth = 0; depth < MAX_DEPTH && link !== null; depth++) {
      if (links.isAwaited(link.clientStart, link.serverStart, link.offset)) return true;
      link = links.parentOf(link.clientStart, link.serverStart, link.offset);
    }
    return false;
  }

  #placed({ span, attributes, isClient, datagrams, clientStart, serverStart, offset, own }: Draft): Span {
    const links = this.#links;
    if (links === null) {
      const [traceId, spanId] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')];
      return { ...span, traceId, spanId, parentSpanId: '', links: [] };
    }
    const link = links.parentOf(clientStart, serverStart, offset);
    const isLinked = link !== null && link.confidence >= PARENT;
    const traceId = isLinked ? traceOf(links, link) : own.trace;
    if (!isClient) return { ...span, traceId, parentSpanId: datagrams ? '' : own.client, links: [] };
    if (link === null || link.confidence < MENTION) return { ...span, traceId, parentSpanId: '', links: [] };
    const evidence = { [ATTR.linkMethod]: link.method, [ATTR.linkConfidence]: link.confidence };
    const { server } = requestKey(link.clientStart, link.serverStart, link.offset, link.id);
    if (isLinked) {
      Object.assign(attributes, evidence);
      return { ...span, traceId, parentSpanId: server, links: [] };
    }
    const perhaps = { traceId: traceOf(links, link), spanId: server, attributes: evidence };
    return { ...span, traceId, parentSpanId: '', links: [perhaps] };
  }

  #draft(key: SeriesKey, call: Call, connection: Connection, duration: number, ended: number): Draft {
    const { clientStart, serverStart, datagrams, ends } = connection;
    const { requestOffset: offset } = call;
    const own = requestKey(clientStart, serverStart, offset, call.id);
    const attributes: Record<string, AttributeValue> = {
      ...exchangeAttributes(key),
      [ATTR.connection]: hex64(clientStart, serverStart),
      [ATTR.requestOffset]: offset,
      [ATTR.requestBytes]: call.requestBytes,
      [ATTR.responseBytes]: call.responseBytes,
      [ATTR.queueWait]: call.queueWait / 1e9,
      [ATTR.complete]: call.complete,
    };
    const clientPort = datagrams || call.reversed ? 0 : (ends[key.side]?.clientPort ?? 0);
    if (clientPort !== 0) attributes[ATTR.clientPort] = clientPort;
    // Only a capture knows no process.
    if (this.#identities.get(key.identity).pid === 0) attributes[ATTR.observed] = 'network';
    const [contextTrace, contextSpan] = [transient.text(call.contextTrace), transient.text(call.contextSpan)];
    if (contextTrace !== '' && contextSpan !== '') {
      attributes[ATTR.contextTrace] = contextTrace;
      attributes[ATTR.contextSpan] = contextSpan;
      if (call.contextSampled !== SAMPLED.unknown)
        attributes[ATTR.contextSampled] = call.contextSampled === SAMPLED.kept;
    }
    const path = transient.text(call.raw);
    if (path !== '') attributes[ATTR.urlPath] = path;
    const start = BigInt(Math.round(call.requestFirst)) + this.clockOffset;
    const name = [symbols.text(key.operation), symbols.text(key.target)].filter(Boolean).join(' ');
    const isClient = key.side === 0;
    const span = {
      spanId: isClient ? own.client : own.server,
      traceState: '',
      name: name || 'exchange',
      spanKind: isClient ? 'client' : 'server',
      startTimeUnixNano: BigInt.asUintN(64, start),
      endTimeUnixNano: BigInt.asUintN(64, start + BigInt(Math.round(duration))),
      attributes,
      status: key.error === 0 ? 'unset' : 'error',
      statusMessage: symbols.text(call.errorText),
      events: [],
    } as const;
    return { span, attributes, isClient, datagrams, clientStart, serverStart, offset, own, ended };
  }
}

/** The id of the trace whose root is reached from a linked request, as far as this host saw it. */
function traceOf(links: Links, request: Link): string {
  let root = request;
  for (let depth = 1; depth < MAX_DEPTH; depth++) {
    const link = links.parentOf(root.clientStart, root.serverStart, root.offset);
    if (link === null || link.confidence < PARENT) break;
    root = link;
  }
  return requestKey(root.clientStart, root.serverStart, root.offset, root.id).trace;
}
