import { type CaptureFormat, DAMAGED, MAX_RECORD, NEED_BYTES, Packet, type PacketSink } from './packet.ts';

export const PCAP_HEADER_BYTES = 24;

/** draft-ietf-opsawg-pcap §4: magic numbers, as read in the file's own byte order. */
const MICROSECONDS = 0xa1b2c3d4;
const NANOSECONDS = 0xa1b23c4d;
/** Kuznetzov's variant: eight more bytes in each record header. */
const MODIFIED = 0xa1b2cd34;

/** The format whose file header these 24 bytes are, or null. */
export function pcapFormat(bytes: Uint8Array, start: number): CaptureFormat | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, PCAP_HEADER_BYTES);
  for (const littleEndian of [true, false]) {
    const magic = view.getUint32(0, littleEndian);
    if (magic !== MICROSECONDS && magic !== NANOSECONDS && magic !== MODIFIED) continue;
    const linkType = view.getUint32(20, littleEndian) & 0xffff;
    return new Pcap(littleEndian, linkType, magic === NANOSECONDS ? 1 : 1000, magic === MODIFIED ? 24 : 16);
  }
  return null;
}

class Pcap implements CaptureFormat {
  readonly #littleEndian: boolean;
  readonly #unit: number;
  readonly #headerBytes: number;
  readonly #packet = new Packet();

  constructor(littleEndian: boolean, linkType: number, unit: number, headerBytes: number) {
    this.#littleEndian = littleEndian;
    this.#unit = unit;
    this.#headerBytes = headerBytes;
    this.#packet.linkType = linkType;
  }

  record(bytes: Uint8Array, start: number, end: number, sink: PacketSink): number {
    if (end - start < this.#headerBytes) return NEED_BYTES;
    const view = new DataView(bytes.buffer, bytes.byteOffset + start, this.#headerBytes);
    const captured = view.getUint32(8, this.#littleEndian);
    if (captured > MAX_RECORD) return DAMAGED;
    const size = this.#headerBytes + captured;
    if (end - start < size) return NEED_BYTES;
    const packet = this.#packet;
    packet.seconds = view.getUint32(0, this.#littleEndian);
    packet.nanoseconds = view.getUint32(4, this.#littleEndian) * this.#unit;
    packet.bytes = bytes;
    packet.start = start + this.#headerBytes;
    packet.end = start + size;
    packet.wireLength = Math.max(captured, view.getUint32(12, this.#littleEndian));
    sink.packet(packet);
    return size;
  }
}
