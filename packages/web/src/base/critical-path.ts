import type { TraceSpan } from '@sonde/api';
import { isCall, peerOf, queueWaitOf, serversOf } from './hops.ts';
import { childrenOf } from './trace-children.ts';

/** A stretch of time in which the trace waited for this span and for none below it; nanoseconds after its start. */
export interface Section {
  readonly span: TraceSpan;
  readonly from: number;
  readonly to: number;
}

/** By how much the clock of an application may be behind that of its kernel: many count whole milliseconds. */
const CLOCK_GRAIN = 1e6;

const endOf = (span: TraceSpan) => span.offset + span.duration;

/** A message is worked on by itself, and a call that is answered after its caller was done was not waited for. */
function isAwaited(child: TraceSpan, parentEnd: number): boolean {
  if (child.kind === 'consumer') return false;
  return !isCall(child) || endOf(child) - parentEnd <= CLOCK_GRAIN;
}

/**
 * The critical path of the longest root, earliest first: its sections follow each other without a gap, and making one of
 * them shorter makes the trace shorter. From the end of each span backwards: the child that ended last is what was waited
 * for, before its start the one that ended last until then. What a child does beyond its parent is left out.
 * Source: Zhang and others, "CRISP: Critical Path Analysis of Large-Scale Microservice Architectures", USENIX ATC 2022.
 */
export function criticalPath(spans: readonly TraceSpan[]): Section[] {
  const children = childrenOf(spans);
  for (const siblings of children.values()) siblings.sort((a, b) => endOf(b) - endOf(a));
  const roots = children.get('') ?? [];
  if (roots.length === 0) return [];
  const root = roots.reduce((a, b) => (b.duration > a.duration ? b : a));
  const path: Section[] = [];
  const pending: Section[] = [{ span: root, from: root.offset, to: endOf(root) }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { span, from, to } = next;
    let at = to;
    for (const child of children.get(span.id) ?? []) {
      const [start, end] = [Math.max(child.offset, from), Math.min(endOf(child), to)];
      if (end > at || start >= end || !isAwaited(child, to)) continue;
      if (end < at) path.push({ span, from: end, to: at });
      pending.push({ span: child, from: start, to: end });
      at = start;
    }
    if (from < at) path.push({ span, from, to: at });
  }
  return path.sort((a, b) => a.from - b.from);
}

/** Whose time it was: of a service, of the way between two, of requests that lay unread, or of a service nobody watches. */
export interface Blame {
  readonly kind: 'service' | 'network' | 'queue' | 'called';
  /** '' for network and queue. */
  readonly name: string;
  /** Nanoseconds of the critical path. */
  readonly time: number;
}

/** The critical path by whose time it was, most first. */
export function blameOf(path: readonly Section[], spans: readonly TraceSpan[]): Blame[] {
  const servers = serversOf(spans);
  const blames = new Map<string, Blame>();
  const add = (kind: Blame['kind'], name: string, more: number) => {
    const time = (blames.get(`${kind} ${name}`)?.time ?? 0) + more;
    if (time > 0) blames.set(`${kind} ${name}`, { kind, name, time });
  };
  for (const { span, from, to } of path) {
    const server = servers.get(span.id);
    const peer = peerOf(span);
    if (server !== undefined) {
      const queue = to <= server.offset ? Math.min(to - from, queueWaitOf(server)) : 0;
      add('queue', '', queue);
      add('network', '', to - from - queue);
    } else if (span.source !== 'application' && isCall(span) && peer !== undefined) add('called', peer, to - from);
    else add('service', span.service, to - from);
  }
  return [...blames.values()].sort((a, b) => b.time - a.time);
}
