import { type CaptureFormat, DAMAGED, MAX_RECORD, NEED_BYTES, Packet, type PacketSink } from './packet.ts';

/** draft-ietf-opsawg-pcapng: block types §4 and options §3.5 that matter for reading packets. */
export const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
const OBSOLETE_PACKET = 2;
const SIMPLE_PACKET = 3;
const ENHANCED_PACKET = 6;
const BYTE_ORDER = 0x1a2b3c4d;
const OPTION_TIME_RESOLUTION = 9;
const OPTION_TIME_OFFSET = 14;

const MAX_INTERFACES = 65_536;

interface Interface {
  readonly linkType: number;
  readonly snapLength: number;
  /** Units of time in one second. */
  readonly unitsPerSecond: bigint;
  readonly offsetSeconds: number;
}

export class PcapNg implements CaptureFormat {
  #littleEndian = true;
  #interfaces: Interface[] = [];
  readonly #packet = new Packet();

  record(bytes: Uint8Array, start: number, end: number, sink: PacketSink): number {
    if (end - start < 12) return NEED_BYTES;
    const head = new DataView(bytes.buffer, bytes.byteOffset + start, 12);
    const isSection = head.getUint32(0) === SECTION_HEADER;
    if (isSection) {
      if (head.getUint32(8, true) === BYTE_ORDER) this.#littleEndian = true;
      else if (head.getUint32(8, false) === BYTE_ORDER) this.#littleEndian = false;
      else return DAMAGED;
      this.#interfaces = [];
    }
    const length = head.getUint32(4, this.#littleEndian);
    if (length < 12 || length > MAX_RECORD + 1024 || length % 4 !== 0) return DAMAGED;
    if (end - start < length) return NEED_BYTES;
    const body = new DataView(bytes.buffer, bytes.byteOffset + start + 8, length - 12);
    const type = head.getUint32(0, this.#littleEndian);
    if (type === INTERFACE_DESCRIPTION) this.#interface(body);
    else if (type === ENHANCED_PACKET || type === OBSOLETE_PACKET) this.#enhanced(type, body, bytes, start + 8, sink);
    else if (type === SIMPLE_PACKET) this.#simple(body, bytes, start + 8, sink);
    return length;
  }

  #interface(body: DataView): void {
    if (body.byteLength < 8 || this.#interfaces.length >= MAX_INTERFACES) return;
    const little = this.#littleEndian;
    let unitsPerSecond = 1_000_000n;
    let offsetSeconds = 0;
    for (let at = 8; at + 4 <= body.byteLength; ) {
      const code = body.getUint16(at, little);
      const length = body.getUint16(at + 2, little);
      if (code === 0 || at + 4 + length > body.byteLength) break;
      if (code === OPTION_TIME_RESOLUTION && length >= 1) unitsPerSecond = resolution(body.getUint8(at + 4));
      if (code === OPTION_TIME_OFFSET && length >= 8) offsetSeconds = Number(body.getBigInt64(at + 4, little));
      at += 4 + ((length + 3) & ~3);
    }
    const linkType = body.getUint16(0, little);
    this.#interfaces.push({ linkType, snapLength: body.getUint32(4, little), unitsPerSecond, offsetSeconds });
  }

  #enhanced(type: number, body: DataView, bytes: Uint8Array, start: number, sink: PacketSink): void {
    if (body.byteLength < 20) return;
    const little = this.#littleEndian;
    const from = this.#interfaces[type === ENHANCED_PACKET ? body.getUint32(0, little) : body.getUint16(0, little)];
    if (!from) return;
    const high = body.getUint32(4, little);
    const low = body.getUint32(8, little);
    this.#time(from, high, low);
    this.#hand(
      from,
      bytes,
      start + 20,
      body.getUint32(12, little),
      body.byteLength - 20,
      body.getUint32(16, little),
      sink,
    );
  }

  #simple(body: DataView, bytes: Uint8Array, start: number, sink: PacketSink): void {
    const from = this.#interfaces[0];
    if (body.byteLength < 4 || !from) return;
    const wireLength = body.getUint32(0, this.#littleEndian);
    const captured = Math.min(wireLength, from.snapLength || wireLength, body.byteLength - 4);
    this.#hand(from, bytes, start + 4, captured, body.byteLength - 4, wireLength, sink);
  }

  #time(from: Interface, high: number, low: number): void {
    const packet = this.#packet;
    if (from.unitsPerSecond <= 1_000_000n) {
      const perSecond = Number(from.unitsPerSecond);
      const units = high * 0x1_0000_0000 + low;
      packet.seconds = Math.floor(units / perSecond) + from.offsetSeconds;
      packet.nanoseconds = Math.floor(((units % perSecond) * 1e9) / perSecond);
    } else {
      const units = (BigInt(high) << 32n) | BigInt(low);
      packet.seconds = Number(units / from.unitsPerSecond) + from.offsetSeconds;
      packet.nanoseconds = Number(((units % from.unitsPerSecond) * 1_000_000_000n) / from.unitsPerSecond);
    }
  }

  #hand(
    from: Interface,
    bytes: Uint8Array,
    start: number,
    captured: number,
    room: number,
    wireLength: number,
    sink: PacketSink,
  ): void {
    const packet = this.#packet;
    packet.linkType = from.linkType;
    packet.bytes = bytes;
    packet.start = start;
    packet.end = start + Math.min(captured, room);
    packet.wireLength = Math.max(wireLength, packet.end - start);
    sink.packet(packet);
  }
}

/** if_tsresol: a negative power of ten, or of two where the highest bit is set. */
function resolution(value: number): bigint {
  const exponent = BigInt(value & 0x7f);
  return value & 0x80 ? 1n << exponent : 10n ** (exponent > 30n ? 30n : exponent);
}
