/** Times are milliseconds unless they say otherwise. */
export interface LinkerLimits {
  /** Spans, seen or only named as a parent, held with all their keys. */
  readonly maxSpans: number;
  /** Trace ids held. */
  readonly maxTraces: number;
  /** Span ids remembered with nothing but their trace after that. */
  readonly maxRemembered: number;
  /** Half keys held (a span has at most one), and how long. */
  readonly maxHalfKeys: number;
  readonly halfKeyMemory: number;
  /** How long a guessed link waits for a better one, and a context for the span it names. */
  readonly grace: number;
  /** How long a span is held. */
  readonly horizon: number;
  /** How long a span id is remembered. */
  readonly memory: number;
  /** Longest chain of spans held, in edges. */
  readonly maxDepth: number;
  /** Spans past which a trace takes no other trace in. */
  readonly maxTraceSpans: number;
  /** Requests that may adopt the same context, and how long after its trace began. */
  readonly maxAdoptions: number;
  readonly maxAdoptionAge: number;
  /** Least confidence of a parent; from `minCandidate` on a link is kept beside it. */
  readonly minParent: number;
  readonly minCandidate: number;
  /** By how much clocks may disagree: between hosts or with an application, and within one kernel. */
  readonly clockBound: number;
  readonly localBound: number;
}

export const LINKER_LIMITS: LinkerLimits = {
  maxSpans: 2 ** 20,
  maxTraces: 2 ** 20,
  maxRemembered: 2 ** 21,
  maxHalfKeys: 2 ** 18,
  halfKeyMemory: 10_000,
  grace: 2000,
  horizon: 60_000,
  memory: 600_000,
  maxDepth: 256,
  maxTraceSpans: 10_000,
  maxAdoptions: 256,
  maxAdoptionAge: 600_000,
  minParent: 0.95,
  minCandidate: 0.5,
  clockBound: 10_000,
  localBound: 1,
};
