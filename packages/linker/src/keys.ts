import type { TraceWords } from './trace-sets.ts';

/** A span id as two 32-bit words; both 0 where there is none. */
export type SpanWords = readonly [number, number];

/** Who saw the span: the kernel at a socket, or the application itself. */
export type SpanSource = 'kernel' | 'application';
export type SpanRole = 'client' | 'server' | 'inner';

/** How a link was found: `sonde.link.method`, or one of the linker's own, `context` and `client-sequence`. */
export type LinkMethod = string;

/** Everything the linker knows of a span. Times are microseconds since the epoch. */
export interface SpanKeys {
  readonly id: SpanWords;
  readonly parent: SpanWords;
  readonly trace: TraceWords;
  readonly start: number;
  readonly duration: number;
  readonly source: SpanSource;
  readonly role: SpanRole;
  /** Number of its host, given by the caller. */
  readonly host: number;
  /** How the parent was found, and how sure that is, 0..1. */
  readonly method: LinkMethod;
  readonly confidence: number;
  /** The parent is what another linker decided, no longer only what the span says. */
  readonly isDecided?: boolean;
  /**
   * What a SYN proxy leaves of the network key of a request that a kernel saw at one of its ends: the client's start and
   * port, and the request's offset.
   */
  readonly halfKey?: SpanWords;
  /** The trace context that the request's bytes carried, of a kernel span. */
  readonly context?: { readonly trace: TraceWords; readonly span: SpanWords };
}

/** A link found apart from its spans: before the parent has ended, or from the parent's side. */
export interface LinkKeys {
  readonly child: SpanWords;
  readonly parent: SpanWords;
  readonly method: LinkMethod;
  readonly confidence: number;
}
