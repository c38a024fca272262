import type { SpanKeys } from '@sonde/linker';

/** How fast spans come, of the clock the linker is told. */
const PER_SECOND = 15_000;

let seed = 0x2545_f491;
const random = () => {
  seed ^= seed << 13;
  seed ^= seed >>> 17;
  seed ^= seed << 5;
  return (seed >>> 0) / 2 ** 32;
};
const word = () => Math.floor(random() * 2 ** 32);

export interface Arrival {
  readonly at: number;
  readonly keys: SpanKeys;
}

let arrivals: Arrival[] = [];
const T0 = 1_700_000_000_000_000;
const NO_SPAN = [0, 0] as const;

function arrive(keys: SpanKeys): void {
  const end = (keys.start + keys.duration - T0) / 1000;
  const kind = random();
  const delay = kind < 0.9 ? random() * 800 : kind < 0.99 ? random() * 10_000 : random() * 200_000;
  arrivals.push({ at: end + delay, keys });
  if (random() < 0.01) arrivals.push({ at: end + delay + random() * 5000, keys });
}

/** A server span and the calls made under it, to `depth`. */
function serve(parent: SpanKeys | null, start: number, duration: number, depth: number, width: number): void {
  const isRewritten = parent !== null && random() < 0.01;
  const trace = isRewritten || parent === null ? [word(), word(), word(), word()] : parent.trace;
  const host = 1 + Math.floor(random() * 50);
  const server: SpanKeys = {
    id: [word(), word()],
    parent: isRewritten ? [word(), word()] : (parent?.id ?? NO_SPAN),
    trace: [...trace] as unknown as SpanKeys['trace'],
    start,
    duration,
    source: 'kernel',
    role: 'server',
    host,
    method: 'sequence',
    confidence: 1,
    halfKey: parent?.halfKey ?? [word(), word()],
  };
  arrive(server);
  if (depth === 0) return;
  const each = (duration * 0.9) / width;
  for (let i = 0; i < width; i++) {
    const at = start + duration * 0.05 + i * each;
    const id = random() < 0.0005 ? [0, 1 + Math.floor(random() * 20)] : [word(), word()];
    const known = random() < 0.97;
    const client: SpanKeys = {
      ...server,
      id: id as unknown as SpanKeys['id'],
      parent: known ? server.id : NO_SPAN,
      trace: [word(), word(), word(), word()],
      start: at,
      duration: each * 0.98,
      role: 'client',
      method: 'scope',
      confidence: random() < 0.5 ? 1 : 0.99,
      halfKey: [word(), word()],
    };
    if (random() < 0.995) arrive(client);
    serve(client, at + each * 0.01, each * 0.96, depth - 1, width);
  }
}

/**
 * Deep, wide, late, repeated and colliding traces, some calls through a SYN proxy, in the order their spans come, the same
 * at every call.
 */
export function syntheticSpans(spans: number): readonly Arrival[] {
  seed = 0x2545_f491;
  arrivals = [];
  while (arrivals.length < spans) {
    const start = T0 + (arrivals.length / PER_SECOND) * 1e6;
    const shape = random();
    if (shape < 0.01) serve(null, start, 2e6, 60, 1);
    else if (shape < 0.02) serve(null, start, 2e6, 1, 300);
    else if (shape < 0.4) serve(null, start, 3e5, 0, 1);
    else serve(null, start, 3e5, 1 + Math.floor(random() * 3), 1 + Math.floor(random() * 4));
  }
  arrivals.sort((a, b) => a.at - b.at);
  arrivals.length = spans;
  return arrivals;
}
