/**
 * The linker on one core: a synthetic run of deep, wide, late, repeated and colliding traces, in time order with
 * disorder, once through the linker and once through the slow one. Prints one JSON object; fails where they differ.
 *
 * node bench/linker.ts [spans]
 */
import { Linker, type SpanKeys } from '@sonde/linker';
import { ReferenceLinker } from '../packages/linker/src/reference.case.ts';

const SPANS = Number(process.argv[2] ?? 1_000_000);
/** How fast spans come, of the clock the linker is told. */
const PER_SECOND = 15_000;

let seed = 0x2545_f491;
const random = () => {
  seed ^= seed << 13;
  seed ^= seed >>> 17;
  seed ^= seed << 5;
  return (seed >>> 0) / 2 ** 32;
};
const word = () => Math.floor(random() * 2 ** 32);

interface Arrival {
  readonly at: number;
  readonly keys: SpanKeys;
}

const arrivals: Arrival[] = [];
const T0 = 1_700_000_000_000_000;
const NO_SPAN = [0, 0] as const;

function arrive(keys: SpanKeys): void {
  const end = (keys.start + keys.duration - T0) / 1000;
  const kind = random();
  const delay = kind < 0.9 ? random() * 800 : kind < 0.99 ? random() * 10_000 : random() * 200_000;
  arrivals.push({ at: end + delay, keys });
  if (random() < 0.01) arrivals.push({ at: end + delay + random() * 5000, keys });
}

/** A server span and the calls made under it, to `depth`. */
function serve(parent: SpanKeys | null, start: number, duration: number, depth: number, width: number): void {
  const trace = parent?.trace ?? [word(), word(), word(), word()];
  const host = 1 + Math.floor(random() * 50);
  const server: SpanKeys = {
    id: [word(), word()],
    parent: parent?.id ?? NO_SPAN,
    trace: [...trace] as unknown as SpanKeys['trace'],
    start,
    duration,
    source: 'kernel',
    role: 'server',
    instance: host,
    host,
    method: 'sequence',
    confidence: 1,
  };
  arrive(server);
  if (depth === 0) return;
  const each = (duration * 0.9) / width;
  for (let i = 0; i < width; i++) {
    const at = start + duration * 0.05 + i * each;
    const id = random() < 0.0005 ? [0, 1 + Math.floor(random() * 20)] : [word(), word()];
    const known = random() < 0.97;
    const client: SpanKeys = {
      ...server,
      id: id as unknown as SpanKeys['id'],
      parent: known ? server.id : NO_SPAN,
      trace: [word(), word(), word(), word()],
      start: at,
      duration: each * 0.98,
      role: 'client',
      method: 'scope',
      confidence: random() < 0.5 ? 1 : 0.99,
    };
    if (random() < 0.995) arrive(client);
    serve(client, at + each * 0.01, each * 0.96, depth - 1, width);
  }
}

while (arrivals.length < SPANS) {
  const start = T0 + (arrivals.length / PER_SECOND) * 1e6;
  const shape = random();
  if (shape < 0.01) serve(null, start, 2e6, 60, 1);
  else if (shape < 0.02) serve(null, start, 2e6, 1, 300);
  else if (shape < 0.4) serve(null, start, 3e5, 0, 1);
  else serve(null, start, 3e5, 1 + Math.floor(random() * 3), 1 + Math.floor(random() * 4));
}
arrivals.sort((a, b) => a.at - b.at);
arrivals.length = SPANS;

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
    },
    null,
    2,
  ),
);
