import type { Endpoint } from '@sonde/model';
import { Conversation, FROM_CLIENT, FROM_SERVER, infer, likelihood, type Protocol, TABLE } from '@sonde/protocols';
import type { Transport } from './decoder.ts';
import { likelyClient } from './opening.ts';
import type { End } from './reassembly.ts';
import { newSegment, type Session, type SessionSink } from './session.ts';

/** Datagrams that are asked for their protocol before it counts as unknown. */
const MAX_ATTEMPTS = 4;

/** The datagrams between two endpoints: each is whole, so nothing has to be put in order. */
export class UdpSession implements Session {
  readonly transport = 'udp';
  readonly peers: readonly [Endpoint, Endpoint];
  readonly starts: readonly [number, number];
  protocol: Protocol | null = null;
  payload = 0;
  lastTime = 0;
  #client: End | -1 = -1;
  #attempts = 0;
  #conversation: Conversation | null = null;
  readonly #offsets = [0, 0];
  readonly #segment = newSegment();
  readonly #sink: SessionSink;

  constructor(peers: readonly [Endpoint, Endpoint], number: number, sink: SessionSink) {
    this.peers = peers;
    this.starts = [number, peers[0].port];
    this.#sink = sink;
  }

  get client(): End {
    return this.#client < 0 ? likelyClient([this.peers[0].port, this.peers[1].port]) : (this.#client as End);
  }

  packet(end: End, datagram: Transport): void {
    this.lastTime = datagram.time;
    this.payload += datagram.wireLength;
    if (!this.#conversation) this.#open(end, datagram);
    const segment = this.#segment;
    segment.direction = end === this.#client ? FROM_CLIENT : FROM_SERVER;
    segment.bytes = datagram.bytes;
    segment.start = datagram.start;
    segment.end = datagram.end;
    segment.total = datagram.wireLength;
    segment.offset = this.#offsets[end];
    segment.first = segment.last = datagram.time;
    this.#offsets[end] += datagram.wireLength;
    this.#conversation?.segment(segment);
  }

  finish(): void {
    this.#conversation?.close('pending');
    this.#sink.ended(this);
  }

  /** The sender is the client unless its datagram is surely an answer. */
  #open(end: End, { bytes, start, end: stop }: Transport): void {
    if (this.#attempts >= MAX_ATTEMPTS || stop <= start) return;
    this.#attempts++;
    const request = infer(TABLE, 'udp', bytes, start, stop, 0, 0);
    const response = infer(TABLE, 'udp', bytes, 0, 0, start, stop);
    const asRequest = request ? likelihood(request, 'udp', bytes, start, stop, 0, 0) : 0;
    const asResponse = response ? likelihood(response, 'udp', bytes, 0, 0, start, stop) : 0;
    const isRequest = asRequest >= asResponse;
    const protocol = isRequest ? request : response;
    if (!protocol) return;
    this.protocol = protocol;
    this.#client = isRequest ? end : ((1 - end) as End);
    this.#conversation = new Conversation(protocol, 0, { call: (call) => this.#sink.call(this, call) }, true);
  }
}
