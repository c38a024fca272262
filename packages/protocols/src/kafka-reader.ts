import { i32be, u16be } from './bytes.ts';

/**
 * Reads the types of Kafka's messages one after the other from `[at, end)`. Past the end it reads zeros and says `short`, so
 * that callers look once, when they are done. One reader is enough: nothing is read concurrently.
 */
class KafkaReader {
  bytes: Uint8Array = new Uint8Array(0);
  at = 0;
  end = 0;
  /** Something lay beyond the end. */
  short = false;
  /** The string that was read last. */
  textAt = 0;
  textEnd = 0;

  begin(bytes: Uint8Array, at: number, end: number): this {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
    this.short = false;
    return this;
  }

  skip(count: number): void {
    this.at += count;
    if (this.at <= this.end) return;
    this.at = this.end;
    this.short = true;
  }

  i8(): number {
    const at = this.at;
    this.skip(1);
    return this.short ? 0 : (this.bytes[at] << 24) >> 24;
  }

  i16(): number {
    const at = this.at;
    this.skip(2);
    return this.short ? 0 : (u16be(this.bytes, at) << 16) >> 16;
  }

  i32(): number {
    const at = this.at;
    this.skip(4);
    return this.short ? 0 : i32be(this.bytes, at);
  }

  /** An unsigned varint of at most 32 bits. */
  varint(): number {
    let value = 0;
    for (let shift = 1; shift <= 2 ** 28; shift *= 128) {
      const byte = this.i8();
      value += (byte & 0x7f) * shift;
      if (byte >= 0) return value;
    }
    this.short = true;
    return 0;
  }

  /** A string, compact where `flexible`: its place in `textAt` and `textEnd`. False where it is null. */
  string(flexible: boolean): boolean {
    const length = flexible ? this.varint() - 1 : this.i16();
    this.textAt = this.at;
    if (length > 0) this.skip(length);
    this.textEnd = this.at;
    return length >= 0 && !this.short;
  }

  /** The number of an array's elements; -1 is null. */
  array(flexible: boolean): number {
    return flexible ? this.varint() - 1 : this.i32();
  }

  /** Bytes, such as records. */
  blob(flexible: boolean): void {
    const length = flexible ? this.varint() - 1 : this.i32();
    if (length > 0) this.skip(length);
  }

  /** Tagged fields, which only flexible versions have. */
  tags(flexible: boolean): void {
    if (!flexible) return;
    for (let count = this.varint(); count > 0 && !this.short; count--) {
      this.varint();
      this.skip(this.varint());
    }
  }
}

export const reader = new KafkaReader();
