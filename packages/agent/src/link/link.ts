/** Why a call is believed to belong to a request: `sonde.link.method`. */
export type LinkMethod = 'task' | 'thread' | 'queue' | 'scope-both' | 'scope-forward' | 'scope-backward';

export interface Link {
  /** The request, as the process that serves it sees it. */
  readonly clientStart: number;
  readonly serverStart: number;
  readonly offset: number;
  /** Its id in the connection, `NO_ID` where it has none, or where it is still to be answered. */
  readonly id: number;
  readonly method: LinkMethod;
  readonly confidence: number;
}

/** A link is a parent from here on, and said at all from `MENTION` on. */
export const PARENT = 0.95;
export const MENTION = 0.5;

/** Whether two links lead to one request. */
export function isSameRequest(a: Link, b: Link): boolean {
  return a.clientStart === b.clientStart && a.serverStart === b.serverStart && a.offset === b.offset;
}
