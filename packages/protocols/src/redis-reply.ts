import { LF } from './bytes.ts';
import { keyPattern } from './key-pattern.ts';
import { type Message, NOTHING, ONEWAY, RESPONSE } from './message.ts';
import { NEED_MORE, NOT_MINE } from './protocol.ts';
import { readCommand } from './redis-request.ts';
import { pass, type State, setError } from './redis-state.ts';
import * as resp from './resp.ts';
import { EMPTY, symbols } from './symbols.ts';

const MAX_KEY = 1024;
const OK = symbols.ofText('OK');

/** What a push, or an array shaped like one, is. */
const PLAIN = 0;
const UNKNOWN_YET = 1;
const DELIVERY = 2;
const CONFIRMATION = 3;

const KINDS: readonly (readonly [string, number])[] = [
  ['message', DELIVERY],
  ['pmessage', DELIVERY],
  ['smessage', DELIVERY],
  ['subscribe', CONFIRMATION],
  ['psubscribe', CONFIRMATION],
  ['ssubscribe', CONFIRMATION],
  ['unsubscribe', CONFIRMATION],
  ['punsubscribe', CONFIRMATION],
  ['sunsubscribe', CONFIRMATION],
];

function pushKind(bytes: Uint8Array, at: number, end: number, message: Message): number {
  const found = resp.argument(bytes, at, end, resp.MAX_NAME);
  if (found !== 1) return found === 0 && !message.truncated ? UNKNOWN_YET : PLAIN;
  const kindAt = resp.argAt;
  const kindEnd = resp.argEnd;
  for (let i = 0; i < KINDS.length; i++) {
    if (!resp.word(bytes, kindAt, kindEnd, KINDS[i][0])) continue;
    if (KINDS[i][1] === CONFIRMATION) return CONFIRMATION;
    const channel = resp.argument(bytes, resp.after, end, MAX_KEY);
    if (channel === 0 && !message.truncated) return UNKNOWN_YET;
    message.operation = symbols.of(bytes, kindAt, kindEnd);
    if (channel === 1) message.target = keyPattern(bytes, resp.argAt, resp.argEnd);
    return DELIVERY;
  }
  return PLAIN;
}

function readAggregate(state: State, bytes: Uint8Array, start: number, end: number, message: Message): number {
  const type = bytes[start];
  const count = resp.header(bytes, start, end);
  if (count === resp.INCOMPLETE) return message.truncated ? NOT_MINE : NEED_MORE;
  if (count === resp.INVALID || count > resp.MAX_COUNT) return NOT_MINE;
  const at = resp.after;
  let kind = PLAIN;
  if (
    type === resp.PUSH ||
    (type === resp.STAR && (count === 3 || count === 4) && (state.subscribed || state.pending === 0))
  ) {
    kind = pushKind(bytes, at, end, message);
    if (kind === UNKNOWN_YET) return NEED_MORE;
  }
  if (kind === CONFIRMATION) confirm(state, message);
  else if (kind === DELIVERY) message.type = ONEWAY;
  else if (type === resp.PUSH) {
    message.type = ONEWAY;
    message.operation =
      resp.argument(bytes, at, end, resp.MAX_NAME) === 1 ? symbols.of(bytes, resp.argAt, resp.argEnd) : EMPTY;
  } else if (type === resp.ATTRIBUTE) message.type = NOTHING;
  else respond(state, message);
  state.left[1] = Math.max(0, type === resp.MAP || type === resp.ATTRIBUTE ? 2 * count : count);
  return pass(state, 1, bytes, start, at, end, message);
}

function respond(state: State, message: Message): void {
  message.type = RESPONSE;
  message.status = OK;
  if (state.pending > 0) state.pending--;
}

/** The first confirmation answers its SUBSCRIBE, the further ones only follow. */
function confirm(state: State, message: Message): void {
  if (state.confirms.length === 0) return;
  if (state.confirmed === 0) respond(state, message);
  if (++state.confirmed < state.confirms[0]) return;
  state.confirms.shift();
  state.confirmed = 0;
}

/** Reads a reply, a push or a piece of a replication stream. */
export function readReply(state: State, bytes: Uint8Array, start: number, end: number, message: Message): number {
  const type = bytes[start];
  if (state.replica && state.pending === 0) {
    if (type === LF) return 1;
    if (type === resp.STAR) return readCommand(state, 1, bytes, start, end, message);
    if (type === resp.DOLLAR) {
      const length = resp.header(bytes, start, end);
      if (length === resp.INCOMPLETE) return message.truncated ? NOT_MINE : NEED_MORE;
      if (length < 0) return NOT_MINE;
      message.skip = length;
      return resp.after - start;
    }
  }
  switch (type) {
    case resp.STAR:
    case resp.SET:
    case resp.PUSH:
    case resp.MAP:
    case resp.ATTRIBUTE:
      return readAggregate(state, bytes, start, end, message);
    case resp.DOLLAR:
    case resp.VERBATIM: {
      const length = resp.header(bytes, start, end);
      if (length === resp.INCOMPLETE) return message.truncated ? NOT_MINE : NEED_MORE;
      if (length === resp.INVALID || length > resp.MAX_BULK) return NOT_MINE;
      respond(state, message);
      const stop = length < 0 ? resp.after : resp.after + length + 2;
      if (stop <= end) return stop - start;
      message.skip = stop - end;
      return end - start;
    }
    case resp.BULK_ERROR: {
      const found = resp.argumentOfError(bytes, start, end);
      if (found === resp.INVALID) return NOT_MINE;
      if (found === 0 && !message.truncated) return NEED_MORE;
      respond(state, message);
      setError(bytes, resp.argAt, Math.min(end, resp.after), message);
      return Math.min(end, resp.after) - start;
    }
    default: {
      if (!resp.isLine(type)) return NOT_MINE;
      const next = resp.lineAfter(bytes, start, end);
      if (next < 0 && !message.truncated) return end - start > resp.MAX_LINE ? NOT_MINE : NEED_MORE;
      respond(state, message);
      if (type === resp.MINUS) setError(bytes, start + 1, next < 0 ? end : next, message);
      return (next < 0 ? end : next) - start;
    }
  }
}
