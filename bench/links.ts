/**
 * How right the links are, by ids that the load carries in its paths and the agent never looks at: runtime × mode × requests
 * in flight. A service answers each request after three calls to another one, which takes up to 4 ms for each; nginx after
 * one. Each row is learned from the start: by an agent of its own, at programs of its own.
 *
 * Prints one JSON object, and a table on standard error. Rows are kept in `.output/links.jsonl` until all are measured: a run
 * that was cut short goes on where it was.
 *
 * [FLIGHT=10,50] node bench/links.ts [requests] [rows whose names have this]
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { fileURLToPath } from 'node:url';
import { buildGo } from '../packages/agent/src/runtime/go.case.ts';
import { type LinkScore, scoreLinks } from '../tests/capture/link-truth.ts';
import { startNginxProxy } from '../tests/capture/nginx.ts';
import { observe } from '../tests/capture/observe.ts';
import { freePort } from '../tests/capture/ports.ts';
import { Sandbox } from '../tests/capture/sandbox.ts';

const REQUESTS = Number(process.argv[2] ?? 1000);
const ONLY = process.argv[3] ?? '';
const IN_FLIGHT = (process.env.FLIGHT ?? '1,10,50,100,200').split(',').map(Number);
/** Milliseconds that the other service takes at most. */
const DELAY = 4;
/** One request at a time takes long: so many of each are made at most. */
const REQUESTS_EACH = 250;
const CASES = [
  ['node', 'chain'],
  ['node', 'fan-out'],
  ['node', 'new'],
  ['node', 'pool'],
  ['node', 'pool-4'],
  ['node', 'timer'],
  ['node', 'random-timer'],
  ['node', 'fs'],
  ['node', 'mix'],
  ['python threads', 'chain'],
  ['python asyncio', 'chain'],
  ['python asyncio', 'gather'],
  ['python asyncio', 'thread'],
  ['python asyncio', 'timer'],
  ['go', 'chain'],
  ['go', 'fan-out'],
  ['go', 'new'],
  ['go', 'timer'],
  ['nginx', 'keep-alive'],
] as const;

const GO_PROXY = fileURLToPath(new URL('../tests/capture/programs/proxy.go', import.meta.url));
const OUTPUT = fileURLToPath(new URL('../.output', import.meta.url));
const KEPT = `${OUTPUT}/links.jsonl`;
const named = (name: string) => ({ environment: { OTEL_SERVICE_NAME: name } });

export interface LinkRow extends LinkScore {
  readonly runtime: string;
  readonly mode: string;
  readonly inFlight: number;
  readonly meanInFlight: number;
  readonly dropped: number;
}

/** What a run writes. */
export interface LinkResults {
  readonly machine: {
    readonly kernel: string;
    readonly cpu: string | undefined;
    readonly cores: number;
    readonly node: string;
  };
  readonly requests: number;
  /** Milliseconds. */
  readonly delay: number;
  readonly rows: readonly LinkRow[];
}

/** Starts the service that is looked at; returns its port and what it is called. */
async function start(sandbox: Sandbox, runtime: string, mode: string, back: string): Promise<[string, string]> {
  if (runtime === 'nginx') {
    const port = await freePort();
    await startNginxProxy(sandbox, port, back);
    return [String(port), 'nginx'];
  }
  if (runtime === 'go') {
    return [await sandbox.run([buildGo(GO_PROXY, sandbox.folder), back, mode], named('proxy')).line(), 'proxy'];
  }
  if (runtime === 'node') return [await sandbox.node('proxy.mjs', [back, mode], named('proxy')).line(), 'proxy'];
  const program = runtime === 'python threads' ? 'proxy.py' : 'proxy_asyncio.py';
  return [await sandbox.python(program, [back, mode], named('proxy')).line(), 'proxy'];
}

async function measure(runtime: string, mode: string, inFlight: number): Promise<LinkRow> {
  await using sandbox = new Sandbox();
  const environment = { OTEL_SERVICE_NAME: 'back', DELAY: String(DELAY) };
  const back = await sandbox.node('http-server.mjs', ['127.0.0.1', 0], { environment }).line();
  const [port, service] = await start(sandbox, runtime, mode, back);
  const observation = await observe(sandbox);
  const requests = Math.min(REQUESTS, REQUESTS_EACH * inFlight);
  const load = sandbox.node('load.mjs', [port, requests, inFlight], named('load'));
  if ((await load.ended()) !== 0) throw new Error(`the load of ${runtime} ${mode} failed`);
  await using sink = await observation.finish();
  const dropped = sink.total('sonde.agent.dropped');
  return { runtime, mode, inFlight, meanInFlight: Number(load.lines[0]), dropped, ...scoreLinks(sink.spans, service) };
}

function print(row: LinkRow): void {
  const share = (value: number) => value.toFixed(4);
  const { edges, right } = row.network;
  console.error(
    `${`${row.runtime} ${row.mode}`.padEnd(24)} ${row.meanInFlight.toFixed(1).padStart(6)} in flight: precision ` +
      `${share(row.precision)}, recall ${share(row.recall)}, whole requests ${share(row.exact / row.requests)}, ` +
      `merged ${row.overMerged}, network ${right} of ${edges}`,
  );
}

interface Kept {
  readonly requests: number;
  readonly row: LinkRow;
}

mkdirSync(OUTPUT, { recursive: true });
const kept = (existsSync(KEPT) ? readFileSync(KEPT, 'utf8').split('\n') : [])
  .filter(Boolean)
  .map((line): Kept => JSON.parse(line));
const rows: LinkRow[] = [];
for (const [runtime, mode] of CASES) {
  if (!`${runtime} ${mode}`.includes(ONLY)) continue;
  for (const inFlight of IN_FLIGHT) {
    const known = kept.find(
      ({ requests, row }) =>
        requests === REQUESTS && row.runtime === runtime && row.mode === mode && row.inFlight === inFlight,
    );
    const row = known?.row ?? (await measure(runtime, mode, inFlight));
    if (known === undefined) appendFileSync(KEPT, `${JSON.stringify({ requests: REQUESTS, row } satisfies Kept)}\n`);
    rows.push(row);
    print(row);
  }
}
rmSync(KEPT, { force: true });
const machine = { kernel: release(), cpu: cpus()[0]?.model, cores: cpus().length, node: process.version };
const results: LinkResults = { machine, requests: REQUESTS, delay: DELAY, rows };
console.log(JSON.stringify(results, null, 2));
