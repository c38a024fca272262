import { open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Signal } from '../response.ts';
import type { Batch } from './batch.ts';
import { makeFolder } from './make-folder.ts';

export interface SpoolOptions {
  readonly directory: string;
  /** Bytes all files together may take. */
  readonly maxBytes: number;
  /** Told of every batch the spool gave up. `items` is 1 where a file is too damaged to tell. */
  readonly onDrop: (cause: 'spool_full' | 'spool_corrupt', items: number) => void;
}

interface Entry {
  readonly sequence: number;
  readonly signal: Signal;
  readonly items: number;
  readonly bytes: number;
}

const NAME = /^(\d{16})-(logs|metrics|traces)-(\d+)\.batch$/;

/**
 * Batches on disk, oldest first: one file each, written under another name, synced and renamed, so that a file is there
 * in full or not at all. The first line of a file is JSON with the source and the body's CRC-32; the body follows.
 * Past the byte limit the oldest batch goes. One process at a time may use a directory.
 */
export class Spool {
  readonly #options: SpoolOptions;
  readonly #entries: Entry[] = [];
  #bytes = 0;
  #held = -1;

  private constructor(options: SpoolOptions) {
    this.#options = options;
  }

  /** Creates the directory or takes over what an earlier run left in it. Throws the file system's error. */
  static async open(options: SpoolOptions): Promise<Spool> {
    const spool = new Spool(options);
    await makeFolder(options.directory);
    for (const name of (await readdir(options.directory)).sort()) {
      const path = join(options.directory, name);
      const match = NAME.exec(name);
      if (match !== null) {
        const entry = { sequence: Number(match[1]), signal: match[2] as Signal, items: Number(match[3]) };
        spool.#add({ ...entry, bytes: (await stat(path)).size });
      } else if (name.endsWith('.part')) {
        await rm(path, { force: true });
      }
    }
    await spool.#makeRoom(0);
    return spool;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get length(): number {
    return this.#entries.length;
  }

  /** The highest sequence in the spool, 0 where it is empty. */
  get lastSequence(): number {
    return this.#entries.at(-1)?.sequence ?? 0;
  }

  /** Keeps the batch being sent from being given up for room; -1 keeps none. */
  hold(sequence: number): void {
    this.#held = sequence;
  }

  /** Adds a batch newer than all others. It is on disk when the promise resolves; rejects with the file system's error. */
  async push(batch: Batch): Promise<void> {
    const header = { source: batch.source, crc32: crc32(batch.body) };
    const content = Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), batch.body]);
    if (content.length > this.#options.maxBytes) {
      this.#options.onDrop('spool_full', batch.items);
      return;
    }
    await this.#makeRoom(content.length);
    const entry = { sequence: batch.sequence, signal: batch.signal, items: batch.items, bytes: content.length };
    const path = this.#pathOf(entry);
    const part = `${path}.part`;
    try {
      const file = await open(part, 'w', 0o600);
      try {
        await file.writeFile(content);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(part, path);
    } catch (error) {
      await rm(part, { force: true }).catch(() => {});
      throw error;
    }
    await this.#syncDirectory();
    this.#add(entry);
  }

  /** The oldest batch that can be read, and holds it; `null` where there is none. Damaged files go. */
  async oldest(): Promise<Batch | null> {
    for (let entry = this.#entries[0]; entry !== undefined; entry = this.#entries[0]) {
      this.hold(entry.sequence);
      const batch = await this.#read(entry);
      if (batch !== null) return batch;
      this.#options.onDrop('spool_corrupt', Math.max(1, entry.items));
      await this.remove(entry.sequence);
    }
    this.hold(-1);
    return null;
  }

  /** The batch added last; `null` where there is none, or it cannot be read. */
  async newest(): Promise<Batch | null> {
    const entry = this.#entries.at(-1);
    return entry === undefined ? null : this.#read(entry);
  }

  /** Removes a batch, if it is there. A file that cannot be removed comes back after a restart; the server knows it. */
  async remove(sequence: number): Promise<void> {
    const index = this.#entries.findIndex((entry) => entry.sequence === sequence);
    if (index < 0) return;
    const [entry] = this.#entries.splice(index, 1);
    this.#bytes -= entry.bytes;
    await rm(this.#pathOf(entry), { force: true }).catch(() => {});
  }

  async #makeRoom(bytes: number): Promise<void> {
    while (this.#bytes + bytes > this.#options.maxBytes) {
      const victim = this.#entries.find((entry) => entry.sequence !== this.#held);
      if (victim === undefined) return;
      await this.remove(victim.sequence);
      this.#options.onDrop('spool_full', victim.items);
    }
  }

  async #read(entry: Entry): Promise<Batch | null> {
    let content: Buffer;
    try {
      content = await readFile(this.#pathOf(entry));
    } catch {
      return null;
    }
    const end = content.indexOf('\n');
    const header = parseHeader(content.toString('utf8', 0, Math.max(0, end)));
    const body = content.subarray(end + 1);
    if (header === null || header.crc32 !== crc32(body)) return null;
    return { source: header.source, sequence: entry.sequence, signal: entry.signal, items: entry.items, body };
  }

  #add(entry: Entry): void {
    this.#entries.push(entry);
    this.#bytes += entry.bytes;
  }

  #pathOf(entry: Omit<Entry, 'bytes'>): string {
    const sequence = String(entry.sequence).padStart(16, '0');
    return join(this.#options.directory, `${sequence}-${entry.signal}-${entry.items}.batch`);
  }

  async #syncDirectory(): Promise<void> {
    const directory = await open(this.#options.directory, 'r');
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  }
}

function parseHeader(line: string): { source: string; crc32: number } | null {
  try {
    const { source, crc32 } = JSON.parse(line);
    return typeof source === 'string' && typeof crc32 === 'number' ? { source, crc32 } : null;
  } catch {
    return null;
  }
}
