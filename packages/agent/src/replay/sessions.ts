import type { Endpoint } from '@sonde/model';
import type { Transport, TransportSink } from './decoder.ts';
import { formatAddress } from './ip.ts';
import { isMulticastName } from './multicast-name.ts';
import type { End } from './reassembly.ts';
import type { Session, SessionSink } from './session.ts';
import { TcpSession } from './tcp-session.ts';
import { UdpSession } from './udp-session.ts';

const MAX_SESSIONS = 1 << 16;
/** Silence after which a session is over, in nanoseconds of the capture. */
const TCP_IDLE = 3600e9;
const UDP_IDLE = 120e9;
/** How long the numbers of an ended connection are kept, so that late segments do not look like a new one. */
const LINGER = 60e9;
const SWEEP_PACKETS = 1 << 14;

/** Gives every segment and datagram to its session. Bounded: past MAX_SESSIONS the longest silent ones are finished. */
export class Sessions implements TransportSink {
  /** Multicast name resolution (mDNS, LLMNR), which no service answers for. */
  ignored = 0;
  readonly #tcp = new Map<string, TcpSession>();
  readonly #udp = new Map<string, UdpSession>();
  readonly #sink: SessionSink;
  readonly #key = Buffer.alloc(36);
  #first: End = 0;
  #packets = 0;
  #datagramSessions = 0;

  constructor(sink: SessionSink) {
    this.#sink = sink;
  }

  tcp(segment: Transport): void {
    const key = this.#keyOf(segment);
    const end = this.#first;
    let session = this.#tcp.get(key);
    if (session?.reassembly.isOther(end, segment)) {
      session.finish();
      this.#tcp.delete(key);
      session = undefined;
    }
    if (!session) {
      session = new TcpSession(peersOf(segment, end), this.#sink);
      this.#tcp.set(key, session);
    }
    session.packet(end, segment);
    this.#sweep(segment.time);
  }

  udp(datagram: Transport): void {
    if (isMulticastName(datagram)) {
      this.ignored++;
      return;
    }
    const key = this.#keyOf(datagram);
    const end = this.#first;
    let session = this.#udp.get(key);
    if (session && datagram.time - session.lastTime > UDP_IDLE) {
      session.finish();
      session = undefined;
    }
    if (!session) {
      session = new UdpSession(peersOf(datagram, end), ++this.#datagramSessions, this.#sink);
      this.#udp.set(key, session);
    }
    session.packet(end, datagram);
    this.#sweep(datagram.time);
  }

  /** Finishes everything, in the order in which it began. */
  finish(): void {
    for (const session of this.#tcp.values()) session.finish();
    for (const session of this.#udp.values()) session.finish();
    this.#tcp.clear();
    this.#udp.clear();
  }

  /** The same text for both directions; `#first` becomes the number of the sender's end. */
  #keyOf(packet: Transport): string {
    const { addresses, addressBytes: size, source, destination, sourcePort, destinationPort } = packet;
    let order = sourcePort - destinationPort;
    for (let i = 0; order === 0 && i < size; i++) order = addresses[source + i] - addresses[destination + i];
    this.#first = order > 0 ? 1 : 0;
    const key = this.#key;
    const [one, two] = order > 0 ? [destination, source] : [source, destination];
    for (let i = 0; i < size; i++) {
      key[4 + i] = addresses[one + i];
      key[4 + size + i] = addresses[two + i];
    }
    key.writeUInt16LE(Math.min(sourcePort, destinationPort), 0);
    key.writeUInt16LE(Math.max(sourcePort, destinationPort), 2);
    return key.toString('latin1', 0, 4 + 2 * size);
  }

  #sweep(time: number): void {
    if (++this.#packets % SWEEP_PACKETS !== 0) return;
    sweep(this.#tcp, (session) => time - session.lastTime > (isOver(session) ? LINGER : TCP_IDLE));
    sweep(this.#udp, (session) => time - session.lastTime > UDP_IDLE);
    thin(this.#tcp);
    thin(this.#udp);
  }
}

function isOver({ reassembly }: TcpSession): boolean {
  return reassembly.ended || reassembly.isReset;
}

function sweep<S extends Session>(sessions: Map<string, S>, isOver: (session: S) => boolean): void {
  for (const [key, session] of sessions) {
    if (!isOver(session)) continue;
    sessions.delete(key);
    session.finish();
  }
}

/** Past the limit a quarter goes. */
function thin<S extends Session>(sessions: Map<string, S>): void {
  if (sessions.size <= MAX_SESSIONS) return;
  const times = [...sessions.values()].map(({ lastTime }) => lastTime).sort((a, b) => a - b);
  const oldest = times[Math.floor(times.length / 4)];
  sweep(sessions, ({ lastTime }) => lastTime <= oldest);
}

function peersOf(packet: Transport, sender: End): readonly [Endpoint, Endpoint] {
  const { addresses, addressBytes } = packet;
  const from = { address: formatAddress(addresses, packet.source, addressBytes), port: packet.sourcePort };
  const to = { address: formatAddress(addresses, packet.destination, addressBytes), port: packet.destinationPort };
  return sender === 0 ? [from, to] : [to, from];
}
