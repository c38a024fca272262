/**
 * Fails when the browser must load more JavaScript for the first page than the budget allows.
 * Reads the manifest of the last build; counts what the entry and the start page import, gzipped.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const BUDGET_BYTES = 250_000;
const START_PAGE = 'src/pages/services/services-page.tsx';

interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
}

const dist = join(import.meta.dirname, 'dist');
const manifestFile = join(dist, '.vite/manifest.json');
if (!existsSync(manifestFile)) {
  console.error('packages/web/dist is not built: run `make web`');
  process.exit(2);
}
const manifest: Record<string, Chunk> = JSON.parse(readFileSync(manifestFile, 'utf8'));

const reached = new Set<string>();
const pending = ['index.html', START_PAGE];
while (pending.length > 0) {
  const key = pending.pop()!;
  if (reached.has(key)) continue;
  const chunk = manifest[key];
  if (!chunk) throw new Error(`the build has no ${key}: was a page renamed?`);
  reached.add(key);
  pending.push(...(chunk.imports ?? []));
}

const sizes = [...reached]
  .map((key) => ({ file: manifest[key].file, bytes: gzipSync(readFileSync(join(dist, manifest[key].file))).length }))
  .filter(({ file }) => file.endsWith('.js'))
  .sort((a, b) => b.bytes - a.bytes);
const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);

for (const { file, bytes } of sizes) console.log(`${String(bytes).padStart(8)}  ${file}`);
console.log(`${String(total).padStart(8)}  first load, gzipped JavaScript; budget ${BUDGET_BYTES}`);
if (total > BUDGET_BYTES) process.exit(1);
