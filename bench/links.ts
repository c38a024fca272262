/**
 * How right the links inside a process are, by ids that the load carries in its paths and the agent never looks at:
 * runtime × mode × requests in flight. A service answers each request after three calls to another one, nginx after one.
 * Prints one JSON object, and a table on standard error.
 *
 * [FLIGHT=10,50] node bench/links.ts [requests] [rows whose names have this]
 */
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
const CASES = [
  ['node', 'chain'],
  ['node', 'fan-out'],
  ['node', 'new'],
  ['node', 'pool'],
  ['node', 'timer'],
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
const named = (name: string) => ({ environment: { OTEL_SERVICE_NAME: name } });

interface Row extends LinkScore {
  readonly runtime: string;
  readonly mode: string;
  readonly inFlight: number;
  readonly meanInFlight: number;
  readonly dropped: number;
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

async function measure(runtime: string, mode: string, inFlight: number): Promise<Row> {
  await using sandbox = new Sandbox();
  const back = await sandbox.node('http-server.mjs', ['127.0.0.1', 0], named('back')).line();
  const [port, service] = await start(sandbox, runtime, mode, back);
  const observation = await observe(sandbox);
  const load = sandbox.node('load.mjs', [port, REQUESTS, inFlight], named('load'));
  if ((await load.ended()) !== 0) throw new Error(`the load of ${runtime} ${mode} failed`);
  await using sink = await observation.finish();
  const dropped = sink.total('sonde.agent.dropped');
  return { runtime, mode, inFlight, meanInFlight: Number(load.lines[0]), dropped, ...scoreLinks(sink.spans, service) };
}

const rows: Row[] = [];
for (const [runtime, mode] of CASES) {
  if (!`${runtime} ${mode}`.includes(ONLY)) continue;
  for (const inFlight of IN_FLIGHT) {
    const row = await measure(runtime, mode, inFlight);
    rows.push(row);
    const share = (value: number) => value.toFixed(4);
    console.error(
      `${`${runtime} ${mode}`.padEnd(24)} ${row.meanInFlight.toFixed(1).padStart(6)} in flight: precision ` +
        `${share(row.precision)}, recall ${share(row.recall)}, whole requests ${share(row.exact / row.requests)}`,
    );
  }
}
const machine = { kernel: release(), cpu: cpus()[0]?.model, cores: cpus().length, node: process.version };
console.log(JSON.stringify({ machine, requests: REQUESTS, rows }, null, 2));
