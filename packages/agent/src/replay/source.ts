import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Transform } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { ReplayError } from './errors.ts';

export const STANDARD_INPUT = '-';

const CHUNK = 1 << 18;

/** The bytes of a capture file, unpacked where it is gzip or Zstandard. A packed file that is cut ends where it is cut. */
export interface CaptureSource {
  readonly name: string;
  /** Bytes of the file, packed as it is, or null where nobody knows (a pipe). */
  readonly size: number | null;
  /** Bytes of the file read so far. */
  readonly position: number;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** @throws ReplayError SONDE_REPLAY_UNREADABLE here and while `chunks` is read */
export async function openCapture(name: string): Promise<CaptureSource> {
  if (name === STANDARD_INPUT) return new Source('standard input', null, process.stdin);
  const { size } = await stat(name).then(
    (found) => (found.isFile() ? { size: found.size } : found.isDirectory() ? refuse(name, 'EISDIR') : { size: null }),
    (error: NodeJS.ErrnoException) => refuse(name, error.code ?? error.message, error),
  );
  return new Source(name, size, createReadStream(name, { highWaterMark: CHUNK }));
}

function refuse(name: string, reason: string, cause?: Error): never {
  throw new ReplayError('SONDE_REPLAY_UNREADABLE', `${name}: ${reason}`, { cause });
}

class Source implements CaptureSource {
  position = 0;
  readonly name: string;
  readonly size: number | null;
  readonly #file: AsyncIterable<Uint8Array>;

  constructor(name: string, size: number | null, file: AsyncIterable<Uint8Array>) {
    this.name = name;
    this.size = size;
    this.#file = file;
  }

  get chunks(): AsyncIterable<Uint8Array> {
    return this.#unpacked();
  }

  async *#unpacked(): AsyncGenerator<Uint8Array> {
    const packed = this.#packed();
    const first = await packed.next();
    if (first.done) return;
    const unpack = unpackerOf(first.value);
    if (unpack) {
      yield* unpacked(unpack, first.value, packed);
      return;
    }
    yield first.value;
    yield* packed;
  }

  async *#packed(): AsyncGenerator<Uint8Array, void> {
    let start: Uint8Array | null = null;
    try {
      for await (const chunk of this.#file) {
        this.position += chunk.length;
        const bytes: Uint8Array = start ? Buffer.concat([start, chunk]) : chunk;
        start = bytes.length < 2 ? bytes : null;
        if (!start) yield bytes;
      }
    } catch (error) {
      refuse(this.name, (error as NodeJS.ErrnoException).code ?? (error as Error).message, error as Error);
    }
    if (start) yield start;
  }
}

/** What unpacks a file that begins so: gzip (RFC 1952) or Zstandard (RFC 8878), or null where it is not packed. */
function unpackerOf(start: Uint8Array): Transform | null {
  const magic = ((start[0] << 8) | start[1]) & 0xffff;
  if (magic === 0x1f8b) return createGunzip({ chunkSize: CHUNK });
  return magic === 0x28b5 ? createZstdDecompress({ chunkSize: CHUNK }) : null;
}

async function* unpacked(
  unpack: Transform,
  first: Uint8Array,
  rest: AsyncGenerator<Uint8Array, void>,
): AsyncGenerator<Uint8Array> {
  let failure: unknown = null;
  const feed = async () => {
    for (let chunk: Uint8Array | undefined = first; chunk; ) {
      if (!unpack.write(chunk)) await new Promise((resolve) => unpack.once('drain', resolve).once('close', resolve));
      const next: IteratorResult<Uint8Array, void> = await rest.next();
      chunk = next.done || unpack.destroyed ? undefined : next.value;
    }
    unpack.end();
  };
  void feed().catch((error) => {
    failure = error;
    unpack.destroy(error);
  });
  try {
    for await (const chunk of unpack) yield chunk;
  } catch {
    // What was packed before the damage has been handed over; the reader of records says that it is cut.
    if (failure) throw failure;
  } finally {
    unpack.destroy();
  }
}
