import { protocolId } from '@sonde/model';
import { u32be } from './bytes.ts';
import { INTERIM, type Message, MORE, NOTHING, ONEWAY, RESPONSE } from './message.ts';
import { frameEnd, HEADER, textEnd } from './pgsql-frame.ts';
import * as states from './pgsql-state.ts';
import { NEED_MORE, NOT_MINE } from './protocol.ts';
import { scrub } from './scrub.ts';
import { symbols } from './symbols.ts';

const [ERROR, COMPLETE, EMPTY_QUERY, SUSPENDED, READY, NOTICE, NOTIFICATION, PARAMETER, KEY, ROW] = [
  0x45, 0x43, 0x49, 0x73, 0x5a, 0x4e, 0x41, 0x53, 0x4b, 0x44,
] as const;
const [PARSED, BOUND, CLOSED, COLUMNS, NO_DATA, COPY_IN, COPY_BOTH, COPY_DATA, COPY_DONE, AUTHENTICATION] = [
  0x31, 0x32, 0x33, 0x54, 0x6e, 0x47, 0x57, 0x64, 0x63, 0x52,
] as const;

const OK = symbols.ofText('OK');
const NOTIFY = symbols.ofText('NOTIFY');
/** Not run, since something before it up to the same Sync failed. */
const SKIPPED = symbols.ofText('skipped');
const UNCODED = symbols.ofText('XX000');
const TLS = protocolId('tls');

const MAX_ERROR = 4096;
const MAX_NAME = 256;

/** Reads one response as far as it is there; rows are passed by. */
export function readResponse(
  state: states.State,
  bytes: Uint8Array,
  start: number,
  end: number,
  message: Message,
): number {
  if (state.secure > 0 && bytes[start] !== ERROR) return readSecure(state, bytes[start], message);
  message.type = NOTHING;
  let at = start;
  if (state.answering === 0) {
    if (end - start < HEADER) return message.truncated ? NOT_MINE : NEED_MORE;
    const stop = frameEnd(bytes, start, false);
    if (stop < 0) return NOT_MINE;
    const between = readBetween(state, bytes, start, stop, end, message);
    if (between !== AN_ANSWER) return between;
    if (isCut(bytes[start], start, stop, end) && !message.truncated) return NEED_MORE;
    if (asksBack(bytes, start, end)) {
      message.type = INTERIM;
      message.skip = Math.max(0, stop - end);
      return Math.min(stop, end) - start;
    }
    states.answer(state);
    message.type = RESPONSE;
    message.status = OK;
  } else message.type = MORE;
  while (at < end) {
    if (end - at < HEADER) return partly(at, start, message);
    const stop = frameEnd(bytes, at, false);
    if (stop < 0) {
      if (at === start) state.answering = 0;
      return at === start ? NOT_MINE : partly(at, start, message);
    }
    const type = bytes[at];
    if (type !== ROW) {
      if (isCut(type, at, stop, end) && !message.truncated) return partly(at, start, message);
      if (readPart(state, type, bytes, at, Math.min(stop, end), message)) {
        state.answering = 0;
        return ready(state, type, bytes, start, stop, end, message);
      }
    }
    at = stop;
  }
  message.open = true;
  if (at > end) message.skip = at - end;
  return Math.min(at, end) - start;
}

/** Authentication that goes on, or COPY that waits for its data: the client speaks next. */
function asksBack(bytes: Uint8Array, at: number, end: number): boolean {
  if (bytes[at] === COPY_IN) return true;
  return bytes[at] === AUTHENTICATION && end - at >= HEADER + 4 && u32be(bytes, at + HEADER) !== 0;
}

/** Whether more of the frame must come before it can be read. */
function isCut(type: number, at: number, stop: number, end: number): boolean {
  const looked = type === ERROR || type === COMPLETE || type === AUTHENTICATION;
  return looked && Math.min(stop, at + MAX_ERROR) > end;
}

/** The answer was read up to `at` and goes on. */
function partly(at: number, start: number, message: Message): number {
  message.open = true;
  if (at > start) return at - start;
  return message.truncated ? NOT_MINE : NEED_MORE;
}

function readSecure(state: states.State, byte: number, message: Message): number {
  if (byte !== 0x53 && byte !== 0x4e && byte !== 0x47) return NOT_MINE;
  state.secure--;
  if (byte === 0x53) message.switchTo = TLS;
  return 1;
}

const AN_ANSWER = -2;

/** What comes between answers, or belongs to none: what `read` returns, or AN_ANSWER where one begins. */
function readBetween(
  state: states.State,
  bytes: Uint8Array,
  start: number,
  stop: number,
  end: number,
  message: Message,
): number {
  switch (bytes[start]) {
    case READY: {
      if (stop > end) return message.truncated ? NOT_MINE : NEED_MORE;
      if (state.waiting.at(0)?.kind === states.SYNC && !state.owed) {
        states.answer(state);
        message.type = RESPONSE;
        message.status = OK;
      } else settleSkipped(state, message);
      state.answering = 0;
      state.owed = state.failed = false;
      return stop - start;
    }
    case NOTIFICATION: {
      const name = start + HEADER + 4;
      const to = textEnd(bytes, name, Math.min(stop, end, name + MAX_NAME));
      if (to < 0 && end < stop && end < name + MAX_NAME && !message.truncated) return NEED_MORE;
      message.type = ONEWAY;
      message.operation = NOTIFY;
      if (to > 0) message.target = symbols.of(bytes, name, to);
      break;
    }
    case PARAMETER:
    case NOTICE:
    case KEY:
    case COPY_DATA:
    case COPY_DONE:
      break;
    default:
      return AN_ANSWER;
  }
  if (stop <= end) return stop - start;
  message.skip = stop - end;
  return end - start;
}

/** What is left of a group whose Sync is answered was not run. */
function settleSkipped(state: states.State, message: Message): void {
  if (!state.owed) return;
  let count = 0;
  while ((state.waiting.at(0)?.group ?? Number.POSITIVE_INFINITY) <= state.answeringGroup) {
    const group = state.answeringGroup;
    states.answer(state);
    state.answeringGroup = group;
    count++;
  }
  if (count === 0) return;
  message.type = RESPONSE;
  message.also = count - 1;
  if (state.failed) message.status = message.error = SKIPPED;
}

/** Takes what one frame says. Whether it ends the answer. */
function readPart(
  state: states.State,
  type: number,
  bytes: Uint8Array,
  at: number,
  stop: number,
  message: Message,
): boolean {
  const extended = state.answering >= states.EXECUTE && state.answering <= states.PREPARE;
  switch (type) {
    case ERROR: {
      const fatal = readError(bytes, at + HEADER, stop, message);
      if (extended) state.failed = true;
      return extended || fatal;
    }
    case COMPLETE:
      if (state.answering === states.EXECUTE_UNSEEN) readTag(bytes, at + HEADER, stop, message);
      return extended;
    case EMPTY_QUERY:
    case SUSPENDED:
      return extended;
    case PARSED:
    case BOUND:
    case CLOSED:
    case COLUMNS:
    case NO_DATA:
      return state.answering === states.PREPARE && --state.acksLeft <= 0;
    case COPY_IN:
      if (extended) states.resume(state);
      return false;
    case READY:
    case COPY_BOTH:
      return true;
    default:
      return false;
  }
}

/** The verb of a command tag: `INSERT 0 1`. */
function readTag(bytes: Uint8Array, at: number, end: number, message: Message): void {
  let stop = at;
  while (stop < end && bytes[stop] >= 0x41 && bytes[stop] <= 0x5a && stop - at < 24) stop++;
  if (stop > at) message.operation = symbols.of(bytes, at, stop);
}

/** The fields of an ErrorResponse. Whether the server closes the connection after it. */
function readError(bytes: Uint8Array, at: number, end: number, message: Message): boolean {
  let fatal = false;
  message.status = message.error = UNCODED;
  while (at < end && bytes[at] !== 0) {
    const type = bytes[at];
    const found = textEnd(bytes, at + 1, end);
    const stop = found < 0 ? end : found;
    if (type === 0x43 && stop - at === 6) message.status = message.error = symbols.of(bytes, at + 1, stop);
    else if (type === 0x4d) message.errorText = scrub(bytes, at + 1, stop);
    else if (type === 0x53 || type === 0x56) fatal ||= bytes[at + 1] === 0x46 || bytes[at + 1] === 0x50;
    at = stop + 1;
  }
  return fatal;
}

/** The answer ended at `stop`: takes the ReadyForQuery that follows with it, if it says nothing else. */
function ready(
  state: states.State,
  type: number,
  bytes: Uint8Array,
  start: number,
  stop: number,
  end: number,
  message: Message,
): number {
  if (stop > end) {
    message.skip = stop - end;
    return end - start;
  }
  if (type === READY) {
    state.owed = state.failed = false;
    return stop - start;
  }
  state.owed = true;
  const follows = end - stop >= HEADER + 1 && bytes[stop] === READY && frameEnd(bytes, stop, false) > 0;
  if (!follows || (state.waiting.at(0)?.group ?? Number.POSITIVE_INFINITY) <= state.answeringGroup) return stop - start;
  state.owed = state.failed = false;
  return stop + HEADER + 1 - start;
}
