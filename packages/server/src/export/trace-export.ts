import type { TracesData } from '@sonde/otlp';
import type { SpanLinkRow, SpanRow, Store } from '@sonde/store';
import { placesOf } from '../answers/trace-tree.ts';
import type { ExportedSpan, ExportedSpans } from './exported-spans.ts';
import { type ExportedTrace, resourceSpansOf } from './otlp-spans.ts';
import type { ResourceBook } from './resource-book.ts';

/** Traces read at once, spans of all of them, and spans of one export. */
const TRACES_A_READ = 50;
const MAX_SPANS = 500_000;
const SPANS_AN_EXPORT = 1000;

/** How much earlier than the earliest span known others of the trace are looked for, in seconds. */
const MARGIN = 600;

/** A trace that never falls silent is sent after so many times the wait. */
const LONGEST_WAITS = 6;

interface Pending {
  /** Start of its earliest span, in seconds since the epoch. */
  start: number;
  /** When it came first and last, in ms. */
  readonly first: number;
  last: number;
}

export interface TraceExportOptions {
  readonly store: Store;
  readonly resources: ResourceBook;
  readonly exported: ExportedSpans;
  /** Gives ids of one trace the same name. */
  readonly nameOf: (traceId: string) => string;
  /** How long no span of a trace must have come before it is sent, in ms; 0 where that was waited for. */
  readonly wait: number;
  /** Whether all spans of a trace are to be sent, or only those stored under ids that were offered. */
  readonly isWhole: boolean;
  /** Takes spans to send them; `onKept` runs when they are sure to be sent, before they are. */
  readonly send: (data: TracesData, onKept: () => Promise<void>) => Promise<void>;
}

/**
 * Sends traces when they have ended: all spans under one trace id, each under the parent its trace shows, which was sent
 * before or is with it. Spans that come later follow under the same id.
 */
export class TraceExport {
  readonly #options: TraceExportOptions;
  readonly #pending = new Map<string, Pending>();

  constructor(options: TraceExportOptions) {
    this.#options = options;
  }

  /** A span of the trace id is in the store. */
  offer(traceId: string, start: number, now: number): void {
    const known = this.#pending.get(traceId);
    if (known === undefined) {
      this.#pending.set(traceId, { start, first: now, last: now });
      return;
    }
    known.start = Math.min(known.start, start);
    known.last = now;
  }

  /** Another server sends the trace. */
  leave(traceId: string): void {
    this.#pending.delete(traceId);
  }

  /** Start of the earliest span that waits, in seconds; `null` where none does. */
  get earliest(): number | null {
    let earliest = Number.POSITIVE_INFINITY;
    for (const { start } of this.#pending.values()) earliest = Math.min(earliest, start);
    return Number.isFinite(earliest) ? earliest : null;
  }

  /** Sends the traces that have ended, or all of them. Rejects where the store does not answer; they stay then. */
  async flush(now: number, all = false): Promise<void> {
    const groups = [...Map.groupBy(this.#pending.keys(), this.#options.nameOf).values()].filter(
      (ids) => all || this.#hasEnded(ids, now),
    );
    for (let at = 0; at < groups.length; at += TRACES_A_READ) {
      await this.#send(groups.slice(at, at + TRACES_A_READ).flat());
    }
  }

  #hasEnded(ids: readonly string[], now: number): boolean {
    const { wait } = this.#options;
    const parts = ids.map((id) => this.#pending.get(id)!);
    return (
      parts.every(({ last }) => now - last >= wait) || parts.some(({ first }) => now - first >= wait * LONGEST_WAITS)
    );
  }

  async #send(ids: readonly string[]): Promise<void> {
    const { store, resources, exported, isWhole, nameOf, send } = this.#options;
    const offered = ids.map((id) => ({ id, ...this.#pending.get(id)! }));
    const since = offered.reduce((earliest, { start }) => Math.min(earliest, start), Number.POSITIVE_INFINITY);
    const names = await store.traceNames(ids);
    const isSent = (id: string) => this.#pending.has(id) || exported.traceIdOf(id) !== undefined;
    const stored = [...names.keys()].filter((id) => isWhole || isSent(id));
    const [rows, links] = await Promise.all([
      store.spansOfTraces(stored, MAX_SPANS, Math.max(0, since - MARGIN)),
      store.linksOfTraces(stored),
    ]);
    const canonical = (id: string) => nameOf(names.get(id) ?? id);
    const linksOf = Map.groupBy(links, ({ traceId }) => canonical(traceId));
    const traces: ExportedTrace[] = [];
    for (const [name, ofTrace] of Map.groupBy(rows, ({ traceId }) => canonical(traceId))) {
      traces.push(exportedTrace(name, onlyOnce(ofTrace), linksOf.get(name) ?? [], exported));
    }
    await resources.read(new Set(rows.map(({ service }) => service)));
    const idOf = (id: string) => exported.traceIdOf(id) ?? canonical(id);
    for (const part of partsOf(traces)) {
      const resourceSpans = resourceSpansOf(part, idOf, resources.of);
      const sent = part.flatMap(({ traceId, spans }) =>
        spans.map((row): ExportedSpan => ({ spanId: row.spanId, stored: row.traceId, traceId })),
      );
      await send({ kind: 'traces', resourceSpans }, () => exported.add(sent));
    }
    for (const { id, last } of offered) if (this.#pending.get(id)?.last === last) this.#pending.delete(id);
  }
}

/**
 * The spans of a trace that were not sent yet. Where parts of it were sent under several ids, before anybody knew that they
 * are one trace, each span stays with the id it has, and new ones get the first of them.
 */
function exportedTrace(
  name: string,
  rows: readonly SpanRow[],
  links: readonly SpanLinkRow[],
  exported: ExportedSpans,
): ExportedTrace {
  const traceId = rows.map((row) => exported.traceIdOf(row.traceId)).find((id) => id !== undefined) ?? name;
  const before = new Map<string, string>();
  for (const row of rows) {
    const own = exported.traceIdOf(row.traceId) ?? traceId;
    const sent = [own, traceId].find((id) => exported.has(id, row.spanId));
    if (sent !== undefined) before.set(row.spanId, sent);
  }
  const known = new Set(rows.map(({ spanId }) => spanId));
  return {
    traceId,
    spans: rows.filter(({ spanId }) => !before.has(spanId)),
    places: placesOf(rows, links),
    sentUnder: (spanId) => before.get(spanId) ?? (known.has(spanId) ? traceId : ''),
  };
}

/** An application that sends a span twice may do so under two trace ids that turn out to be one. */
function onlyOnce(rows: readonly SpanRow[]): readonly SpanRow[] {
  return [...new Map(rows.map((row) => [row.spanId, row])).values()];
}

/** Traces in parts of about the size of an export; one that is larger is cut. */
function* partsOf(traces: readonly ExportedTrace[]): Generator<readonly ExportedTrace[]> {
  let part: ExportedTrace[] = [];
  let size = 0;
  for (const trace of traces) {
    for (let at = 0; at < trace.spans.length; ) {
      const spans = trace.spans.slice(at, at + SPANS_AN_EXPORT - size);
      part.push({ ...trace, spans });
      at += spans.length;
      size += spans.length;
      if (size < SPANS_AN_EXPORT) continue;
      yield part;
      part = [];
      size = 0;
    }
  }
  if (size > 0) yield part;
}
