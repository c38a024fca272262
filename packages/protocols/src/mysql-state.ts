import type { Prepared } from './prepared.ts';
import { Queue } from './queue.ts';
import { EMPTY, type SymbolId } from './symbols.ts';

/** How the answer to a command goes on (https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_command_phase.html). */
export const RESULT = 1;
/** One packet. */
export const SINGLE = 2;
export const PREPARE = 3;
/** Column definitions up to an EOF. */
export const FIELDS = 4;
/** Rows of an open cursor. */
export const ROWS = 5;
export const LOGIN = 6;

/** What of an answer comes next. */
export const FIRST = 1;
export const COLUMNS = 2;
export const AFTER_COLUMNS = 3;
export const IN_ROWS = 4;
export const DEFINITIONS = 5;

export interface Waiting {
  kind: number;
  prepared: Prepared | null;
}

export interface State {
  /** Capability flags both ends use, 0 where the login was not seen. */
  capabilities: number;
  greeted: boolean;
  /** The login has asked for compression, which begins when it is accepted. */
  compress: boolean;
  compressed: boolean;
  database: SymbolId;
  readonly statements: Map<number, Prepared>;
  /** What MariaDB's statement id -1 means. */
  lastPrepared: Prepared | null;
  readonly waiting: Queue<Waiting>;
  readonly pool: Waiting[];
  /** The answer being read: its kind, what comes next, and how many definitions are left. */
  answering: number;
  phase: number;
  left: number;
  prepared: Prepared | null;
  /** Definitions of columns after those of parameters. */
  leftAfter: number;
}

const MAX_STATEMENTS = 1024;
const MAX_PENDING = 4096;

export const connect = (): State => ({
  capabilities: 0, greeted: false, compress: false, compressed: false, database: EMPTY, statements: new Map(),
  lastPrepared: null, waiting: new Queue(), pool: [], answering: 0, phase: 0, left: 0, prepared: null, leftAfter: 0,
}); // biome-ignore format: one list

export function expect(state: State, kind: number, prepared: Prepared | null = null): void {
  const one = state.pool.pop() ?? { kind, prepared };
  one.kind = kind;
  one.prepared = prepared;
  state.waiting.push(one);
  if (state.waiting.length > MAX_PENDING) state.waiting.shift();
}

/** Goes on to the answer of what waits longest. */
export function answer(state: State): void {
  const one = state.waiting.shift();
  state.answering = one ? one.kind : RESULT;
  state.prepared = one ? one.prepared : null;
  state.phase = state.answering === ROWS ? IN_ROWS : state.answering === FIELDS ? AFTER_COLUMNS : FIRST;
  if (one) state.pool.push(one);
}

export function remember(state: State, id: number, prepared: Prepared): void {
  if (state.statements.size >= MAX_STATEMENTS) state.statements.delete(state.statements.keys().next().value as number);
  state.statements.set(id, prepared);
}

export function lost(state: State): void {
  state.waiting.clear();
  state.answering = state.phase = 0;
}
