import type { Endpoint, Outcome } from '@sonde/model';
import { Conversation, FROM_CLIENT, FROM_SERVER, type Protocol, protocolOf } from '@sonde/protocols';
import type { Transport } from './decoder.ts';
import { type HeldPiece, likelyClient, Opening, type Verdict } from './opening.ts';
import { type End, Reassembly, type StreamSink } from './reassembly.ts';
import { newSegment, type Session, type SessionSink } from './session.ts';

/** Pieces one after the other in which nothing could be read, after which the protocol is doubted. */
const SILENCE = 6;
const MAX_CORRECTIONS = 2;

/** One TCP connection of a capture: streams put in order, the protocol found, the exchanges read. */
export class TcpSession implements Session, StreamSink {
  readonly transport = 'tcp';
  readonly peers: readonly [Endpoint, Endpoint];
  protocol: Protocol | null = null;
  payload = 0;
  lastTime = 0;
  readonly reassembly = new Reassembly(this);
  readonly #sink: SessionSink;
  readonly #segment = newSegment();
  readonly #ports: readonly [number, number];
  #opening: Opening | null = null;
  #conversation: Conversation | null = null;
  #client: End = 0;
  #corrections = 0;
  #silence = 0;
  #closed = false;
  /** From here on the connection speaks whatever its ends please (CONNECT). */
  #isTunnel = false;

  constructor(peers: readonly [Endpoint, Endpoint], sink: SessionSink) {
    this.peers = peers;
    this.#ports = [peers[0].port, peers[1].port];
    this.#sink = sink;
  }

  /** Index of the end that is the client, as far as is known. */
  get client(): End {
    const { opener } = this.reassembly;
    if (opener >= 0) return opener as End;
    if (this.protocol) return this.#client;
    return likelyClient(this.#ports);
  }

  get starts(): readonly [number, number] {
    return this.reassembly.starts;
  }

  packet(end: End, segment: Transport): void {
    this.lastTime = segment.time;
    this.reassembly.segment(end, segment);
  }

  bytes(end: End, bytes: Uint8Array, start: number, stop: number, total: number, offset: number, time: number): void {
    this.payload += total;
    if (this.#conversation) this.#feed(end, bytes, start, stop, total, offset, time);
    else this.#hold({ end, bytes: bytes.slice(start, stop), total, offset, time });
  }

  gap(end: End, size: number, time: number): void {
    if (this.#conversation) this.#conversation.gap(end === this.#client ? FROM_CLIENT : FROM_SERVER, size, time);
    else this.#hold({ end, bytes: null, total: size, offset: 0, time });
  }

  closed(): void {
    this.#close('closed');
  }

  /** The capture is over, or the connection was silent for long. */
  finish(): void {
    this.reassembly.flush();
    this.#close(this.reassembly.isReset ? 'reset' : 'pending');
  }

  #close(outcome: Outcome): void {
    if (this.#closed) return;
    this.#closed = true;
    const verdict = this.#conversation ? null : this.#opening?.finish();
    if (verdict) this.#decide(verdict);
    this.#conversation?.close(outcome);
    this.#sink.ended(this);
  }

  #hold(piece: HeldPiece): void {
    this.#opening ??= new Opening(this.reassembly.opener, this.#ports, this.reassembly.opener >= 0);
    const verdict = this.#opening.add(piece);
    if (verdict) this.#decide(verdict);
  }

  #decide({ protocol, client, pieces }: Verdict): void {
    const conversation = new Conversation(protocol, 0, { call: (call) => this.#sink.call(this, call) });
    conversation.onSwitch = (id) => {
      const next = protocolOf(id);
      if (next) conversation.become(next);
      else this.#isTunnel = true;
    };
    this.protocol = protocol;
    this.#client = client;
    this.#conversation = conversation;
    this.#opening = null;
    for (const { end, bytes, total, offset, time } of pieces) {
      if (bytes) this.#again(end, bytes, total, offset, time);
      else this.gap(end, total, time);
    }
  }

  #again(end: End, bytes: Uint8Array, total: number, offset: number, time: number): void {
    if (this.#conversation) this.#feed(end, bytes, 0, bytes.length, total, offset, time);
    else this.#hold({ end, bytes, total, offset, time });
  }

  #feed(end: End, bytes: Uint8Array, start: number, stop: number, total: number, offset: number, time: number): void {
    const conversation = this.#conversation as Conversation;
    const segment = this.#segment;
    segment.direction = end === this.#client ? FROM_CLIENT : FROM_SERVER;
    segment.bytes = bytes;
    segment.start = start;
    segment.end = stop;
    segment.total = total;
    segment.offset = offset;
    segment.first = segment.last = time;
    const { understood } = conversation;
    conversation.segment(segment);
    if (this.#isTunnel) {
      this.#isTunnel = false;
      this.#askAgain(conversation, new Opening(this.reassembly.opener, this.#ports, true));
      return;
    }
    this.#silence = conversation.understood > understood ? 0 : this.#silence + 1;
    const { misunderstood } = conversation;
    if (this.#silence >= SILENCE && misunderstood > 0 && misunderstood >= conversation.understood) this.#correct();
  }

  /** As much was not of this protocol as was, and now nothing is: asks again from here on. */
  #correct(): void {
    const conversation = this.#conversation as Conversation;
    if (this.#corrections >= MAX_CORRECTIONS) return;
    this.#corrections++;
    this.#silence = 0;
    const opening = new Opening(this.reassembly.opener, this.#ports, false);
    opening.exclude(conversation.protocol);
    this.#askAgain(conversation, opening);
    this.protocol = null;
  }

  #askAgain(conversation: Conversation, opening: Opening): void {
    conversation.close('pending');
    this.#conversation = null;
    this.#opening = opening;
  }
}
