import { ACK, FIN, PSH, SYN } from './decoder.ts';

/** Packets and capture files, made byte by byte for the tests. Checksums are zero: nothing reads them. */

export function bytes(...parts: readonly (Uint8Array | readonly number[] | string)[]): Uint8Array {
  const whole = Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))),
  );
  return new Uint8Array(whole);
}

export const u16 = (value: number): number[] => [(value >> 8) & 255, value & 255];
export const u32 = (value: number): number[] => [...u16(value >>> 16), ...u16(value & 0xffff)];

export const V4 = { client: [192, 0, 2, 1], server: [198, 51, 100, 2] } as const;
const prefix = [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
export const V6 = { client: [...prefix, 1], server: [...prefix, 2] } as const;

type Address = readonly number[];

interface Fragment {
  readonly id: number;
  readonly offset: number;
  readonly more: boolean;
}

export function ipv4(from: Address, to: Address, protocol: number, payload: Uint8Array, part?: Fragment): Uint8Array {
  const flags = part ? (part.more ? 0x2000 : 0) | (part.offset / 8) : 0x4000;
  const head = [0x45, 0, ...u16(20 + payload.length), ...u16(part?.id ?? 0), ...u16(flags), 64, protocol, 0, 0];
  return bytes([...head, ...from, ...to], payload);
}

export function ipv6(from: Address, to: Address, protocol: number, payload: Uint8Array, part?: Fragment): Uint8Array {
  const extension = part ? [protocol, 0, ...u16(part.offset | (part.more ? 1 : 0)), ...u32(part.id)] : [];
  const length = extension.length + payload.length;
  const head = [0x60, 0, 0, 0, ...u16(length), part ? 44 : protocol, 64, ...from, ...to, ...extension];
  return bytes(head, payload);
}

export function udp(from: number, to: number, payload: Uint8Array): Uint8Array {
  return bytes([...u16(from), ...u16(to), ...u16(8 + payload.length), 0, 0], payload);
}

export function tcp(
  from: number,
  to: number,
  seq: number,
  ack: number,
  flags: number,
  payload: Uint8Array,
): Uint8Array {
  return bytes([...u16(from), ...u16(to), ...u32(seq), ...u32(ack), 0x50, flags, 0xff, 0xff, 0, 0, 0, 0], payload);
}

export const ETHER = { ipv4: 0x0800, ipv6: 0x86dd } as const;

export function ethernet(packet: Uint8Array, tags: readonly number[] = []): Uint8Array {
  const type = packet[0] >> 4 === 6 ? ETHER.ipv6 : ETHER.ipv4;
  return bytes(new Array(12).fill(2), ...tags.map((tag) => [...u16(tag), 0, 7]), u16(type), packet);
}

export interface Frame {
  readonly bytes: Uint8Array;
  /** Microseconds since the start. */
  readonly at?: number;
  /** Bytes the snap length left. */
  readonly captured?: number;
}

const START = 1_700_000_000;

export interface PcapOptions {
  readonly linkType?: number;
  readonly little?: boolean;
  readonly nanoseconds?: boolean;
}

export function pcap(frames: readonly Frame[], options: PcapOptions = {}): Uint8Array {
  const { linkType = 1, little = true, nanoseconds = false } = options;
  const order = (four: number[]) => (little ? four.reverse() : four);
  const order16 = (two: number[]) => (little ? two.reverse() : two);
  const word = (value: number) => order(u32(value));
  const magic = nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4;
  const head = [...word(magic), ...order16(u16(2)), ...order16(u16(4)), ...word(0), ...word(0), ...word(65535)];
  const records = frames.map(({ bytes: frame, at = 0, captured = frame.length }) => {
    const fraction = (at % 1e6) * (nanoseconds ? 1000 : 1);
    const numbers = [START + Math.floor(at / 1e6), fraction, captured, frame.length];
    return bytes(...numbers.map(word), frame.subarray(0, captured));
  });
  return bytes(head, word(linkType), ...records);
}

/** `resolution` is the option if_tsresol: 6 is microseconds, 9 nanoseconds, 0x80 | n a power of two. */
export function pcapng(frames: readonly Frame[], linkType = 1, little = true, resolution = 6): Uint8Array {
  const word = (value: number) => (little ? u32(value).reverse() : u32(value));
  const half = (value: number) => (little ? u16(value).reverse() : u16(value));
  const block = (type: number, body: Uint8Array) => {
    const padded = bytes(body, new Array((4 - (body.length % 4)) % 4).fill(0));
    return bytes(word(type), word(padded.length + 12), padded, word(padded.length + 12));
  };
  const perSecond = resolution & 0x80 ? 2n ** BigInt(resolution & 0x7f) : 10n ** BigInt(resolution);
  const section = block(0x0a0d0d0a, bytes(word(0x1a2b3c4d), half(1), half(0), word(0xffffffff), word(0xffffffff)));
  const options = [...half(9), ...half(1), resolution, 0, 0, 0, ...half(0), ...half(0)];
  const device = block(1, bytes(half(linkType), half(0), word(0), options));
  const unknown = block(0x0bad, bytes('skip me!'));
  const packets = frames.map(({ bytes: frame, at = 0, captured = frame.length }) => {
    const units = ((BigInt(START) * 1_000_000n + BigInt(at)) * perSecond) / 1_000_000n;
    const time = [...word(Number(units >> 32n)), ...word(Number(units & 0xffffffffn))];
    return block(6, bytes(word(0), time, word(captured), word(frame.length), frame.subarray(0, captured)));
  });
  return bytes(section, device, unknown, ...packets);
}

export type Side = 'client' | 'server';

/** One TCP connection as its packets; what is lost, late or twice is up to the caller. */
export class Connection {
  readonly #next = { client: 1000, server: 0xfffffff0 };
  readonly #ports;
  readonly #v6: boolean;

  constructor(clientPort = 40000, serverPort = 80, v6 = false) {
    this.#ports = { client: clientPort, server: serverPort };
    this.#v6 = v6;
  }

  open(): Uint8Array[] {
    const syn = this.#packet('client', SYN, bytes(), 0);
    this.#next.client++;
    const synAck = this.#packet('server', SYN | ACK, bytes());
    this.#next.server++;
    return [syn, synAck, this.#packet('client', ACK, bytes())];
  }

  send(from: Side, text: string): Uint8Array {
    const packet = this.#packet(from, ACK | PSH, bytes(text));
    this.#next[from] = (this.#next[from] + text.length) >>> 0;
    return packet;
  }

  close(from: Side): Uint8Array {
    const packet = this.#packet(from, ACK | FIN, bytes());
    this.#next[from]++;
    return packet;
  }

  flags(from: Side, flags: number): Uint8Array {
    return this.#packet(from, flags, bytes());
  }

  #packet(from: Side, flags: number, payload: Uint8Array, ack?: number): Uint8Array {
    const to = from === 'client' ? 'server' : 'client';
    const addresses = this.#v6 ? V6 : V4;
    const seq = this.#next[from];
    const segment = tcp(this.#ports[from], this.#ports[to], seq, ack ?? this.#next[to], flags, payload);
    return (this.#v6 ? ipv6 : ipv4)(addresses[from], addresses[to], 6, segment);
  }
}

/** Frames of IP packets, a millisecond apart. */
export function frames(packets: readonly Uint8Array[], wrap: (packet: Uint8Array) => Uint8Array = ethernet): Frame[] {
  return packets.map((packet, index) => ({ bytes: wrap(packet), at: index * 1000 }));
}
