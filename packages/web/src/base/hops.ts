import type { TraceSpan } from '@sonde/api';
import { joinsEnds } from '@sonde/model';

/** Parts of a call's time, in the order in which they are passed. */
export const HOP_PARTS = ['client', 'network', 'queue', 'server'] as const;

export type HopPart = (typeof HOP_PARTS)[number];

/** A call as its ends saw it; nanoseconds. */
export interface Hop {
  /** What the caller waited: the application's own span of the call where there is one, else the kernel's. */
  readonly caller: TraceSpan;
  readonly client: TraceSpan;
  /** `null` where nobody watches the other end: all the time is then in `network`, and is not known apart. */
  readonly server: TraceSpan | null;
  readonly parts: Readonly<Record<HopPart, number>>;
  /** Both ends read one clock, so that the way there can be told from the way back. */
  readonly ways: { readonly there: number; readonly back: number } | null;
}

/** Whether a part was seen apart from the others: the client's library by a span of its own, the rest from both ends. */
export const isKnown = (hop: Hop, part: HopPart): boolean =>
  part === 'client' ? hop.caller !== hop.client : hop.server !== null;

/** The end of a call that waits for the other. */
export const isCall = ({ kind }: Pick<TraceSpan, 'kind'>): boolean => kind === 'client' || kind === 'producer';

/** How long the request lay in the socket of its server before it was read, nanoseconds. */
export function queueWaitOf(server: TraceSpan): number {
  const waited = Number(server.attributes['sonde.queue_wait'] ?? 0) * 1e9;
  return Number.isFinite(waited) ? Math.max(0, waited) : 0;
}

/**
 * Splits a call: what the caller spent around it (its client library: waiting for a connection, encoding), how long the
 * request lay unread at the server, the server's own time, and the rest, which is the way there and back with what both
 * kernels add. No part is below 0, and they add up to what the caller waited unless the ends contradict each other.
 */
export function hopOf(caller: TraceSpan, client: TraceSpan, server: TraceSpan | null): Hop {
  const outside = Math.max(0, client.duration - (server?.duration ?? 0));
  const queue = server === null ? 0 : Math.min(outside, queueWaitOf(server));
  const parts = {
    client: Math.max(0, caller.duration - client.duration),
    network: outside - queue,
    queue,
    server: server?.duration ?? 0,
  };
  const isOneClock = server !== null && server.host === client.host;
  const there = isOneClock ? Math.min(parts.network, Math.max(0, server.offset - client.offset - queue)) : 0;
  return { caller, client, server, parts, ways: isOneClock ? { there, back: parts.network - there } : null };
}

/** The service at the other end of a call, or its address; `undefined` where neither is known. */
export const peerOf = ({ attributes }: TraceSpan): string | undefined =>
  attributes['sonde.peer.service'] ?? attributes['server.address'];

/** What answers a call that both ends saw, by the id of the call. */
export function serversOf(spans: readonly TraceSpan[]): ReadonlyMap<string, TraceSpan> {
  return new Map(spans.filter(({ link }) => joinsEnds(link?.method)).map((span) => [span.parent, span]));
}

/** Every call that leaves a process, as the kernel saw it, in order of its start. */
export function hopsOf(spans: readonly TraceSpan[]): Hop[] {
  const byId = new Map(spans.map((span) => [span.id, span]));
  const servers = serversOf(spans);
  return spans
    .filter((span) => span.source !== 'application' && isCall(span))
    .map((client) => {
      const above = byId.get(client.parent);
      const isOwn = above !== undefined && above.source === 'application' && isCall(above);
      return hopOf(isOwn ? above : client, client, servers.get(client.id) ?? null);
    });
}
