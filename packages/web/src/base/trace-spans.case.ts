import type { TraceSpan } from '@sonde/api';

/** A span for tests: what is not told is empty. */
export function spanOf(told: Partial<TraceSpan> & Pick<TraceSpan, 'id' | 'offset' | 'duration'>): TraceSpan {
  return {
    parent: '',
    link: told.parent ? { method: 'application', confidence: 1 } : null,
    candidates: [],
    trace: 't',
    source: 'kernel',
    service: 's',
    instance: '',
    host: 'h',
    kind: 'server',
    name: told.id,
    clockShift: 0,
    error: false,
    statusMessage: '',
    attributes: {},
    events: [],
    ...told,
  };
}

/** Shorthand: id, parent, start and end. */
export const at = (id: string, parent: string, start: number, end: number, more: Partial<TraceSpan> = {}) =>
  spanOf({ id, parent, offset: start, duration: end - start, ...more });

/** Numbers 0..1, the same for the same seed. */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A tree of `count` spans, of which some start before or end after their parent. */
export function randomTrace(seed: number, count: number): TraceSpan[] {
  const random = randomOf(seed);
  const below = (most: number) => Math.floor(random() * most);
  const spans = [at('0', '', 0, 10_000)];
  for (let i = 1; i < count; i++) {
    const parent = spans[below(i)];
    const start = Math.max(0, parent.offset - 20 + below(parent.duration + 40));
    const kind = (['client', 'server', 'internal', 'consumer'] as const)[below(4)];
    spans.push(at(`${i}`, parent.id, start, start + below(parent.duration + 20), { kind, service: `s${below(3)}` }));
  }
  return spans;
}
