import { type Prepared, PreparedByName, UNSEEN } from './prepared.ts';
import { Queue } from './queue.ts';
import { EMPTY, type SymbolId } from './symbols.ts';

/** What a client waits for. */
export const UNKNOWN = 1;
/** Ends with ReadyForQuery: simple query, function call, start-up. */
export const QUERY = 2;
/** Ends with the outcome of an Execute. */
export const EXECUTE = 3;
/** As EXECUTE, of a statement whose Parse was not seen: the command tag names it. */
export const EXECUTE_UNSEEN = 4;
/** Parse, Describe, Close without Execute: ends with the last acknowledgement. */
export const PREPARE = 5;
/** A Sync on its own. */
export const SYNC = 6;

const MAX_PENDING = 4096;

/** What of a kind waits for its answer: `group` counts the Syncs before it, `acks` the acknowledgements it ends with. */
export interface Waiting {
  kind: number;
  group: number;
  acks: number;
}

export interface State {
  database: SymbolId;
  readonly unnamed: Prepared;
  readonly statements: PreparedByName;
  readonly portals: PreparedByName;
  /** What the unnamed portal was bound to. */
  bound: Readonly<Prepared>;
  /** Extended query: a request was begun (Parse, Bind, …) and its Execute, Sync or Flush is still to come. */
  open: boolean;
  acks: number;
  /** What it would be called without an Execute, and the statement it parsed. */
  called: SymbolId;
  parsed: Readonly<Prepared>;
  group: number;
  /** Whether something of the group was asked for already, so that its Sync asks for nothing more. */
  grouped: boolean;
  readonly waiting: Queue<Waiting>;
  readonly pool: Waiting[];
  /** What is being answered, 0 between answers. */
  answering: number;
  answeringGroup: number;
  acksLeft: number;
  /** A ReadyForQuery is owed for what was answered; the group failed and the rest of it is skipped. */
  owed: boolean;
  failed: boolean;
  /** Requests for encryption not yet answered. */
  secure: number;
}

export function connect(): State {
  const unnamed = { ...UNSEEN };
  return {
    database: EMPTY, unnamed, statements: new PreparedByName(), portals: new PreparedByName(), bound: UNSEEN, open: false, acks: 0,
    called: EMPTY, parsed: UNSEEN, group: 0, grouped: false, waiting: new Queue(), pool: [], answering: 0, answeringGroup: 0,
    acksLeft: 0, owed: false, failed: false, secure: 0,
  }; // biome-ignore format: one list
}

export function expect(state: State, kind: number, acks: number): void {
  const one = state.pool.pop() ?? { kind, group: 0, acks };
  one.kind = kind;
  one.group = state.group;
  one.acks = acks;
  state.waiting.push(one);
  if (state.waiting.length > MAX_PENDING) state.waiting.shift();
  state.grouped = true;
}

/** Goes on to what waits longest. */
export function answer(state: State): void {
  const one = state.waiting.shift();
  state.answering = one ? one.kind : UNKNOWN;
  state.answeringGroup = one ? one.group : state.group;
  state.acksLeft = one ? one.acks : 0;
  if (one) state.pool.push(one);
}

/** COPY waits for its data: a Sync sent before that is ignored by the server (libpq sends one), the next one counts. */
export function resume(state: State): void {
  state.group = state.answeringGroup;
  state.grouped = true;
}

/** The statement of this name, for its Parse to fill. */
export function define(state: State, bytes: Uint8Array, start: number, end: number): Prepared {
  if (start === end) return state.unnamed;
  const prepared = { ...UNSEEN };
  state.statements.set(bytes, start, end, prepared);
  return prepared;
}

export function statementOf(state: State, bytes: Uint8Array, start: number, end: number): Readonly<Prepared> {
  return start === end ? state.unnamed : state.statements.get(bytes, start, end);
}

export function closeStatement(state: State, bytes: Uint8Array, start: number, end: number): void {
  if (start === end) Object.assign(state.unnamed, UNSEEN);
  else state.statements.delete(bytes, start, end);
}

export function bind(state: State, bytes: Uint8Array, start: number, end: number, prepared: Readonly<Prepared>): void {
  if (start === end) state.bound = prepared;
  else state.portals.set(bytes, start, end, prepared);
}

export function portalOf(state: State, bytes: Uint8Array, start: number, end: number): Readonly<Prepared> {
  return start === end ? state.bound : state.portals.get(bytes, start, end);
}

/** Requests were lost: what was asked before them is still answered first; the unnamed statement may be another. */
export function lostRequests(state: State): void {
  state.open = false;
  state.grouped = false;
  Object.assign(state.unnamed, UNSEEN);
  state.bound = UNSEEN;
  state.portals.clear();
}

export function lostResponses(state: State): void {
  state.waiting.clear();
  state.answering = 0;
  state.owed = state.failed = false;
}
