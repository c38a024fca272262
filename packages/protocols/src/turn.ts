import type { Call } from './call.ts';
import { INTERIM, Message, MORE, NOTHING, ONEWAY, REQUEST, RESPONSE } from './message.ts';
import { FROM_CLIENT, FROM_SERVER, NEED_MORE, NOT_MINE, type Protocol } from './protocol.ts';

/** One exchange as the kernel hands it over: the first bytes of a request and of its response in one buffer. */
export interface Turn {
  bytes: Uint8Array;
  requestStart: number;
  requestEnd: number;
  /** Bytes of the whole request and response on the wire. */
  requestTotal: number;
  responseStart: number;
  responseEnd: number;
  responseTotal: number;
  /** The response went quiet, and may go on. */
  isQuiet: boolean;
}

/** What a turn turned out to be. */
export const ONE_CALL = 1;
/** Several requests, or one whose end must be looked for: a conversation has to read it. */
export const SEVERAL = 2;
/** The beginning of one request and its response: more of the response is to come. */
export const UNFINISHED = 3;
/** Not of this protocol, or it begins in the middle of a message. */
export const UNREADABLE = 0;

const request = new Message();
const response = new Message();

/**
 * Reads a turn of a stateless protocol without any memory of the connection: the frequent case, one request and one
 * response, filled into `call`. Sizes and times are the caller's to set: the kernel knows them exactly.
 */
export function readTurn(protocol: Protocol, state: unknown, turn: Turn, call: Call): number {
  protocol.lost?.(state, FROM_CLIENT);
  protocol.lost?.(state, FROM_SERVER);
  const { bytes, requestStart, requestEnd } = turn;
  request.clear();
  request.truncated = request.brief = false;
  let used = protocol.read(state, FROM_CLIENT, bytes, requestStart, requestEnd, request);
  if (used === NEED_MORE && turn.requestTotal > requestEnd - requestStart) {
    request.clear();
    request.truncated = true;
    used = protocol.read(state, FROM_CLIENT, bytes, requestStart, requestEnd, request);
    call.complete = false;
  }
  if (used === NOT_MINE || used === NEED_MORE) return UNREADABLE;
  if (request.type !== REQUEST && request.type !== ONEWAY) return request.type === NOTHING ? SEVERAL : UNREADABLE;
  if (request.open || used + request.skip < turn.requestTotal) return SEVERAL;
  call.merge(request);
  call.oneway = request.type === ONEWAY;

  const truncated = turn.responseTotal > turn.responseEnd - turn.responseStart;
  let answered = false;
  let isOpen = false;
  let at = turn.responseStart;
  while (at < turn.responseEnd) {
    response.clear();
    response.truncated = truncated;
    response.brief = !turn.isQuiet;
    used = protocol.read(state, FROM_SERVER, bytes, at, turn.responseEnd, response);
    if (used <= 0) {
      if (answered) return SEVERAL;
      call.complete = false;
      return ONE_CALL;
    }
    switch (response.type) {
      case RESPONSE:
        if (answered || response.switchTo >= 0) return SEVERAL;
        answered = true;
        call.merge(response);
        break;
      case MORE:
        if (answered) call.merge(response);
        break;
      case INTERIM:
      case NOTHING:
        break;
      default:
        return SEVERAL;
    }
    isOpen = response.untilClose || (response.open && !truncated);
    if (response.untilClose) break;
    at += used + response.skip;
  }
  if (turn.isQuiet && (isOpen || at - turn.responseStart > turn.responseTotal)) return UNFINISHED;
  if (turn.responseTotal > 0 && !answered) call.complete = false;
  return ONE_CALL;
}
