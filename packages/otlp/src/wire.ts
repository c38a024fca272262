import { BinaryReader, type BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/**
 * Protobuf wire format (https://protobuf.dev/programming-guides/encoding/) as the message files need it. A field is
 * known by its whole tag, number and wire type together, so a known number with another wire type counts as unknown.
 */
export const varint = (field: number): number => (field << 3) | WireType.Varint;
export const bits64 = (field: number): number => (field << 3) | WireType.Bit64;
export const bytes = (field: number): number => (field << 3) | WireType.LengthDelimited;

/** Messages one payload may hold, nested ones included. An empty one is two bytes but becomes an object. */
export const MAX_MESSAGES = 2_000_000;

/** How deep messages may nest. Array and key-value list attributes are the only recursion in OTLP. */
export const MAX_DEPTH = 64;

/**
 * A cursor over one payload. A message is read by
 * `for (const end = input.enter(); input.more(end); ) switch (input.tag()) { …; default: input.skip() }`.
 * Throws on truncated, overlong, too deep or too many messages.
 */
export class Input {
  readonly reader: BinaryReader;
  private messages = 0;
  private depth = 0;
  private field = 0;
  private wireType: WireType = WireType.Varint;

  constructor(payload: Uint8Array) {
    this.reader = new BinaryReader(payload);
  }

  /** Starts the message that fills the whole payload. */
  enterRoot(): number {
    this.depth++;
    return this.reader.len;
  }

  /** Starts a length-delimited message; returns the position of its end. */
  enter(): number {
    const length = this.reader.uint32();
    const end = this.reader.pos + length;
    if (end > this.reader.len) throw new RangeError('a message is longer than the payload');
    if (++this.messages > MAX_MESSAGES) throw new RangeError(`more than ${MAX_MESSAGES} messages`);
    if (++this.depth > MAX_DEPTH) throw new RangeError(`nested deeper than ${MAX_DEPTH}`);
    return end;
  }

  /** Whether the message that ends at `end` has another field; leaves the message where it has none. */
  more(end: number): boolean {
    if (this.reader.pos < end) return true;
    if (this.reader.pos > end) throw new RangeError('a field is longer than its message');
    this.depth--;
    return false;
  }

  tag(): number {
    [this.field, this.wireType] = this.reader.tag();
    return (this.field << 3) | this.wireType;
  }

  /** Passes over the value of the field whose tag was read last. */
  skip(): void {
    this.reader.skip(this.wireType, this.field);
  }

  string(): string {
    return this.reader.string();
  }

  /** `fixed64` as a double: exact up to 2^53. */
  fixed64(): number {
    const low = this.reader.fixed32();
    return low + this.reader.fixed32() * 2 ** 32;
  }

  /** `sfixed64` as a double: exact from -2^53 to 2^53. */
  sfixed64(): number {
    const low = this.reader.fixed32();
    return low + this.reader.sfixed32() * 2 ** 32;
  }

  time(): bigint {
    return BigInt(this.reader.fixed64());
  }

  /** Appends a repeated scalar, packed or not, read by `one`. */
  packed(into: number[], one: () => number): void {
    for (const end = this.enter(); this.more(end); ) into.push(one());
  }
}

/** Writes a nested message: tag, length, and what `body` writes. */
export function nested(out: BinaryWriter, field: number, body: () => void): void {
  out.tag(field, WireType.LengthDelimited).fork();
  body();
  out.join();
}

export function writeString(out: BinaryWriter, field: number, value: string): void {
  if (value !== '') out.tag(field, WireType.LengthDelimited).string(value);
}

export function writeTime(out: BinaryWriter, field: number, value: bigint): void {
  if (value !== 0n) out.tag(field, WireType.Bit64).fixed64(value);
}

export function writeDouble(out: BinaryWriter, field: number, value: number): void {
  out.tag(field, WireType.Bit64).double(value);
}

export function writeCount(out: BinaryWriter, field: number, value: number): void {
  if (value !== 0) out.tag(field, WireType.Bit64).fixed64(value);
}

export function writeEnum(out: BinaryWriter, field: number, value: number): void {
  if (value !== 0) out.tag(field, WireType.Varint).int32(value);
}

/** Writes a trace or span id given in hex; '' is left out. */
export function writeId(out: BinaryWriter, field: number, hex: string): void {
  if (hex !== '') out.tag(field, WireType.LengthDelimited).bytes(Buffer.from(hex, 'hex'));
}

/** An id of `length` bytes as lower-case hex, '' where it is absent or all zeros. */
export function idOf(raw: Uint8Array, length: number): string {
  if (raw.length === 0) return '';
  if (raw.length !== length) throw new RangeError(`an id of ${raw.length} bytes instead of ${length}`);
  return raw.every((byte) => byte === 0) ? '' : Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('hex');
}
