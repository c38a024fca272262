import { CR } from './bytes.ts';
import { type Message, MORE, RESPONSE } from './message.ts';
import { type Direction, NOT_MINE } from './protocol.ts';
import * as resp from './resp.ts';
import { scrub } from './scrub.ts';
import { symbols } from './symbols.ts';

const ERR = symbols.ofText('ERR');

/** Whether the server answers: CLIENT REPLY. */
export const ON = 0;
export const OFF = 1;
export const SKIP = 2;

/** What is remembered of a Redis connection. */
export interface State {
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

/** Passes the elements of `state.left` by, as far as they are there. */
export function pass(
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
    if (type === resp.DOLLAR || type === resp.VERBATIM || type === resp.BULK_ERROR) {
      const length = resp.header(bytes, at, end);
      if (length === resp.INCOMPLETE) break;
      if (length === resp.INVALID || length > resp.MAX_BULK) return broken(state, from);
      left--;
      at = length < 0 ? resp.after : resp.after + length + 2;
      if (at > end) {
        message.skip = at - end;
        at = end;
      }
    } else if (
      type === resp.STAR ||
      type === resp.SET ||
      type === resp.PUSH ||
      type === resp.MAP ||
      type === resp.ATTRIBUTE
    ) {
      const count = resp.header(bytes, at, end);
      if (count === resp.INCOMPLETE) break;
      if (count === resp.INVALID || count > resp.MAX_COUNT) return broken(state, from);
      at = resp.after;
      left += type === resp.MAP ? 2 * count - 1 : type === resp.ATTRIBUTE ? 2 * count : Math.max(0, count) - 1;
      if (left > resp.MAX_COUNT * 4) return broken(state, from);
    } else if (resp.isLine(type)) {
      const next = resp.lineAfter(bytes, at, end);
      if (next < 0) {
        if (end - at > resp.MAX_LINE) return broken(state, from);
        break;
      }
      if (type === resp.MINUS && !message.error && (message.type === RESPONSE || message.type === MORE)) {
        const { status } = message;
        setError(bytes, at + 1, next, message);
        message.status = status;
      }
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

/** `-CODE text` up to the line's end. */
export function setError(bytes: Uint8Array, at: number, next: number, message: Message): void {
  const stop = next - (bytes[next - 2] === CR ? 2 : 1);
  let space = at;
  while (space < stop && bytes[space] >= 0x41 && bytes[space] <= 0x5a) space++;
  const coded = space > at && space - at <= 24 && (space === stop || bytes[space] === 0x20);
  message.status = message.error = coded ? symbols.of(bytes, at, space) : ERR;
  message.errorText = scrub(bytes, at, stop);
}
