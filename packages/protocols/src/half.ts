import type { Call } from './call.ts';

/** Bytes kept of a message that is not whole yet; past it the message is read as far as it came. */
export const MAX_BUFFER = 1 << 16;
const KEPT_BUFFER = 4096;

/** What is remembered of one direction of a connection between two pieces of its bytes. */
export class Half {
  /** Bytes of the current message still to pass by unread. */
  skip = 0;
  /** The call that passing bytes belong to. */
  current: Call | null = null;
  /** Whether `current` waits for MORE after `skip`. */
  open = false;
  untilClose = false;
  /** Bytes were lost, and no start of a message was recognised since. */
  lost = false;
  /** The beginning of a message that is not whole: `buffer[0, buffered)`, with the time and offset of its first byte. */
  buffer: Uint8Array = NO_BYTES;
  buffered = 0;
  first = 0;
  offset = 0;

  /** Appends `bytes[start, end)` to what is buffered. */
  append(bytes: Uint8Array, start: number, end: number): void {
    const size = this.buffered + (end - start);
    if (this.buffer.length < size) {
      const grown = new Uint8Array(Math.max(1024, size * 2));
      grown.set(this.buffer.subarray(0, this.buffered));
      this.buffer = grown;
    }
    this.buffer.set(bytes.subarray(start, end), this.buffered);
    this.buffered = size;
  }

  /** Buffers `bytes[start, end)`, which may lie in `buffer` itself, in place of what was buffered. */
  keep(bytes: Uint8Array, start: number, end: number, offset: number, first: number): void {
    if (bytes === this.buffer) {
      bytes.copyWithin(0, start, end);
      this.buffered = end - start;
    } else {
      this.buffered = 0;
      this.append(bytes, start, end);
    }
    this.offset = offset;
    this.first = first;
  }

  /** Gives back the room of a long message once nothing is buffered. */
  release(): void {
    if (this.buffered === 0 && this.buffer.length > KEPT_BUFFER) this.buffer = NO_BYTES;
  }

  forget(): void {
    this.skip = 0;
    this.current = null;
    this.open = false;
    this.untilClose = false;
    this.buffered = 0;
  }
}

const NO_BYTES = new Uint8Array(0);
