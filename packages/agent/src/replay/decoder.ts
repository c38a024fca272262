import type { EpochNanoseconds } from '@sonde/model';
import { NOT_IP } from './ether-type.ts';
import { Fragments } from './fragments.ts';
import { ETHER_IP, GRE, IPV4_IN_IP, IPV6_IN_IP, IpPacket, readIp, TCP, UDP } from './ip.ts';
import { ipStart, UNKNOWN_LINK } from './link-layer.ts';
import type { Packet, PacketSink } from './packet.ts';
import { ipInEther, ipInGre, ipInUdp } from './tunnel.ts';

export const FIN = 1;
export const SYN = 2;
export const RST = 4;
export const PSH = 8;
export const ACK = 16;

const MAX_TUNNELS = 4;

/** A TCP segment or UDP datagram. Reused: a sink copies what it keeps. Indices are into `bytes`. */
export class Transport {
  addressBytes = 4;
  /** Where the addresses are, in `addresses`: not always in the buffer of the payload. */
  addresses: Uint8Array = new Uint8Array(0);
  source = 0;
  destination = 0;
  sourcePort = 0;
  destinationPort = 0;
  sequence = 0;
  acknowledgement = 0;
  flags = 0;
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
  /** Payload bytes on the wire. */
  wireLength = 0;
  /** Nanoseconds since the clock's origin. */
  time = 0;
}

export interface TransportSink {
  tcp(segment: Transport): void;
  udp(datagram: Transport): void;
}

/** Time of a capture: nanoseconds since the second of its first packet, so that a double is exact over 104 days. */
export class CaptureClock {
  #origin: number | undefined;

  nanoseconds(packet: Packet): number {
    this.#origin ??= packet.seconds;
    return (packet.seconds - this.#origin) * 1e9 + packet.nanoseconds;
  }

  /** Nanoseconds since 1970-01-01 UTC. */
  epoch(time: number): EpochNanoseconds {
    return (BigInt(this.#origin ?? 0) * 1_000_000_000n + BigInt(Math.round(time))) as EpochNanoseconds;
  }
}

/** From packets to TCP segments and UDP datagrams: link layer, IP, fragments, tunnels. */
export class Decoder implements PacketSink {
  /** Packets of link types that are not read, and packets that carry no IP. */
  unknownLink = 0;
  notIp = 0;
  malformed = 0;
  readonly fragments = new Fragments();
  readonly #clock: CaptureClock;
  readonly #sink: TransportSink;
  readonly #ip = new IpPacket();
  readonly #transport = new Transport();

  constructor(clock: CaptureClock, sink: TransportSink) {
    this.#clock = clock;
    this.#sink = sink;
  }

  packet(packet: Packet): void {
    const time = this.#clock.nanoseconds(packet);
    const at = ipStart(packet.linkType, packet.bytes, packet.start, packet.end);
    if (at < 0) {
      if (at === UNKNOWN_LINK) this.unknownLink++;
      else this.notIp++;
      return;
    }
    this.#network(packet.bytes, at, packet.end, packet.wireLength - (at - packet.start), time, 0);
  }

  #network(bytes: Uint8Array, at: number, end: number, wireLength: number, time: number, depth: number): void {
    const ip = this.#ip;
    if (!readIp(bytes, at, end, wireLength, ip)) {
      this.malformed++;
      return;
    }
    const transport = this.#transport;
    transport.addresses = bytes;
    transport.addressBytes = ip.addressBytes;
    transport.source = ip.source;
    transport.destination = ip.destination;
    transport.time = time;
    let payload = bytes;
    let { start, end: stop, wireLength: size } = ip;
    if (ip.isFragment) {
      const whole = this.fragments.add(ip, time);
      if (!whole) return;
      payload = whole;
      start = 0;
      stop = size = whole.length;
    }
    this.#payload(ip.protocol, payload, start, stop, size, time, depth);
  }

  #payload(
    protocol: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    size: number,
    time: number,
    depth: number,
  ): void {
    switch (protocol) {
      case TCP:
        this.#tcp(bytes, start, end, size);
        return;
      case UDP:
        this.#udp(bytes, start, end, size, time, depth);
        return;
      case IPV4_IN_IP:
      case IPV6_IN_IP:
        this.#tunnel(start, bytes, start, end, size, time, depth);
        return;
      case ETHER_IP:
        this.#tunnel(ipInEther(bytes, start, end), bytes, start, end, size, time, depth);
        return;
      case GRE:
        this.#tunnel(ipInGre(bytes, start, end), bytes, start, end, size, time, depth);
        return;
    }
  }

  #tcp(bytes: Uint8Array, start: number, end: number, size: number): void {
    const header = end - start >= 20 ? (bytes[start + 12] >> 4) * 4 : 0;
    if (header < 20 || size < header) {
      this.malformed++;
      return;
    }
    const segment = this.#transport;
    const u32 = (at: number) =>
      ((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]) >>> 0;
    segment.sourcePort = (bytes[start] << 8) | bytes[start + 1];
    segment.destinationPort = (bytes[start + 2] << 8) | bytes[start + 3];
    segment.sequence = u32(start + 4);
    segment.acknowledgement = u32(start + 8);
    segment.flags = bytes[start + 13];
    segment.bytes = bytes;
    segment.start = Math.min(end, start + header);
    segment.end = end;
    segment.wireLength = size - header;
    this.#sink.tcp(segment);
  }

  #udp(bytes: Uint8Array, start: number, end: number, size: number, time: number, depth: number): void {
    if (end - start < 8) {
      this.malformed++;
      return;
    }
    const datagram = this.#transport;
    datagram.sourcePort = (bytes[start] << 8) | bytes[start + 1];
    datagram.destinationPort = (bytes[start + 2] << 8) | bytes[start + 3];
    const length = (bytes[start + 4] << 8) | bytes[start + 5];
    const wire = length >= 8 && length <= size ? length : size;
    const inner = ipInUdp(datagram.sourcePort, datagram.destinationPort, bytes, start + 8, end);
    if (inner !== NOT_IP) {
      this.#tunnel(inner, bytes, start, end, size, time, depth);
      return;
    }
    datagram.bytes = bytes;
    datagram.start = start + 8;
    datagram.end = Math.min(end, start + wire);
    datagram.wireLength = wire - 8;
    this.#sink.udp(datagram);
  }

  #tunnel(at: number, bytes: Uint8Array, start: number, end: number, size: number, time: number, depth: number): void {
    if (at !== NOT_IP && depth < MAX_TUNNELS) this.#network(bytes, at, end, size - (at - start), time, depth + 1);
  }
}
