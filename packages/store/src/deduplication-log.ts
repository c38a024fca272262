import { glob, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

interface Part {
  readonly partition: string;
  readonly first: number;
  readonly last: number;
}

/** A part is named `partition_first_last_level[_mutation]`, first and last being block numbers. */
function parsePart(name: string): Part | null {
  const match = /^(\w+?)_(\d+)_(\d+)_\d+(?:_\d+)?$/.exec(name);
  return match === null ? null : { partition: match[1], first: Number(match[2]), last: Number(match[3]) };
}

function covers(part: Part, other: Part): boolean {
  return part.partition === other.partition && part.first <= other.first && part.last >= other.last;
}

/**
 * ClickHouse notes an insert's token in a table's deduplication log just before it commits the part. Killed between the
 * two, it would take the repetition of that insert for done. This removes the notes whose part does not exist, which
 * is safe for all of them: such a part was never committed, or has been removed since.
 *
 * `path` is the data folder of an embedded ClickHouse that is not open. Returns how many notes were removed.
 */
export async function forgetUncommitted(path: string): Promise<number> {
  let removed = 0;
  for await (const file of glob('store/*/*/deduplication_logs/*.txt', { cwd: path })) {
    const log = join(path, file);
    const parts = (await readdir(dirname(dirname(log)))).map(parsePart).filter((part) => part !== null);
    const notes = (await readFile(log, 'utf8')).split('\n').filter((note) => note !== '');
    const kept = notes.filter((note) => {
      const part = parsePart(note.split('\t')[1] ?? '');
      return part !== null && parts.some((other) => covers(other, part));
    });
    if (kept.length === notes.length) continue;
    await writeFile(`${log}.new`, kept.map((note) => `${note}\n`).join(''), { flush: true });
    await rename(`${log}.new`, log);
    removed += notes.length - kept.length;
  }
  return removed;
}
