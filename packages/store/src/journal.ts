import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { InputTable } from './schema.ts';

/** One group of inserts that is on disk but perhaps not, or only in part, in the tables. */
export interface Group {
  /** Names the group for ever: repeating an insert under the same id adds nothing. */
  readonly id: string;
  readonly bodies: ReadonlyMap<InputTable, string>;
}

interface Header {
  readonly id: string;
  readonly crc: number;
  readonly tables: readonly { readonly table: InputTable; readonly bytes: number }[];
}

const SUFFIX = '.group';

/**
 * Write-ahead journal: a group is here, flushed to disk, before its first insert, and leaves after its last. An insert
 * into a table and its roll-ups is not one transaction; with the journal the whole group is.
 */
export class Journal {
  readonly #folder: string;
  #next = 0;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(folder: string): Promise<Journal> {
    await mkdir(join(folder, 'rejected'), { recursive: true, mode: 0o700 });
    return new Journal(folder);
  }

  /** Returns the name to `remove` it by, once the group is safe on disk. */
  async append(bodies: ReadonlyMap<InputTable, string>): Promise<{ name: string; group: Group }> {
    const id = randomUUID();
    const buffers = [...bodies.values()].map((body) => Buffer.from(body));
    const content = Buffer.concat(buffers);
    const header: Header = {
      id,
      crc: crc32(content),
      tables: [...bodies.keys()].map((table, i) => ({ table, bytes: buffers[i].length })),
    };
    const name = `${Date.now().toString().padStart(15, '0')}-${(this.#next++).toString().padStart(9, '0')}${SUFFIX}`;
    const file = await open(join(this.#folder, `${name}.tmp`), 'w', 0o600);
    try {
      await file.writev([Buffer.from(`${JSON.stringify(header)}\n`), content]);
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(join(this.#folder, `${name}.tmp`), join(this.#folder, name));
    await this.#flushFolder();
    return { name, group: { id, bodies } };
  }

  async remove(name: string): Promise<void> {
    await unlink(join(this.#folder, name));
  }

  /** Keeps a group that the store will never take, for a human to look at. */
  async reject(name: string): Promise<string> {
    const path = join(this.#folder, 'rejected', name);
    await rename(join(this.#folder, name), path);
    return path;
  }

  /** Groups left by an earlier process, oldest first. Unfinished files were never acknowledged and are removed. */
  async *pending(): AsyncGenerator<{ name: string; group: Group }> {
    for (const name of (await readdir(this.#folder)).sort()) {
      const path = join(this.#folder, name);
      if (name.endsWith('.tmp')) await unlink(path);
      if (!name.endsWith(SUFFIX)) continue;
      const group = parseGroup(await readFile(path));
      if (group === null) await this.reject(name);
      else yield { name, group };
    }
  }

  async #flushFolder(): Promise<void> {
    const folder = await open(this.#folder, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }
}

/** `null` where the file is torn or damaged. */
function parseGroup(file: Buffer): Group | null {
  const end = file.indexOf(10);
  if (end < 0) return null;
  try {
    const header = JSON.parse(file.toString('utf8', 0, end)) as Header;
    const content = file.subarray(end + 1);
    if (crc32(content) !== header.crc) return null;
    const bodies = new Map<InputTable, string>();
    let at = 0;
    for (const { table, bytes } of header.tables) bodies.set(table, content.toString('utf8', at, (at += bytes)));
    return { id: header.id, bodies };
  } catch {
    return null;
  }
}
