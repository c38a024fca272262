import { ATTR } from '@sonde/model';
import type { SeenSpan } from './sink.ts';

/** Links of one method, as parents or as mere span links: how sure the agent was of them, and how many were right. */
export interface Calibration {
  readonly method: string;
  readonly as: 'parent' | 'span link';
  readonly links: number;
  readonly right: number;
  /** Mean of the confidences stated. */
  readonly stated: number;
}

/** How right the links inside one service are, by the ids that its requests and its calls carry in their paths. */
export interface LinkScore {
  readonly calls: number;
  /** Calls with a parent, and those whose parent is the request they were made for. */
  readonly linked: number;
  readonly right: number;
  readonly precision: number;
  readonly recall: number;
  /** Requests whose trace holds all that carries their id, nothing else, and no wrong parent. */
  readonly exact: number;
  readonly requests: number;
  /** Traces, and those with the ids of several requests. */
  readonly traces: number;
  readonly overMerged: number;
  readonly calibration: readonly Calibration[];
  /** Requests seen at both ends, those whose server's span has a parent that was seen, and those where it is the right one. */
  readonly network: { readonly edges: number; readonly linked: number; readonly right: number };
}

const textOf = ({ attributes }: SeenSpan) => String(attributes[ATTR.urlPath] ?? attributes['dns.question.name'] ?? '');
const idsOf = (text: string): readonly string[] => text.match(/\b1\d{6}\b/g) ?? [];

/** What was made for several requests at once may belong to any of them; what carries no id belongs to none. */
export function scoreLinks(spans: readonly SeenSpan[], service: string): LinkScore {
  const truth = new Truth(spans);
  const tallies = new Map<string, { links: number; right: number; stated: number }>();
  const tally = (as: Calibration['as'], method: unknown, confidence: unknown, isRight: boolean) => {
    const key = `${as}|${method}`;
    const sum = tallies.get(key) ?? { links: 0, right: 0, stated: 0 };
    tallies.set(key, {
      links: sum.links + 1,
      right: sum.right + Number(isRight),
      stated: sum.stated + Number(confidence),
    });
  };
  let [calls, linked, right] = [0, 0, 0];
  for (const span of spans) {
    if (span.service !== service || span.spanKind !== 'client') continue;
    calls++;
    for (const { spanId, attributes } of span.links)
      tally('span link', attributes[ATTR.linkMethod], attributes[ATTR.linkConfidence], truth.isMadeFor(span, spanId));
    if (span.parentSpanId === '') continue;
    const isRight = truth.isMadeFor(span, span.parentSpanId);
    tally('parent', span.attributes[ATTR.linkMethod], span.attributes[ATTR.linkConfidence], isRight);
    linked++;
    if (isRight) right++;
  }
  const traces = [...Map.groupBy(spans, ({ traceId }) => traceId).values()];
  const idsOfTraces = traces.map((trace) => new Set(trace.flatMap((span) => idsOf(textOf(span)))));
  const requests = spans.filter((span) => span.service === service && span.spanKind === 'server');
  const exact = traces.filter((trace, i) => idsOfTraces[i].size === 1 && truth.isWhole([...idsOfTraces[i]][0], trace));
  const calibration = [...tallies].map(([key, { links, right, stated }]): Calibration => {
    const [as, method] = key.split('|') as [Calibration['as'], string];
    return { method, as, links, right, stated: stated / links };
  });
  return {
    calls,
    linked,
    right,
    precision: linked === 0 ? 1 : right / linked,
    recall: calls === 0 ? 1 : right / calls,
    exact: exact.length,
    requests: requests.length,
    traces: traces.length,
    overMerged: idsOfTraces.filter((ids) => ids.size > 1).length,
    calibration: calibration.sort((a, b) => b.links - a.links),
    network: truth.network(),
  };
}

class Truth {
  readonly #spans = new Map<string, SeenSpan>();
  readonly #byId: ReadonlyMap<string, SeenSpan[]>;
  readonly #callsByPath: ReadonlyMap<string, SeenSpan[]>;
  readonly #servers: readonly SeenSpan[];
  /** Services that are called: the others have nothing to link. */
  readonly #called: ReadonlySet<string>;

  constructor(spans: readonly SeenSpan[]) {
    const byId = new Map<string, SeenSpan[]>();
    for (const span of spans) {
      this.#spans.set(`${span.spanKind} ${span.spanId}`, span);
      for (const id of new Set(idsOf(textOf(span)))) {
        const list = byId.get(id);
        if (list === undefined) byId.set(id, [span]);
        else list.push(span);
      }
    }
    this.#byId = byId;
    this.#servers = spans.filter(({ spanKind, attributes }) => spanKind === 'server' && ATTR.urlPath in attributes);
    this.#called = new Set(this.#servers.map(({ service }) => service));
    const clients = spans.filter(({ spanKind, attributes }) => spanKind === 'client' && ATTR.urlPath in attributes);
    this.#callsByPath = Map.groupBy(clients, textOf);
  }

  /** Whether a call was made for the request whose span at the server has this id. */
  isMadeFor(call: SeenSpan, spanId: string): boolean {
    const request = this.#spans.get(`server ${spanId}`);
    if (request === undefined || request.service !== call.service) return false;
    const ids = idsOf(textOf(request));
    return idsOf(textOf(call)).some((id) => ids.includes(id));
  }

  /** Whether these are all spans with that id, each below its parent. */
  isWhole(id: string, trace: readonly SeenSpan[]): boolean {
    const all = this.#byId.get(id) ?? [];
    return all.length === trace.length && trace.every((span) => this.#isInPlace(span));
  }

  network(): LinkScore['network'] {
    const sent = this.#servers.filter((server) => this.#callsByPath.has(textOf(server)));
    const linked = sent.filter(({ parentSpanId }) => this.#spans.has(`client ${parentSpanId}`));
    return { edges: sent.length, linked: linked.length, right: linked.filter((span) => this.#isReceived(span)).length };
  }

  #isInPlace(span: SeenSpan): boolean {
    if (span.spanKind === 'client')
      return span.parentSpanId === '' ? !this.#called.has(span.service) : this.isMadeFor(span, span.parentSpanId);
    return !(ATTR.urlPath in span.attributes) || this.#isReceived(span);
  }

  /** Whether the parent of a server's span is the call that it answers. */
  #isReceived(server: SeenSpan): boolean {
    const call = this.#spans.get(`client ${server.parentSpanId}`);
    return call !== undefined && textOf(call) === textOf(server);
  }
}
