/** What the linker did since it was made; each thing it did not do has a number here. */
export interface LinkerCounts {
  spans: number;
  /** The same span again. */
  duplicates: number;
  joined: number;
  /** Spans placed in a trace by an id that was only remembered. */
  late: number;
  /** A second parent of a span, no surer than the first or too late. */
  conflicts: number;
  /** Links below the least confidence of a parent. */
  uncertain: number;
  /** Links refused: the parent is the span itself or below it, starts too late, the chain or the trace is too long. */
  refusedSelf: number;
  refusedCycle: number;
  refusedTime: number;
  refusedDepth: number;
  refusedSize: number;
  /** Contexts not adopted: too many requests carried the same, or its trace is too old. */
  refusedContext: number;
  /** Spans let go before their time, and ids forgotten before theirs, for want of room. */
  evicted: number;
  forgotten: number;
  /** Half keys let go before their time for want of room. */
  forgottenHalfKeys: number;
}

export const noCounts = (): LinkerCounts => ({
  spans: 0,
  duplicates: 0,
  joined: 0,
  late: 0,
  conflicts: 0,
  uncertain: 0,
  refusedSelf: 0,
  refusedCycle: 0,
  refusedTime: 0,
  refusedDepth: 0,
  refusedSize: 0,
  refusedContext: 0,
  evicted: 0,
  forgotten: 0,
  forgottenHalfKeys: 0,
});
