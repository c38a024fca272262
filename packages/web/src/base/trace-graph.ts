import type { MapEdge, MapNode, TraceSpan } from '@sonde/api';
import { PROTOCOLS, serviceKind } from '@sonde/model';
import { isCall, peerOf } from './hops.ts';
import { selfTimes } from './self-time.ts';

/** A service of the trace; its numbers are those of the requests it served in it. */
export interface TraceNode extends MapNode {
  readonly spans: number;
  /** In which none of its spans had another below it at work, nanoseconds. */
  readonly self: number;
}

export interface TraceEdge extends MapEdge {
  /** What the caller waited in all, nanoseconds. */
  readonly time: number;
  /** The earliest call. */
  readonly first: TraceSpan;
}

export interface TraceGraph {
  readonly nodes: readonly TraceNode[];
  readonly edges: readonly TraceEdge[];
}

const protocolOf = ({ attributes }: TraceSpan) =>
  PROTOCOLS.find((name) => name === attributes['network.protocol.name']) ?? null;

/** Numbers of requests over the duration of the trace. Percentiles by nearest rank. */
function measuresOf(requests: readonly TraceSpan[], seconds: number) {
  const ordered = requests.map(({ duration }) => duration).sort((a, b) => a - b);
  const rank = (share: number) => ordered[Math.max(0, Math.ceil(share * ordered.length) - 1)] ?? null;
  const sum = (attribute: string) =>
    requests.reduce((total, { attributes }) => total + (Number(attributes[attribute]) || 0), 0);
  const errors = requests.filter(({ error }) => error).length;
  return {
    requests: requests.length,
    errors,
    errorRate: requests.length > 0 ? errors / requests.length : null,
    rate: requests.length / seconds,
    latency: {
      avg: ordered.length > 0 ? ordered.reduce((a, b) => a + b, 0) / ordered.length : null,
      p50: rank(0.5),
      p75: rank(0.75),
      p90: rank(0.9),
      p95: rank(0.95),
      p99: rank(0.99),
    },
    requestBytes: sum('sonde.request.bytes'),
    responseBytes: sum('sonde.response.bytes'),
    side: 'server' as const,
  };
}

interface Request {
  readonly caller: string;
  readonly target: string;
  /** The end of the caller where it was seen, else that of the target. */
  readonly call: TraceSpan;
  /** The end of the target; the call itself where nobody watches it. */
  readonly served: TraceSpan;
}

/** What passed from one service to another: a span below one of another service, or a call that nobody answers in the trace. */
function requestsOf(spans: readonly TraceSpan[]): Request[] {
  const byId = new Map(spans.map((span) => [span.id, span]));
  const parents = new Set(spans.map(({ parent }) => parent));
  return spans.flatMap((span): Request[] => {
    const parent = byId.get(span.parent);
    const peer = peerOf(span);
    if (isCall(span) && !parents.has(span.id) && peer !== undefined && span.source !== 'application') {
      return [{ caller: span.service, target: peer, call: span, served: span }];
    }
    if (parent === undefined || parent.service === span.service) return [];
    const call = isCall(parent) ? parent : span;
    return [{ caller: parent.service, target: span.service, call, served: span }];
  });
}

/** The services of a trace and who called whom in it. */
export function graphOf(spans: readonly TraceSpan[], duration: number): TraceGraph {
  const seconds = Math.max(1, duration) / 1e9;
  const own = Map.groupBy(spans, ({ service }) => service);
  const self = selfTimes(spans);
  const requests = requestsOf(spans);
  const served = Map.groupBy(requests, ({ target }) => target);
  const roots = spans.filter(({ link }) => link === null);
  const nodes = [...new Set([...own.keys(), ...served.keys()])].map((name): TraceNode => {
    const all = [
      ...(served.get(name) ?? []).map((each) => each.served),
      ...roots.filter((span) => span.service === name),
    ];
    const protocol = all.map(protocolOf).find((each) => each !== null);
    return {
      id: name,
      name,
      kind: protocol === undefined || protocol === null ? 'other' : serviceKind(protocol),
      origin: own.has(name) ? 'service' : 'external',
      ...measuresOf(all, seconds),
      spans: own.get(name)?.length ?? 0,
      self: (own.get(name) ?? []).reduce((sum, { id }) => sum + self.get(id)!, 0),
    };
  });
  const calls = Map.groupBy(requests, ({ caller, target }) => `${caller}\0${target}`);
  const edges = [...calls.values()].map((group): TraceEdge => {
    const all = group.map(({ call }) => call);
    return {
      source: group[0].caller,
      target: group[0].target,
      protocols: [...new Set(all.map(protocolOf).filter((each) => each !== null))],
      ...measuresOf(all, seconds),
      time: all.reduce((sum, call) => sum + call.duration, 0),
      first: all.reduce((a, b) => (b.offset < a.offset ? b : a)),
    };
  });
  return { nodes, edges };
}
