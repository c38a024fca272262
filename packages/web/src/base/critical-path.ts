import type { TraceSpan } from '@sonde/api';

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
  const isCall = child.kind === 'client' || child.kind === 'producer';
  return !isCall || endOf(child) - parentEnd <= CLOCK_GRAIN;
}

/**
 * The critical path of the longest root, earliest first: its sections follow each other without a gap, and making one of
 * them shorter makes the trace shorter. From the end of each span backwards: the child that ended last is what was waited
 * for, before its start the one that ended last until then. What a child does beyond its parent is left out.
 * Source: Zhang and others, "CRISP: Critical Path Analysis of Large-Scale Microservice Architectures", USENIX ATC 2022.
 */
export function criticalPath(spans: readonly TraceSpan[]): Section[] {
  const known = new Set(spans.map((span) => span.id));
  const children = Map.groupBy(spans, (span) => (known.has(span.parent) ? span.parent : ''));
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

/** Whose time it was: of a service, of the way between two, or of a service nobody watches. */
export interface Blame {
  readonly kind: 'service' | 'network' | 'called';
  /** '' for the network. */
  readonly name: string;
  /** Nanoseconds of the critical path. */
  readonly time: number;
}

/** The critical path by whose time it was, most first. */
export function blameOf(path: readonly Section[], spans: readonly TraceSpan[]): Blame[] {
  const answered = new Set(spans.filter((span) => span.link?.method === 'sequence').map((span) => span.parent));
  const blames = new Map<string, Blame>();
  for (const { span, from, to } of path) {
    const isCall = span.source !== 'application' && (span.kind === 'client' || span.kind === 'producer');
    const peer = span.attributes['sonde.peer.service'] ?? span.attributes['server.address'];
    const [kind, name]: [Blame['kind'], string] = answered.has(span.id)
      ? ['network', '']
      : isCall && peer !== undefined
        ? ['called', peer]
        : ['service', span.service];
    const key = `${kind} ${name}`;
    blames.set(key, { kind, name, time: (blames.get(key)?.time ?? 0) + to - from });
  }
  return [...blames.values()].sort((a, b) => b.time - a.time);
}
