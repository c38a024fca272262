import { CR, LF } from './bytes.ts';
import { keyPattern } from './key-pattern.ts';
import { type Message, MORE, NOTHING, ONEWAY, REQUEST, RESPONSE } from './message.ts';
import { type Direction, FROM_CLIENT, MAYBE, NEED_MORE, NO, NOT_MINE, type Protocol, SURE } from './protocol.ts';
import * as commands from './redis-commands.ts';
import { scrub } from './scrub.ts';
import { EMPTY, symbols } from './symbols.ts';

/**
 * Redis RESP2 and RESP3 (https://redis.io/docs/latest/develop/reference/protocol-spec/). Values are passed by unread.
 * Inline commands, pipelines, MULTI/EXEC (each command an exchange), pub/sub (deliveries are one-way), client-side
 * caching, replication. A redirect (MOVED, ASK) has its own status and error.
 */

const MAX_LINE = 1 << 16;
const MAX_COUNT = 1 << 20;
const MAX_NAME = 64;
const MAX_KEY = 1024;
const MAX_BULK = 2 ** 40;

const [STAR, DOLLAR, PLUS, MINUS, PUSH] = [0x2a, 0x24, 0x2b, 0x2d, 0x3e];
const [INTEGER, DOUBLE, BOOLEAN, NULL, BIG] = [0x3a, 0x2c, 0x23, 0x5f, 0x28];
const [VERBATIM, BULK_ERROR, SET, MAP, ATTRIBUTE] = [0x3d, 0x21, 0x7e, 0x25, 0x7c];

const OK = symbols.ofText('OK');
const ERR = symbols.ofText('ERR');
const INLINE = symbols.ofText('INLINE');

/** Whether the server answers: CLIENT REPLY. */
const ON = 0;
const OFF = 1;
const SKIP = 2;

interface State {
  /** Per direction: arguments or elements of the current message still to be passed by. */
  readonly left: [number, number];
  /** Requests read that have no response yet. */
  pending: number;
  reply: number;
  subscribed: boolean;
  replica: boolean;
  /** Confirmations still to come for each pending SUBSCRIBE or UNSUBSCRIBE. */
  readonly confirms: number[];
  /** Of the first of `confirms`, how many came. */
  confirmed: number;
}

let after = 0;
const INCOMPLETE = -2;
const INVALID = -3;

/** The number of the header line at `at` (`*3`, `$-1`), `after` its line end; -1 is null. */
function header(bytes: Uint8Array, at: number, end: number): number {
  let i = at + 1;
  let value = 0;
  if (i < end && bytes[i] === MINUS) {
    if (end - i < 4) return INCOMPLETE;
    after = i + 4;
    return bytes[i + 1] === 0x31 && bytes[i + 2] === CR && bytes[i + 3] === LF ? -1 : INVALID;
  }
  for (; i < end; i++) {
    const digit = bytes[i] - 0x30;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  if (i === end) return i - at > 16 ? INVALID : INCOMPLETE;
  if (bytes[i] !== CR || i === at + 1 || i - at > 15) return INVALID;
  if (i + 1 === end) return INCOMPLETE;
  after = i + 2;
  return bytes[i + 1] === LF ? value : INVALID;
}

/** The index after the line end that follows `at`, or -1. */
function lineAfter(bytes: Uint8Array, at: number, end: number): number {
  for (let i = at; i < end; i++) if (bytes[i] === LF) return i + 1;
  return -1;
}

let argAt = 0;
let argEnd = 0;

/** The bulk string at `at`: 1 and `[argAt, argEnd)`, `after` it; 0 where it is not whole; INVALID. */
function argument(bytes: Uint8Array, at: number, end: number, most: number): number {
  if (at >= end) return 0;
  if (bytes[at] !== DOLLAR) return INVALID;
  const length = header(bytes, at, end);
  if (length === INCOMPLETE) return 0;
  if (length < 0 || length > most) return INVALID;
  argAt = after;
  argEnd = after + length;
  if (argEnd + 2 > end) return 0;
  after = argEnd + 2;
  return 1;
}

function readCommand(state: State, from: Direction, bytes: Uint8Array, start: number, end: number, message: Message) {
  const count = header(bytes, start, end);
  if (count === INCOMPLETE) return message.truncated ? NOT_MINE : NEED_MORE;
  if (count === INVALID || count > MAX_COUNT) return NOT_MINE;
  if (count <= 0) return after - start;
  let found = argument(bytes, after, end, MAX_NAME);
  if (found === INVALID) return NOT_MINE;
  if (found === 0) return message.truncated ? NOT_MINE : NEED_MORE;
  let at = after;
  let read = 1;
  const nameAt = argAt;
  const nameEnd = argEnd;
  const name = commands.commandName(bytes, nameAt, nameEnd) || INLINE;
  const kind = commands.commandKind(name);
  const wanted = argumentsWanted(kind, bytes, nameAt, nameEnd);
  let reply = true;
  while (read < count && read <= wanted) {
    found = argument(bytes, at, end, MAX_KEY);
    if (found === 0 && !message.truncated && argEnd - argAt <= MAX_KEY) return NEED_MORE;
    if (found !== 1) break;
    at = after;
    if (!useArgument(state, kind, read, bytes, argAt, argEnd, nameAt, nameEnd, message)) reply = false;
    read++;
  }
  begin(state, from, kind, count, reply, message);
  message.operation = name;
  state.left[from] = count - read;
  return pass(state, from, bytes, start, at, end, message);
}

/** How many arguments after the name are looked at. */
function argumentsWanted(kind: number, bytes: Uint8Array, nameAt: number, nameEnd: number): number {
  switch (kind) {
    case commands.NO_KEY:
    case commands.HELLO:
    case commands.REPLICATE:
      return 0;
    case commands.UNKNOWN:
      for (let i = nameAt; i < nameEnd; i++) if (bytes[i] === 0x2e) return 1;
      return 0;
    case commands.CONTAINER_KEY:
    case commands.CLIENT:
    case commands.SECOND:
      return 2;
    case commands.SCRIPT:
      return 3;
    default:
      return 1;
  }
}

/** Takes what argument `index` says. False where it means that no reply will come. */
function useArgument(
  state: State,
  kind: number,
  index: number,
  bytes: Uint8Array,
  at: number,
  end: number,
  nameAt: number,
  nameEnd: number,
  message: Message,
): boolean {
  // biome-ignore format: one list
  switch (kind) {
    case commands.CONTAINER:
    case commands.CONTAINER_KEY:
    case commands.REPLCONF:
      if (index === 1) message.statement = commands.subcommand(bytes, nameAt, nameEnd, at, end);
      else message.target = keyPattern(bytes, at, end);
      return kind !== commands.REPLCONF || !word(bytes, at, end, 'ack');
    case commands.CLIENT:
      if (index === 1) {
        message.statement = commands.subcommand(bytes, nameAt, nameEnd, at, end);
        isReply = word(bytes, at, end, 'reply');
      } else if (isReply) {
        if (word(bytes, at, end, 'on')) state.reply = ON;
        else state.reply = word(bytes, at, end, 'off') ? OFF : SKIP;
        return state.reply === ON;
      }
      return true;
    case commands.SCRIPT:
      if (index === 3) message.target = keyPattern(bytes, at, end);
      return true;
    case commands.SECOND:
      if (index === 2) message.target = keyPattern(bytes, at, end);
      return true;
    default:
      message.target = keyPattern(bytes, at, end);
      return true;
  }
}
let isReply = false;

function word(bytes: Uint8Array, at: number, end: number, lower: string): boolean {
  if (end - at !== lower.length) return false;
  for (let i = 0; i < lower.length; i++) if ((bytes[at + i] | 0x20) !== lower.charCodeAt(i)) return false;
  return true;
}

function begin(state: State, from: Direction, kind: number, count: number, reply: boolean, message: Message): void {
  if (from !== FROM_CLIENT) {
    message.type = ONEWAY;
    return;
  }
  const silent = !reply || state.reply !== ON;
  if (reply && state.reply === SKIP) state.reply = ON;
  message.type = silent ? ONEWAY : REQUEST;
  if (silent) return;
  state.pending++;
  if (kind === commands.SUBSCRIBE) {
    state.subscribed = true;
    state.confirms.push(count - 1);
  } else if (kind === commands.UNSUBSCRIBE) state.confirms.push(Math.max(1, count - 1));
  else if (kind === commands.REPLICATE) state.replica = true;
}

/** Passes the elements of `state.left` by, as far as they are there. */
function pass(
  state: State,
  from: Direction,
  bytes: Uint8Array,
  start: number,
  at: number,
  end: number,
  message: Message,
): number {
  // biome-ignore format: one list
  let left = state.left[from];
  while (left > 0 && at < end) {
    const type = bytes[at];
    if (type === DOLLAR || type === VERBATIM || type === BULK_ERROR) {
      const length = header(bytes, at, end);
      if (length === INCOMPLETE) break;
      if (length === INVALID || length > MAX_BULK) return broken(state, from);
      left--;
      at = length < 0 ? after : after + length + 2;
      if (at > end) {
        message.skip = at - end;
        at = end;
      }
    } else if (type === STAR || type === SET || type === PUSH || type === MAP || type === ATTRIBUTE) {
      const count = header(bytes, at, end);
      if (count === INCOMPLETE) break;
      if (count === INVALID || count > MAX_COUNT) return broken(state, from);
      at = after;
      left += type === MAP ? 2 * count - 1 : type === ATTRIBUTE ? 2 * count : Math.max(0, count) - 1;
      if (left > MAX_COUNT * 4) return broken(state, from);
    } else if (isLine(type)) {
      const next = lineAfter(bytes, at, end);
      if (next < 0) {
        if (end - at > MAX_LINE) return broken(state, from);
        break;
      }
      if (type === MINUS && !message.error && (message.type === RESPONSE || message.type === MORE))
        setError(bytes, at + 1, next, message);
      at = next;
      left--;
    } else return broken(state, from);
  }
  if (left > 0 && message.truncated) {
    at = end;
    left = 0;
  }
  state.left[from] = left;
  message.open = left > 0;
  return at - start;
}

function broken(state: State, from: Direction): number {
  state.left[from] = 0;
  return NOT_MINE;
}

function isLine(type: number): boolean {
  return (
    type === INTEGER ||
    type === PLUS ||
    type === MINUS ||
    type === NULL ||
    type === BOOLEAN ||
    type === DOUBLE ||
    type === BIG
  );
}

/** `-CODE text` up to the line's end. */
function setError(bytes: Uint8Array, at: number, next: number, message: Message): void {
  const stop = next - (bytes[next - 2] === CR ? 2 : 1);
  let space = at;
  while (space < stop && bytes[space] >= 0x41 && bytes[space] <= 0x5a) space++;
  const coded = space > at && space - at <= 24 && (space === stop || bytes[space] === 0x20);
  message.status = message.error = coded ? symbols.of(bytes, at, space) : ERR;
  message.errorText = scrub(bytes, at, stop);
}

function readInline(state: State, bytes: Uint8Array, start: number, end: number, message: Message): number {
  const next = lineAfter(bytes, start, end);
  if (next < 0 && !message.truncated && end - start <= MAX_LINE)
    return printable(bytes, start, end) ? NEED_MORE : NOT_MINE;
  const stop = next < 0 ? end : next - (next - start > 1 && bytes[next - 2] === CR ? 2 : 1);
  if (!printable(bytes, start, stop)) return NOT_MINE;
  let count = 0;
  let kind: number = commands.UNKNOWN;
  let wanted = 0;
  let reply = true;
  let nameAt = start;
  let nameEnd = start;
  for (let at = start; at < stop; ) {
    while (at < stop && bytes[at] <= 0x20) at++;
    if (at === stop) break;
    let to = at;
    while (to < stop && bytes[to] > 0x20) to++;
    if (count === 0) {
      nameAt = at;
      nameEnd = to;
      message.operation = commands.commandName(bytes, at, to) || INLINE;
      kind = commands.commandKind(message.operation);
      if (kind === commands.UNKNOWN) message.operation = INLINE;
      wanted = argumentsWanted(kind, bytes, at, to);
    } else if (count <= wanted) {
      if (!useArgument(state, kind, count, bytes, at, to, nameAt, nameEnd, message)) reply = false;
    }
    count++;
    at = to;
  }
  if (count > 0) begin(state, FROM_CLIENT, kind, count, reply, message);
  return next < 0 ? end - start : next - start;
}

function printable(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const byte = bytes[i];
    if ((byte < 0x20 && byte !== 0x09 && byte !== CR) || byte === 0x7f) return false;
  }
  return true;
}

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
  const found = argument(bytes, at, end, MAX_NAME);
  if (found !== 1) return found === 0 && !message.truncated ? UNKNOWN_YET : PLAIN;
  const kindAt = argAt;
  const kindEnd = argEnd;
  for (let i = 0; i < KINDS.length; i++) {
    if (!word(bytes, kindAt, kindEnd, KINDS[i][0])) continue;
    if (KINDS[i][1] === CONFIRMATION) return CONFIRMATION;
    const channel = argument(bytes, after, end, MAX_KEY);
    if (channel === 0 && !message.truncated) return UNKNOWN_YET;
    message.operation = symbols.of(bytes, kindAt, kindEnd);
    if (channel === 1) message.target = keyPattern(bytes, argAt, argEnd);
    return DELIVERY;
  }
  return PLAIN;
}

function readAggregate(state: State, bytes: Uint8Array, start: number, end: number, message: Message): number {
  const type = bytes[start];
  const count = header(bytes, start, end);
  if (count === INCOMPLETE) return message.truncated ? NOT_MINE : NEED_MORE;
  if (count === INVALID || count > MAX_COUNT) return NOT_MINE;
  const at = after;
  let kind = PLAIN;
  if (type === PUSH || (type === STAR && (count === 3 || count === 4) && (state.subscribed || state.pending === 0))) {
    kind = pushKind(bytes, at, end, message);
    if (kind === UNKNOWN_YET) return NEED_MORE;
  }
  if (kind === CONFIRMATION) confirm(state, message);
  else if (kind === DELIVERY) message.type = ONEWAY;
  else if (type === PUSH) {
    message.type = ONEWAY;
    message.operation = argument(bytes, at, end, MAX_NAME) === 1 ? symbols.of(bytes, argAt, argEnd) : EMPTY;
  } else if (type === ATTRIBUTE) message.type = NOTHING;
  else respond(state, message);
  state.left[1] = Math.max(0, type === MAP || type === ATTRIBUTE ? 2 * count : count);
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

function readReply(state: State, bytes: Uint8Array, start: number, end: number, message: Message): number {
  const type = bytes[start];
  if (state.replica && state.pending === 0) {
    if (type === LF) return 1;
    if (type === STAR) return readCommand(state, 1, bytes, start, end, message);
    if (type === DOLLAR) {
      const length = header(bytes, start, end);
      if (length === INCOMPLETE) return message.truncated ? NOT_MINE : NEED_MORE;
      if (length < 0) return NOT_MINE;
      message.skip = length;
      return after - start;
    }
  }
  switch (type) {
    case STAR:
    case SET:
    case PUSH:
    case MAP:
    case ATTRIBUTE:
      return readAggregate(state, bytes, start, end, message);
    case DOLLAR:
    case VERBATIM: {
      const length = header(bytes, start, end);
      if (length === INCOMPLETE) return message.truncated ? NOT_MINE : NEED_MORE;
      if (length === INVALID || length > MAX_BULK) return NOT_MINE;
      respond(state, message);
      const stop = length < 0 ? after : after + length + 2;
      if (stop <= end) return stop - start;
      message.skip = stop - end;
      return end - start;
    }
    case BULK_ERROR: {
      const found = argumentOfError(bytes, start, end);
      if (found === INVALID) return NOT_MINE;
      if (found === 0 && !message.truncated) return NEED_MORE;
      respond(state, message);
      setError(bytes, argAt, Math.min(end, after), message);
      return Math.min(end, after) - start;
    }
    default: {
      if (!isLine(type)) return NOT_MINE;
      const next = lineAfter(bytes, start, end);
      if (next < 0 && !message.truncated) return end - start > MAX_LINE ? NOT_MINE : NEED_MORE;
      respond(state, message);
      if (type === MINUS) setError(bytes, start + 1, next < 0 ? end : next, message);
      return (next < 0 ? end : next) - start;
    }
  }
}

function argumentOfError(bytes: Uint8Array, start: number, end: number): number {
  const length = header(bytes, start, end);
  if (length === INCOMPLETE) return 0;
  if (length < 0 || length > MAX_LINE) return INVALID;
  argAt = after;
  after += length + 2;
  return after > end ? 0 : 1;
}

function detect(bytes: Uint8Array, start: number, end: number, direction: Direction) {
  const type = bytes[start];
  if (direction === FROM_CLIENT) {
    if (type !== STAR) return detectInline(bytes, start, end);
    const count = header(bytes, start, end);
    if (count === INCOMPLETE) return MAYBE;
    if (count < 1 || count > MAX_COUNT) return NO;
    const found = argument(bytes, after, end, MAX_NAME);
    if (found === INVALID) return NO;
    if (found === 0) return after < end ? SURE : MAYBE;
    return commands.isName(bytes, argAt, argEnd) ? SURE : NO;
  }
  if (type === PLUS || type === MINUS || type === INTEGER || (type >= 0x23 && type <= 0x5f && isLine(type))) {
    const next = lineAfter(bytes, start, end);
    if (next < 0) return end - start > 512 ? NO : MAYBE;
    if (next - start < 3 || bytes[next - 2] !== CR) return NO;
    if (type === PLUS || type === MINUS) return printable(bytes, start, next - 2) ? MAYBE : NO;
    for (let i = start + 1; i < next - 2; i++) if (bytes[i] > 0x7a || bytes[i] < 0x2b) return NO;
    return MAYBE;
  }
  if (type !== DOLLAR && type !== STAR && type !== PUSH && type !== MAP && type !== SET && type !== BULK_ERROR)
    return NO;
  const length = header(bytes, start, end);
  if (length === INCOMPLETE) return MAYBE;
  if (length === INVALID) return NO;
  if (type === DOLLAR || type === BULK_ERROR) {
    if (length >= 0 && after + length + 2 <= end && bytes[after + length] !== CR) return NO;
    return SURE;
  }
  if (length <= 0 || after >= end) return length > MAX_COUNT ? NO : SURE;
  const first = bytes[after];
  return isLine(first) || first === DOLLAR || first === STAR || first === MAP || first === PUSH || first === SET
    ? SURE
    : NO;
}

/** Lines by hand: a known command, and nothing that another protocol of lines would write. */
function detectInline(bytes: Uint8Array, start: number, end: number) {
  let stop = start;
  while (stop < end && bytes[stop] > 0x20 && stop - start < MAX_NAME) stop++;
  if (stop === end || stop === start) return NO;
  if (bytes[stop] !== 0x20 && bytes[stop] !== CR && bytes[stop] !== LF) return NO;
  if (bytes[start] < 0x41 || commands.kindOf(bytes, start, stop) === commands.UNKNOWN) return NO;
  const next = lineAfter(bytes, stop, end);
  return next > 0 && printable(bytes, start, next - 1) ? MAYBE : NO;
}

export const redis: Protocol<State> = {
  name: 'redis',
  transport: 'tcp',
  mode: 'turn',
  pairing: 'order',
  stateless: true,
  connect: () => ({
    left: [0, 0], pending: 0, reply: ON, subscribed: false, replica: false, confirms: [], confirmed: 0,
  }), // biome-ignore format: one list
  detect,
  read(state, from, bytes, start, end, message) {
    if (state.left[from] > 0) {
      message.type = MORE;
      const consumed = pass(state, from, bytes, start, start, end, message);
      return consumed === 0 ? NEED_MORE : consumed;
    }
    if (from !== FROM_CLIENT) return readReply(state, bytes, start, end, message);
    return bytes[start] === STAR
      ? readCommand(state, FROM_CLIENT, bytes, start, end, message)
      : readInline(state, bytes, start, end, message);
  },
  lost(state, from) {
    state.left[from] = 0;
    if (from !== FROM_CLIENT) return;
    state.pending = 0;
    state.subscribed = state.replica = false;
    state.reply = ON;
    state.confirms.length = 0;
    state.confirmed = 0;
  },
};
