import { i32be, u16be, u32be } from './bytes.ts';
import type { State } from './cassandra-state.ts';
import { type Message, REQUEST } from './message.ts';
import { type Prepared, UNSEEN } from './prepared.ts';
import { readSql, sql } from './sql.ts';
import { dialects } from './sql-dialect.ts';
import { EMPTY, type SymbolId, symbols } from './symbols.ts';

export const [STARTUP, OPTIONS, QUERY, PREPARE, EXECUTE, REGISTER, BATCH, AUTH_RESPONSE] = [
  1, 5, 7, 9, 10, 11, 13, 15,
] as const;

const NAMES: (SymbolId | undefined)[] = [];
for (const [opcode, name] of [
  [STARTUP, 'STARTUP'], [OPTIONS, 'OPTIONS'], [QUERY, 'QUERY'], [PREPARE, 'PREPARE'], [EXECUTE, 'EXECUTE'],
  [REGISTER, 'REGISTER'], [BATCH, 'BATCH'], [AUTH_RESPONSE, 'AUTH_RESPONSE'],
] as const) NAMES[opcode] = symbols.ofText(name); // biome-ignore format: one list

export function isRequest(opcode: number): boolean {
  return NAMES[opcode] !== undefined;
}

/** Flags of an envelope. */
export const [COMPRESSED, TRACING, PAYLOAD, WARNING] = [1, 2, 4, 8] as const;

/** Takes what the body `[at, end)` of a request says; it may be cut off. */
export function readRequestBody(
  state: State,
  opcode: number,
  flags: number,
  bytes: Uint8Array,
  at: number,
  end: number,
  message: Message,
): void {
  message.type = REQUEST;
  message.operation = NAMES[opcode] ?? EMPTY;
  message.namespace = state.keyspace;
  if (flags & COMPRESSED) {
    message.partial = opcode === QUERY || opcode === PREPARE || opcode === EXECUTE || opcode === BATCH;
    return;
  }
  if (flags & PAYLOAD) at = skipPayload(bytes, at, end);
  switch (opcode) {
    case QUERY:
      if (readText(bytes, at, end)) use(sql, message);
      return;
    case PREPARE: {
      if (!readText(bytes, at, end)) return;
      const { operation, target, statement } = sql;
      message.target = target;
      message.statement = statement;
      state.preparing.set(message.id, { operation, target, statement });
      if (state.preparing.size > MAX_PREPARING) state.preparing.delete(state.preparing.keys().next().value as number);
      return;
    }
    case EXECUTE: {
      const prepared = preparedAt(state, bytes, at, end);
      if (prepared !== UNSEEN) use(prepared, message);
      return;
    }
    case BATCH: {
      if (end - at < 4) return;
      const isText = bytes[at + 3] === 0;
      const first = isText ? (readText(bytes, at + 4, end) ? sql : UNSEEN) : preparedAt(state, bytes, at + 4, end);
      message.target = first.target;
      message.statement = first.statement;
    }
  }
}

const MAX_PREPARING = 1024;

function use(prepared: Readonly<Prepared>, message: Message): void {
  message.operation = prepared.operation;
  message.target = prepared.target;
  message.statement = prepared.statement;
}

/** Reads a `long string` of CQL into `sql`. */
function readText(bytes: Uint8Array, at: number, end: number): boolean {
  if (end - at < 4) return false;
  readSql(bytes, at + 4, Math.min(end, at + 4 + u32be(bytes, at)), dialects.cql);
  return true;
}

function preparedAt(state: State, bytes: Uint8Array, at: number, end: number): Readonly<Prepared> {
  const stop = end - at < 2 ? end : at + 2 + u16be(bytes, at);
  return stop < end ? state.statements.get(bytes, at + 2, stop) : UNSEEN;
}

/** Past a `bytes map`. */
export function skipPayload(bytes: Uint8Array, at: number, end: number): number {
  if (end - at < 2) return end;
  let count = u16be(bytes, at);
  at += 2;
  for (; count > 0 && end - at >= 2; count--) {
    at += 2 + u16be(bytes, at);
    if (end - at < 4) return end;
    at += 4 + Math.max(0, i32be(bytes, at));
  }
  return Math.min(at, end);
}
