import { OUTCOMES, type Outcome, protocolId } from '@sonde/model';
import { Call, type CallSink } from './call.ts';
import { Half, MAX_BUFFER } from './half.ts';
import { CANCEL, INTERIM, Message, MORE, NO_ID, NOTHING, ONEWAY, REQUEST, RESPONSE } from './message.ts';
import { type Direction, FROM_CLIENT, NEED_MORE, NO, type Protocol } from './protocol.ts';
import type { Segment } from './segment.ts';
import { EMPTY } from './symbols.ts';
import { WaitingCalls } from './waiting-calls.ts';

/**
 * The exchanges of one connection, put together from the messages of both directions.
 *
 * Invariants:
 * 1. A call is in `#waiting` from its request until it is settled, and is handed over exactly once.
 * 2. With pairing `order`, a response settles the oldest call of its direction; calls are handed over in that order.
 * 3. Lost bytes never create a call: a direction that lost bytes outside a body of known length is silent until
 *    `detect` recognises the start of a segment.
 * 4. Memory is bounded: the calls of `WaitingCalls`, and per direction what `Half` buffers.
 */
export class Conversation {
  /** Lost pieces that had to be resynchronised, responses without a request, requests dropped because too many waited. */
  gaps = 0;
  orphans = 0;
  evicted = 0;
  /** Whether bytes were ever read as a message of `protocol`, and how often they could not be. */
  understood = 0;
  misunderstood = 0;
  /** Pieces taken. */
  pieces = 0;

  protocol: Protocol;
  connection: number;
  #number: number;
  #state: unknown;
  readonly #sink: CallSink;
  readonly #datagrams: boolean;
  readonly #message = new Message();
  readonly #halves = [new Half(), new Half()] as const;
  readonly #waiting = new WaitingCalls();
  readonly #pool: Call[] = [];

  constructor(protocol: Protocol, connection: number, sink: CallSink, datagrams = false) {
    this.protocol = protocol;
    this.connection = connection;
    this.#number = protocolId(protocol.name);
    this.#state = protocol.connect(null, datagrams);
    this.#sink = sink;
    this.#datagrams = datagrams;
  }

  /** Requests that still wait for a response. */
  get pending(): number {
    return this.#waiting.size;
  }

  /** Takes the next piece of a direction. */
  segment(segment: Segment): void {
    const half = this.#halves[segment.direction];
    let { start } = segment;
    const captured = segment.end - segment.start;
    let missing = Math.max(0, segment.total - captured);
    if (this.#datagrams) half.forget();
    half.release();
    this.pieces++;
    if (half.untilClose) {
      this.#credit(half, segment.direction, segment.total, segment.last);
      return;
    }
    if (half.skip > 0) start += this.#pass(half, segment.direction, segment.end - start, segment.last);
    if (half.lost && start < segment.end) {
      if (this.protocol.detect(segment.bytes, start, segment.end, segment.direction, this.#datagrams) === NO) return;
      half.lost = false;
    }
    if (start < segment.end && !half.lost && this.#read(half, segment, start, missing)) return;
    if (missing === 0) return;
    if (half.untilClose) {
      this.#credit(half, segment.direction, missing, segment.last);
      return;
    }
    missing -= this.#pass(half, segment.direction, missing, segment.last);
    if (missing > 0) this.gap(segment.direction, missing, segment.last);
  }

  /** `bytes` of a direction (0: unknown how many) went by unseen. */
  gap(direction: Direction, bytes: number, time: number): void {
    const half = this.#halves[direction];
    if (bytes > 0) bytes -= this.#pass(half, direction, bytes, time);
    if (bytes === 0 && half.skip > 0) return;
    this.gaps++;
    if (direction !== FROM_CLIENT) half.current ??= this.#waiting.queue.last;
    if (half.current) half.current.complete = false;
    this.#credit(half, direction, bytes, time);
    if (half.current?.responseStarted ?? direction === FROM_CLIENT) this.#endMessage(half);
    half.forget();
    half.lost = true;
    this.protocol.lost?.(this.#state, direction);
    if (this.protocol.pairing !== 'order') return;
    if (direction === FROM_CLIENT) this.#waiting.requestsLost();
    else this.#waiting.responsesLost();
  }

  /** The connection ended, or its observation did: hands over what is left. */
  close(outcome: Outcome): void {
    for (const half of this.#halves) {
      if (half.current && (half.untilClose || half.current.oneway)) this.#endMessage(half);
      half.forget();
    }
    const number = OUTCOMES.indexOf(outcome);
    for (let call = this.#waiting.any; call; call = this.#waiting.any) this.#abandon(call, number);
  }

  /**
   * Turn mode: the responses to the requests so far have been seen to their end at `time`. Where they were `cut` by the
   * capture limit every request counts as answered, and what could not be told apart belongs to the last one.
   */
  settleTurn(cut: boolean, time: number): void {
    if (this.protocol.pairing !== 'order') return;
    const { first } = this.#waiting.queue;
    if (!cut && !first?.responseStarted) return;
    this.#halves[first?.reversed ? 0 : 1].forget();
    for (let call = first, next = call; call; call = cut ? next : null) {
      next = call.after;
      if (!call.responseStarted) {
        call.complete = false;
        call.responseFirst = call.responseLast = time;
      }
      call.responseEnded = true;
      this.#settle(call);
    }
    if (cut) this.#waiting.allSettled();
  }

  /** Whether the bytes `missing` after the captured ones were found to belong to a message that was cut there. */
  #read(half: Half, segment: Segment, start: number, missing: number): boolean {
    let { bytes, end } = segment;
    let at = start;
    let offset = segment.offset + (start - segment.start);
    let first = segment.first;
    if (half.buffered > 0) {
      half.append(bytes, at, end);
      bytes = half.buffer;
      at = 0;
      end = half.buffered;
      offset = half.offset;
      first = half.first;
      half.buffered = 0;
    }
    const message = this.#message;
    while (at < end) {
      message.clear();
      message.truncated = false;
      const direction = segment.direction;
      let consumed = this.protocol.read(this.#state, direction, bytes, at, end, message);
      if (consumed === NEED_MORE && (missing > 0 || this.#datagrams || end - at > MAX_BUFFER)) {
        message.clear();
        message.truncated = true;
        consumed = this.protocol.read(this.#state, direction, bytes, at, end, message);
        if (consumed <= NEED_MORE) {
          this.misunderstood++;
          if (!this.#datagrams) this.gap(direction, end - at, segment.last);
          return false;
        }
        message.open = true;
        this.#dispatch(half, message, direction, consumed, offset, first, segment, false);
        this.#cut(half, direction, missing, segment.last);
        return true;
      } else if (consumed === NEED_MORE) {
        half.keep(bytes, at, end, offset, first);
        return false;
      } else if (consumed < 0) {
        this.misunderstood++;
        this.gap(direction, end - at, segment.last);
        return false;
      } else {
        if (this.#datagrams && at + consumed === end) message.skip += missing;
        this.#dispatch(half, message, direction, consumed, offset, first, segment, true);
      }
      at += consumed;
      offset += consumed;
      first = segment.first;
      if (half.untilClose) {
        this.#credit(half, direction, end - at, segment.last);
        return false;
      }
      if (half.skip > 0) {
        const passed = this.#pass(half, direction, end - at, segment.last);
        at += passed;
        offset += passed;
      }
    }
    return false;
  }

  /** The rest of a message whose beginning was just read went by unseen, and nobody knows where it ends. */
  #cut(half: Half, direction: Direction, missing: number, time: number): void {
    this.gaps++;
    this.#credit(half, direction, missing, time);
    half.skip = 0;
    half.open = false;
    this.#endMessage(half);
    half.lost = !this.#datagrams;
    this.protocol.lost?.(this.#state, direction);
  }

  #dispatch(
    half: Half,
    message: Message,
    direction: Direction,
    consumed: number,
    offset: number,
    first: number,
    segment: Segment,
    whole: boolean,
  ): void {
    this.understood++;
    let call: Call | null = null;
    switch (message.type) {
      case REQUEST:
      case ONEWAY:
        call = this.#request(message, direction, offset, first, segment.queueWait);
        break;
      case RESPONSE:
      case INTERIM:
        call = this.#waiting.find(message.id, direction === FROM_CLIENT);
        if (!call) this.orphans++;
        else {
          if (!call.responseStarted) call.responseFirst = first;
          if (message.type === RESPONSE) call.responseStarted = true;
          this.#waiting.answered();
          call.merge(message);
        }
        break;
      case MORE:
        call = message.id === NO_ID ? half.current : this.#waiting.byId.get(message.id);
        call?.merge(message);
        break;
      case CANCEL:
        call = this.#waiting.find(message.id, direction !== FROM_CLIENT);
        if (call) this.#cancel(call, message);
        call = null;
        break;
    }
    if (call && (!whole || message.partial)) call.complete = false;
    half.current = call;
    half.open = message.open;
    half.untilClose = message.untilClose;
    half.skip = message.skip;
    this.#credit(half, direction, consumed, segment.last);
    const ends = message.type !== NOTHING && message.type !== INTERIM && !message.open && !message.untilClose;
    if (ends && message.skip === 0) this.#endMessage(half);
    else if (message.type === NOTHING || message.type === INTERIM) {
      half.open = true;
      if (message.skip === 0) half.current = null;
    }
    if (message.also > 0) this.#answerAlso(message, direction, segment.last);
    if (message.switchTo < 0) return;
    this.#upgrade = call;
    this.#onSwitch?.(message.switchTo);
    this.#upgrade = null;
    if (call && message.goesOn !== NO_ID) this.#waiting.byId.add(call.again(this.#number, message.goesOn));
  }

  /** The call that a switch of protocols belongs to, while it happens. */
  #upgrade: Call | null = null;
  #onSwitch: ((protocol: number) => void) | undefined;

  /** Called when the bytes say that the connection speaks another protocol from here on. */
  set onSwitch(handler: (protocol: number) => void) {
    this.#onSwitch = handler;
  }

  /** Goes on as another protocol; calls that wait stay. */
  become(protocol: Protocol): void {
    this.protocol = protocol;
    this.#number = protocolId(protocol.name);
    this.#state = protocol.connect(this.#upgrade, this.#datagrams);
  }

  #request(message: Message, direction: Direction, offset: number, first: number, queueWait: number): Call {
    for (let over = this.#waiting.overtaken(); over; over = this.#waiting.overtaken()) {
      if (over.responseStarted) this.#hand(over);
      else this.#abandon(over, OUTCOMES.indexOf('pending'));
    }
    const call = (this.#pool.pop() ?? new Call()).begin(this.#number);
    call.merge(message);
    call.id = message.id;
    call.reversed = direction !== FROM_CLIENT;
    call.oneway = message.type === ONEWAY;
    call.requestOffset = offset;
    call.requestFirst = call.requestLast = first;
    call.queueWait = queueWait;
    if (message.id !== NO_ID && (!call.oneway || message.open)) {
      const previous = this.#waiting.byId.get(message.id);
      if (previous) this.#abandon(previous, OUTCOMES.indexOf('pending'));
      this.#waiting.byId.add(call);
    } else if (!call.oneway) this.#waiting.queue.push(call);
    const { surplus } = this.#waiting;
    if (surplus) {
      this.evicted++;
      this.#abandon(surplus, OUTCOMES.indexOf('pending'));
    }
    return call;
  }

  #answerAlso(message: Message, direction: Direction, time: number): void {
    for (let left = message.also; left > 0; left--) {
      const call = this.#waiting.find(NO_ID, direction === FROM_CLIENT);
      if (!call) return;
      call.merge(message);
      call.responseStarted = call.responseEnded = true;
      call.responseFirst = call.responseLast = time;
      if (call.requestEnded) this.#settle(call);
    }
  }

  #pass(half: Half, direction: Direction, available: number, time: number): number {
    if (half.skip === 0) return 0;
    const passed = Math.min(half.skip, available);
    half.skip -= passed;
    this.#credit(half, direction, passed, time);
    if (half.skip === 0 && !half.open && !half.untilClose) this.#endMessage(half);
    return passed;
  }

  #credit(half: Half, direction: Direction, bytes: number, time: number): void {
    const call = half.current;
    if (!call || bytes <= 0) return;
    if ((direction === FROM_CLIENT) !== call.reversed) {
      call.requestBytes += bytes;
      call.requestLast = time;
    } else {
      call.responseBytes += bytes;
      call.responseLast = time;
    }
  }

  #endMessage(half: Half): void {
    const call = half.current;
    half.current = null;
    half.untilClose = false;
    if (!call) return;
    const isRequest = half === this.#halves[call.reversed ? 1 : 0];
    if (isRequest) call.requestEnded = true;
    else call.responseEnded = true;
    if (call.oneway || (call.requestEnded && call.responseEnded)) this.#settle(call);
  }

  #settle(call: Call, outcome: Outcome = call.oneway ? 'oneway' : 'complete'): void {
    call.outcome = OUTCOMES.indexOf(outcome);
    this.#hand(call);
  }

  #cancel(call: Call, message: Message): void {
    if (call.responseEnded) this.#settle(call, 'complete');
    else {
      call.merge(message);
      call.oneway = message.error === EMPTY;
      this.#settle(call, call.oneway ? 'oneway' : 'reset');
    }
  }

  #abandon(call: Call, outcome: number): void {
    call.outcome = call.responseEnded ? OUTCOMES.indexOf('complete') : outcome;
    if (!call.responseEnded) call.complete = false;
    this.#hand(call);
  }

  #hand(call: Call): void {
    for (const half of this.#halves) if (half.current === call) half.current = null;
    this.#waiting.remove(call);
    this.#sink.call(call, this.connection);
    if (this.#pool.length < 64) this.#pool.push(call);
  }
}
