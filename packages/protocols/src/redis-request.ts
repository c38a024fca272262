import { CR } from './bytes.ts';
import { keyPattern } from './key-pattern.ts';
import { type Message, ONEWAY, REQUEST } from './message.ts';
import { type Direction, FROM_CLIENT, NEED_MORE, NOT_MINE } from './protocol.ts';
import * as commands from './redis-commands.ts';
import { OFF, ON, pass, SKIP, type State } from './redis-state.ts';
import * as resp from './resp.ts';
import { symbols } from './symbols.ts';

const MAX_KEY = 1024;
const INLINE = symbols.ofText('INLINE');

/** Reads an array of bulk strings as a command (`from` the server: of a replication stream). */
export function readCommand(
  state: State,
  from: Direction,
  bytes: Uint8Array,
  start: number,
  end: number,
  message: Message,
) {
  const count = resp.header(bytes, start, end);
  if (count === resp.INCOMPLETE) return message.truncated ? NOT_MINE : NEED_MORE;
  if (count === resp.INVALID || count > resp.MAX_COUNT) return NOT_MINE;
  if (count <= 0) return resp.after - start;
  let found = resp.argument(bytes, resp.after, end, resp.MAX_NAME);
  if (found === resp.INVALID) return NOT_MINE;
  if (found === 0) return message.truncated ? NOT_MINE : NEED_MORE;
  let at = resp.after;
  let read = 1;
  const nameAt = resp.argAt;
  const nameEnd = resp.argEnd;
  const name = commands.commandName(bytes, nameAt, nameEnd) || INLINE;
  const kind = commands.commandKind(name);
  const wanted = argumentsWanted(kind, bytes, nameAt, nameEnd);
  let reply = true;
  while (read < count && read <= wanted) {
    found = resp.argument(bytes, at, end, MAX_KEY);
    if (found === 0 && !message.truncated && resp.argEnd - resp.argAt <= MAX_KEY) return NEED_MORE;
    if (found !== 1) break;
    at = resp.after;
    if (!useArgument(state, kind, read, bytes, resp.argAt, resp.argEnd, nameAt, nameEnd, message)) reply = false;
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
      return kind !== commands.REPLCONF || !resp.word(bytes, at, end, 'ack');
    case commands.CLIENT:
      if (index === 1) {
        message.statement = commands.subcommand(bytes, nameAt, nameEnd, at, end);
        isReply = resp.word(bytes, at, end, 'reply');
      } else if (isReply) {
        if (resp.word(bytes, at, end, 'on')) state.reply = ON;
        else state.reply = resp.word(bytes, at, end, 'off') ? OFF : SKIP;
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

/** Reads a line that was typed by hand. */
export function readInline(state: State, bytes: Uint8Array, start: number, end: number, message: Message): number {
  const next = resp.lineAfter(bytes, start, end);
  if (next < 0 && !message.truncated && end - start <= resp.MAX_LINE)
    return resp.printable(bytes, start, end) ? NEED_MORE : NOT_MINE;
  const stop = next < 0 ? end : next - (next - start > 1 && bytes[next - 2] === CR ? 2 : 1);
  if (!resp.printable(bytes, start, stop)) return NOT_MINE;
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
