import { ATTR } from '@sonde/model';
import type { AttributeValue, ResourceSpans, Span, TracesData } from '@sonde/otlp';
import { type Call, symbols, transient } from '@sonde/protocols';
import { hex64 } from '../capture/address.ts';
import type { Connection } from '../capture/connections.ts';
import type { IdentityNames } from '../capture/identities.ts';
import { exchangeAttributes, resourceAttributes } from './attributes.ts';
import { requestKey } from './request-key.ts';
import type { SeriesKey } from './series.ts';

const SCOPE = { name: 'sonde', version: '0.1.0' };

/** Spans of one process or pod in this interval, and how many more it may have. */
interface Bucket {
  tokens: number;
  /** Monotonic nanoseconds of the last refill. */
  refilled: number;
  spans: Span[];
}

/**
 * Keeps some exchanges as spans: failed ones first come first served like all others, at most `perSecond` a second for
 * each service. Metrics know of all of them.
 */
export class SpanSampler {
  /** Exchanges not kept, since the start. */
  left = 0;
  /** Monotonic to epoch, in nanoseconds. */
  clockOffset = 0n;
  readonly #identities: IdentityNames;
  readonly #perSecond: number;
  readonly #buckets: Bucket[] = [];

  constructor(identities: IdentityNames, perSecond: number) {
    this.#identities = identities;
    this.#perSecond = perSecond;
  }

  offer(key: SeriesKey, call: Call, connection: Connection, duration: number): void {
    const time = call.requestFirst + duration;
    const bucket = (this.#buckets[key.identity] ??= { tokens: this.#perSecond, refilled: time, spans: [] });
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
    bucket.spans.push(this.#span(key, call, connection, duration));
  }

  /** Hands over the spans of the interval. */
  take(): TracesData {
    const resourceSpans: ResourceSpans[] = [];
    for (const [identity, bucket] of this.#buckets.entries()) {
      if (bucket === undefined || bucket.spans.length === 0) continue;
      const resource = { attributes: resourceAttributes(this.#identities.get(identity)) };
      resourceSpans.push({ resource, scopeSpans: [{ scope: SCOPE, spans: bucket.spans }] });
      bucket.spans = [];
    }
    transient.reset();
    return { kind: 'traces', resourceSpans };
  }

  #span(key: SeriesKey, call: Call, connection: Connection, duration: number): Span {
    const { trace, client, server } = requestKey(connection.clientStart, connection.serverStart, call);
    const attributes: Record<string, AttributeValue> = {
      ...exchangeAttributes(key),
      [ATTR.connection]: hex64(connection.clientStart, connection.serverStart),
      [ATTR.requestOffset]: call.requestOffset,
      [ATTR.requestBytes]: call.requestBytes,
      [ATTR.responseBytes]: call.responseBytes,
      [ATTR.queueWait]: call.queueWait / 1e9,
      [ATTR.complete]: call.complete,
    };
    const path = transient.text(call.raw);
    if (path !== '') attributes[ATTR.urlPath] = path;
    const start = BigInt(Math.round(call.requestFirst)) + this.clockOffset;
    const name = [symbols.text(key.operation), symbols.text(key.target)].filter(Boolean).join(' ');
    const isClient = key.side === 0;
    return {
      traceId: trace,
      spanId: isClient ? client : server,
      parentSpanId: isClient || connection.datagrams ? '' : client,
      traceState: '',
      name: name || 'exchange',
      spanKind: isClient ? 'client' : 'server',
      startTimeUnixNano: start,
      endTimeUnixNano: start + BigInt(Math.round(duration)),
      attributes,
      status: key.error === 0 ? 'unset' : 'error',
      statusMessage: symbols.text(call.errorText),
      links: [],
      events: [],
    };
  }
}
