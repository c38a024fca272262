import { CR, equalsIgnoreCase, LF, SPACE, startsWith } from './bytes.ts';
import { MORE } from './message.ts';
import { type Direction, FROM_CLIENT, MAYBE, NEED_MORE, NO, type Protocol, SURE } from './protocol.ts';
import * as commands from './redis-commands.ts';
import { readReply } from './redis-reply.ts';
import { readCommand, readInline } from './redis-request.ts';
import { ON, pass, type State } from './redis-state.ts';
import * as resp from './resp.ts';
import { hasMechanism } from './sasl.ts';

/**
 * Redis RESP2 and RESP3 (https://redis.io/docs/latest/develop/reference/protocol-spec/). Values are passed by unread.
 * Inline commands, pipelines, MULTI/EXEC (each command an exchange), pub/sub (deliveries are one-way), client-side
 * caching, replication. A redirect (MOVED, ASK) has its own status and error.
 */

/** Elements of a command that are looked at to tell it from a reply. */
const MAX_LOOK = 4;

function detect(bytes: Uint8Array, start: number, end: number, direction: Direction) {
  const type = bytes[start];
  if (direction === FROM_CLIENT) {
    if (type !== resp.STAR) return detectInline(bytes, start, end);
    const count = resp.header(bytes, start, end);
    if (count === resp.INCOMPLETE) return MAYBE;
    if (count < 1 || count > resp.MAX_COUNT) return NO;
    const found = resp.argument(bytes, resp.after, end, resp.MAX_NAME);
    if (found === resp.INVALID) return NO;
    if (found === 0) return resp.after < end ? SURE : MAYBE;
    return commands.isName(bytes, resp.argAt, resp.argEnd) && isBulk(bytes, resp.after, end, count - 1) ? SURE : NO;
  }
  if (
    type === resp.PLUS ||
    type === resp.MINUS ||
    type === resp.INTEGER ||
    (type >= 0x23 && type <= 0x5f && resp.isLine(type))
  ) {
    const next = resp.lineAfter(bytes, start, end);
    if (next < 0) return end - start > 512 ? NO : MAYBE;
    if (next - start < 3 || bytes[next - 2] !== CR) return NO;
    if (type === resp.PLUS && startsWith(bytes, start, next, '+OK ')) return NO;
    if (type === resp.PLUS || type === resp.MINUS) return resp.printable(bytes, start, next - 2) ? MAYBE : NO;
    for (let i = start + 1; i < next - 2; i++) if (bytes[i] > 0x7a || bytes[i] < 0x2b) return NO;
    return MAYBE;
  }
  if (
    type !== resp.DOLLAR &&
    type !== resp.STAR &&
    type !== resp.PUSH &&
    type !== resp.MAP &&
    type !== resp.SET &&
    type !== resp.BULK_ERROR
  )
    return NO;
  const length = resp.header(bytes, start, end);
  if (length === resp.INCOMPLETE) return MAYBE;
  if (length === resp.INVALID) return NO;
  if (type === resp.DOLLAR || type === resp.BULK_ERROR) {
    if (length >= 0 && resp.after + length + 2 <= end && bytes[resp.after + length] !== CR) return NO;
    return SURE;
  }
  if (length <= 0 || resp.after >= end) return length > resp.MAX_COUNT ? NO : SURE;
  const first = bytes[resp.after];
  if (type === resp.STAR && beginsWithCommand(bytes, resp.after, end)) return MAYBE;
  return resp.isLine(first) ||
    first === resp.DOLLAR ||
    first === resp.STAR ||
    first === resp.MAP ||
    first === resp.PUSH ||
    first === resp.SET
    ? SURE
    : NO;
}

/** Whether the first of `count` elements at `at` are bulk strings, as far as they are there. */
function isBulk(bytes: Uint8Array, at: number, end: number, count: number): boolean {
  for (let i = 0; i < Math.min(count, MAX_LOOK) && at < end; i++) {
    const found = resp.argument(bytes, at, end, resp.MAX_BULK);
    if (found <= 0) return found === 0;
    at = resp.after;
  }
  return true;
}

/** Whether an array's elements at `at` are those of a command rather than of a reply. */
function beginsWithCommand(bytes: Uint8Array, at: number, end: number): boolean {
  const found = resp.argument(bytes, at, end, resp.MAX_NAME) > 0;
  return found && commands.kindOf(bytes, resp.argAt, resp.argEnd) !== commands.UNKNOWN;
}

/** Lines by hand: a known command, and nothing that another protocol of lines would write. */
function detectInline(bytes: Uint8Array, start: number, end: number) {
  let stop = start;
  while (stop < end && bytes[stop] > 0x20 && stop - start < resp.MAX_NAME) stop++;
  if (stop === end || stop === start) return NO;
  if (bytes[stop] !== 0x20 && bytes[stop] !== CR && bytes[stop] !== LF) return NO;
  if (bytes[start] < 0x41 || commands.kindOf(bytes, start, stop) === commands.UNKNOWN) return NO;
  const isAuth = equalsIgnoreCase(bytes, start, stop, 'auth');
  if (isAuth && (bytes[stop] !== SPACE || hasMechanism(bytes, stop, end))) return NO;
  const next = resp.lineAfter(bytes, stop, end);
  return next > 0 && resp.printable(bytes, start, next - 1) ? MAYBE : NO;
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
    return bytes[start] === resp.STAR
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
