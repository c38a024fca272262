/**
 * The linker on one core: a synthetic run of deep, wide, late, repeated and colliding traces, in time order with
 * disorder, once through the linker and once through the slow one; then in three shards; then how long it takes from the
 * end of a span until a server shows its trace whole, with spans made for it, and of real requests with real agents; and
 * what the statements of the engine `clickhouse` take. Prints one JSON object; fails where the two linkers differ.
 *
 * node bench/linker.ts [spans]
 */
import { Linker } from '@sonde/linker';
import { ReferenceLinker } from '../packages/linker/src/reference.case.ts';
import { measureEndToEnd } from './linker/end-to-end.ts';
import { measureShards } from './linker/shards.ts';
import { syntheticSpans } from './linker/spans.ts';
import { measureStatements } from './linker/statements.ts';
import { measureVisible } from './linker/visible.ts';

const SPANS = Number(process.argv[2] ?? 1_000_000);
const arrivals = syntheticSpans(SPANS);

type AnyLinker = Pick<Linker, 'span' | 'advance'>;

/** Runs all arrivals with an `advance` a second; `onSecond` sees the changes. */
function run(linker: AnyLinker, onSecond: (changes: ReturnType<AnyLinker['advance']>, at: number) => void): void {
  let next = 0;
  for (const { at, keys } of arrivals) {
    while (at >= next) {
      onSecond(linker.advance(next), next);
      next += 1000;
    }
    linker.span(keys, at);
  }
  onSecond(linker.advance(next + 3000), next + 3000);
}

const linker = new Linker();
let aliases = 0;
let links = 0;
let most = { spans: 0, traces: 0, remembered: 0, bytes: 0 };
let keyBytes = 0;
const pauses: number[] = [];
globalThis.gc?.();
const before = process.cpuUsage();
const started = performance.now();
let last = started;
run(linker, (changes) => {
  aliases += changes.aliases.length;
  links += changes.links.length;
  if (linker.size.spans > most.spans) {
    most = linker.size;
    keyBytes = (linker.size.bytes - linker.size.remembered * 24) / linker.size.spans;
  }
  pauses.push(performance.now() - last);
  last = performance.now();
});
const seconds = (performance.now() - started) / 1000;
const used = process.cpuUsage(before);

const digest = (items: readonly object[]) =>
  items
    .map((item) => JSON.stringify(item))
    .sort()
    .join('\n');
const again = new Linker();
const reference = new ReferenceLinker();
const mine: string[] = [];
const theirs: string[] = [];
const referenceStart = performance.now();
run(again, (changes) => mine.push(digest(changes.aliases), digest(changes.links)));
const between = performance.now();
run(reference as unknown as AnyLinker, (changes) => theirs.push(digest(changes.aliases), digest(changes.links)));
const slowSeconds = (performance.now() - between) / 1000;
const differ = mine.findIndex((text, i) => text !== theirs[i]);
if (differ >= 0 || mine.length !== theirs.length) {
  console.error(`the linker and the slow one differ after ${differ >> 1} s`);
  process.exitCode = 1;
}

const shards = measureShards(arrivals.slice(0, Math.min(SPANS, 300_000)));
const visible = await measureVisible();
const endToEnd = await measureEndToEnd();
const statements = await measureStatements();

console.log(
  JSON.stringify(
    {
      spans: SPANS,
      spansPerSecond: Math.round(SPANS / seconds),
      spansPerCpuSecond: Math.round(SPANS / ((used.user + used.system) / 1e6)),
      liveSpans: most.spans,
      liveTraces: most.traces,
      remembered: most.remembered,
      bytesPerLiveSpan: Math.round(keyBytes),
      bytesOfTables: most.bytes,
      longestSecondMs: Math.round(Math.max(...pauses)),
      aliases,
      links,
      counts: linker.counts,
      equalToReference: process.exitCode === undefined,
      referenceSlowerBy: Number((slowSeconds / ((between - referenceStart) / 1000)).toFixed(1)),
      shards,
      visible,
      endToEnd,
      statements,
    },
    null,
    2,
  ),
);
