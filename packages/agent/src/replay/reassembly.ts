import { ACK, FIN, PSH, RST, SYN, type Transport } from './decoder.ts';

/** Which end of a connection, before anybody knows who the client is. */
export type End = 0 | 1;

/** Takes the byte streams of both ends, each in order, and what ends them. */
export interface StreamSink {
  /** `bytes[start, end)` were captured of `total` at `offset`. The sink copies what it keeps. */
  bytes(end: End, bytes: Uint8Array, start: number, stop: number, total: number, offset: number, time: number): void;
  gap(end: End, size: number, time: number): void;
  /** Both ends said that they are done, and all before it was handed over. */
  closed(): void;
}

/** How long (packets of the connection, then nanoseconds) bytes that the other end has acknowledged are waited for. */
const PATIENCE_PACKETS = 16;
const PATIENCE_TIME = 1e9;
/** How long a hole is waited for that nobody acknowledges, as when one direction alone was captured. */
const HOLE_TIME = 10e9;
const MAX_QUEUED_BYTES = 1 << 20;
const MAX_QUEUED_PIECES = 1024;
/** A sequence number this far from the expected one is of another connection. */
const MAX_JUMP = 1 << 28;

interface Piece {
  offset: number;
  bytes: Uint8Array;
  length: number;
  /** Bytes of the other end that its sender had received, or -1. */
  readonly seen: number;
  readonly time: number;
  readonly order: number;
}

class Stream {
  known = false;
  /** `next` was taken from an acknowledgement, of either end; no byte of this one was seen yet. */
  provisional = false;
  /** Sequence number of the byte at `delivered`. */
  next = 0;
  delivered = 0;
  readonly queue: Piece[] = [];
  queuedBytes = 0;
  /** Highest offset that the other end acknowledged. */
  acknowledged = 0;
  finishedAt = -1;
  /** Packet count and time since the head of the queue cannot be delivered. */
  blockedOrder = -1;
  blockedTime = 0;
}

/**
 * Both byte streams of one TCP connection (RFC 9293), put in order.
 *
 * Invariants:
 * 1. Each byte is delivered once, in the order of its stream; what never came is told as a gap between.
 * 2. Causality: a segment is delivered after the bytes that its sender had acknowledged, even where they were captured
 *    later, unless they do not come within the patience.
 * 3. Bounded: MAX_QUEUED_BYTES and MAX_QUEUED_PIECES a direction; past it the hole before them is a gap.
 */
export class Reassembly {
  /** Which end sent SYN, or -1 where it was not seen. */
  opener: End | -1 = -1;
  ended = false;
  /** Some end sent RST. A forged one changes nothing, so the connection is over only once nothing follows. */
  isReset = false;
  lost = 0;
  lastTime = 0;
  readonly #streams = [new Stream(), new Stream()] as const;
  readonly #sink: StreamSink;
  #order = 0;

  constructor(sink: StreamSink) {
    this.#sink = sink;
  }

  /** Sequence numbers of both ends' first bytes, as far as they were seen. */
  get starts(): readonly [number, number] {
    const [first, second] = this.#streams;
    return [(first.next - first.delivered) >>> 0, (second.next - second.delivered) >>> 0];
  }

  /** Whether a segment starts or belongs to another connection of the same four numbers. */
  isOther(end: End, segment: Transport): boolean {
    const stream = this.#streams[end];
    if (!stream.known) return false;
    const start = segment.flags & SYN ? segment.sequence + 1 : segment.sequence;
    const distance = (start - stream.next) | 0;
    if (segment.flags & SYN) return stream.delivered + distance !== 0 && !(this.#isSynAck(segment) && distance === 0);
    if (segment.wireLength === 0 || segment.flags & RST) return false;
    return Math.abs(distance) > MAX_JUMP;
  }

  segment(end: End, segment: Transport): void {
    if (this.ended) return;
    this.lastTime = segment.time;
    this.#order++;
    const stream = this.#streams[end];
    const other = this.#streams[1 - end];
    const { flags } = segment;
    let sequence = segment.sequence;
    if (flags & SYN) {
      sequence = (sequence + 1) >>> 0;
      if (!this.#isSynAck(segment)) this.opener = end;
      else if (this.opener < 0) this.opener = (1 - end) as End;
    }
    if (!stream.known || isEarlier(stream, sequence, segment)) {
      if (segment.wireLength === 0 && (flags & RST) !== 0) {
        this.isReset = true;
        return;
      }
      if (isKeepAlive(segment)) return;
      stream.next = sequence;
      stream.known = stream.provisional = true;
    }
    if (segment.wireLength > 0 || flags & SYN) stream.provisional = false;
    const seen = flags & ACK ? this.#acknowledge(other, segment.acknowledgement) : -1;
    const offset = stream.delivered + ((sequence - stream.next) | 0);
    if (segment.wireLength > 0 && Math.abs(offset - stream.delivered) <= MAX_JUMP) {
      this.#take(end, stream, other, segment, offset, seen);
    }
    if (flags & FIN) stream.finishedAt = offset + segment.wireLength;
    this.#pump(segment.time, false);
    if (flags & RST) this.isReset = true;
    if (this.#finished(0) && this.#finished(1)) this.#end(segment.time);
  }

  /** Delivers what is left, holes become gaps. The connection stays open. */
  flush(): void {
    if (!this.ended) this.#pump(this.lastTime, true);
  }

  #isSynAck(segment: Transport): boolean {
    return (segment.flags & (SYN | ACK)) === (SYN | ACK);
  }

  #finished(end: End): boolean {
    const stream = this.#streams[end];
    return stream.finishedAt >= 0 && stream.delivered >= stream.finishedAt;
  }

  #end(time: number): void {
    this.#pump(time, true);
    this.ended = true;
    this.#sink.closed();
  }

  /** What an acknowledgement says of the other end's stream: an offset, or -1 where it cannot be true. */
  #acknowledge(other: Stream, acknowledgement: number): number {
    if (!other.known || isBehindProbe(other, acknowledgement)) {
      other.next = acknowledgement;
      other.known = other.provisional = true;
    }
    const offset = other.delivered + ((acknowledgement - other.next) | 0);
    if (offset - other.delivered > MAX_QUEUED_BYTES) return -1;
    if (offset > other.acknowledged) other.acknowledged = offset;
    return offset;
  }

  #take(end: End, stream: Stream, other: Stream, segment: Transport, offset: number, seen: number): void {
    const length = segment.wireLength;
    if (offset + length <= stream.delivered) return;
    const inOrder = offset <= stream.delivered && seen <= other.delivered;
    if (inOrder && stream.queue.length === 0) {
      this.#deliver(end, stream, segment.bytes, segment.start, segment.end, length, offset, segment.time);
      return;
    }
    const { queue } = stream;
    let at = queue.length;
    while (at > 0 && queue[at - 1].offset > offset) at--;
    const bytes = segment.bytes.slice(segment.start, segment.end);
    queue.splice(at, 0, { offset, bytes, length, seen, time: segment.time, order: this.#order });
    stream.queuedBytes += length;
  }

  #deliver(
    end: End,
    stream: Stream,
    bytes: Uint8Array,
    start: number,
    stop: number,
    length: number,
    offset: number,
    time: number,
  ): void {
    const known = stream.delivered - offset;
    const size = length - known;
    if (size <= 0) return;
    const from = Math.min(stop, start + known);
    const at = stream.delivered;
    stream.delivered += size;
    stream.next = (stream.next + size) >>> 0;
    this.#sink.bytes(end, bytes, from, stop, size, at, time);
  }

  #pump(time: number, flush: boolean): void {
    for (;;) {
      const end = this.#deliverable(flush);
      if (end >= 0) {
        const stream = this.#streams[end as End];
        const piece = stream.queue.shift() as Piece;
        stream.queuedBytes -= piece.length;
        stream.blockedOrder = -1;
        this.#deliver(end as End, stream, piece.bytes, 0, piece.bytes.length, piece.length, piece.offset, piece.time);
        continue;
      }
      if (!this.#giveUp(time, flush)) return;
    }
  }

  /** The end whose head of the queue is next, by capture order; causality breaks where both wait for each other. */
  #deliverable(flush: boolean): End | -1 {
    let best: End | -1 = -1;
    let waiting: End | -1 = -1;
    let blocked = 0;
    for (const end of [0, 1] as const) {
      const stream = this.#streams[end];
      const { queue } = stream;
      while (queue.length > 0 && queue[0].offset + queue[0].length <= stream.delivered) {
        stream.queuedBytes -= (queue.shift() as Piece).length;
      }
      const [head] = queue;
      if (!head || head.offset > stream.delivered) continue;
      const other = this.#streams[1 - end];
      const ready = head.seen <= other.delivered || (flush && other.queue.length === 0);
      if (ready) {
        if (best < 0 || head.order < this.#streams[best as End].queue[0].order) best = end;
      } else {
        blocked++;
        if (waiting < 0 || head.order < this.#streams[waiting as End].queue[0].order) waiting = end;
      }
    }
    return best < 0 && blocked === 2 ? waiting : best;
  }

  /** Ends a wait that has been too long: for acknowledged bytes, or at a hole. False where all may go on waiting. */
  #giveUp(time: number, flush: boolean): boolean {
    for (const end of [0, 1] as const) {
      const stream = this.#streams[end];
      const [head] = stream.queue;
      if (!head) continue;
      if (stream.blockedOrder < 0) {
        stream.blockedOrder = this.#order;
        stream.blockedTime = time;
      }
      const packets = this.#order - stream.blockedOrder;
      const elapsed = time - stream.blockedTime;
      const impatient = flush || packets >= PATIENCE_PACKETS || elapsed >= PATIENCE_TIME;
      const isHole = head.offset > stream.delivered;
      const full = stream.queuedBytes > MAX_QUEUED_BYTES || stream.queue.length > MAX_QUEUED_PIECES;
      if (isHole) {
        const acknowledged = stream.acknowledged >= head.offset && impatient;
        if (!acknowledged && !flush && !full && elapsed < HOLE_TIME) continue;
        this.#declareGap(end, stream, head.offset);
        return true;
      }
      if (!impatient && !full) continue;
      const other = this.#streams[1 - end];
      const [behindHole] = other.queue;
      if (behindHole && behindHole.offset > other.delivered) {
        this.#declareGap((1 - end) as End, other, behindHole.offset);
        return true;
      }
      stream.queue[0] = { ...head, seen: -1 };
      return true;
    }
    return false;
  }

  #declareGap(end: End, stream: Stream, upTo: number): void {
    const size = upTo - stream.delivered;
    stream.delivered = upTo;
    stream.next = (stream.next + size) >>> 0;
    stream.blockedOrder = -1;
    this.lost += size;
    this.#sink.gap(end, size, stream.queue[0]?.time ?? this.lastTime);
  }
}

/** Whether a stream whose beginning is a guess begins here: before it, or with the data behind a keep-alive probe. */
function isEarlier(stream: Stream, sequence: number, { wireLength }: Transport): boolean {
  if (wireLength > 0 && isBehindProbe(stream, sequence)) return true;
  return stream.provisional && stream.delivered === 0 && ((sequence - stream.next) | 0) < 0;
}

/** RFC 9293 §3.8.4: a probe has the number before the next byte's, and may have no byte. */
function isBehindProbe({ provisional, delivered, next }: Stream, sequence: number): boolean {
  return provisional && delivered === 0 && ((sequence - next) | 0) === 1;
}

/** RFC 9293 §3.8.4: a probe may repeat one byte, which is junk to those who did not see the byte. */
function isKeepAlive(segment: Transport): boolean {
  return segment.wireLength === 1 && (segment.flags & (PSH | SYN | FIN | RST)) === 0;
}
