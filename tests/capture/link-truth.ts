import type { SeenSpan } from './sink.ts';

/** How right the links inside one service are, by the ids that its requests and its calls carry in their paths. */
export interface LinkScore {
  readonly calls: number;
  /** Calls with a parent, and those whose parent is the request they were made for. */
  readonly linked: number;
  readonly right: number;
  readonly precision: number;
  readonly recall: number;
  /** Requests all of whose calls, and no others, hang below them. */
  readonly exact: number;
  readonly requests: number;
}

const idOf = ({ attributes }: SeenSpan) =>
  /\b(1\d{6})\b/.exec(String(attributes['url.path'] ?? attributes['dns.question.name']))?.[1] ?? '';

export function scoreLinks(spans: readonly SeenSpan[], service: string): LinkScore {
  const served = new Map<string, SeenSpan>();
  const calls: SeenSpan[] = [];
  for (const span of spans) {
    if (span.service !== service) continue;
    if (span.spanKind === 'server') served.set(span.spanId, span);
    else calls.push(span);
  }
  const expected = new Map<string, number>();
  const found = new Map<string, number>();
  const wrong = new Set<string>();
  let linked = 0;
  let right = 0;
  for (const call of calls) {
    const id = idOf(call);
    expected.set(id, (expected.get(id) ?? 0) + 1);
    const parent = served.get(call.parentSpanId);
    if (call.parentSpanId !== '') linked++;
    if (parent === undefined) continue;
    if (idOf(parent) === id) {
      right++;
      found.set(id, (found.get(id) ?? 0) + 1);
    } else wrong.add(idOf(parent));
  }
  let exact = 0;
  for (const request of served.values()) {
    const id = idOf(request);
    if (!wrong.has(id) && found.get(id) === expected.get(id)) exact++;
  }
  return {
    calls: calls.length,
    linked,
    right,
    precision: linked === 0 ? 1 : right / linked,
    recall: calls.length === 0 ? 1 : right / calls.length,
    exact,
    requests: served.size,
  };
}
