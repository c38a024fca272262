/**
 * What observing costs: a load is run without the agent, with it, and with it but without links between calls and requests,
 * in turn, both ends of every connection in its scope, in one run on one machine. Prints one JSON object, and a table on standard error.
 *
 * node bench/overhead.ts [pairs] [seconds]
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { startNginx } from '../tests/capture/nginx.ts';
import { observe } from '../tests/capture/observe.ts';
import { captureSkipReason, Sandbox } from '../tests/capture/sandbox.ts';

const PAIRS = Number(process.argv[2] ?? 5);
const SECONDS = Number(process.argv[3] ?? 5);
const TICKS = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

interface Load {
  readonly name: string;
  readonly version: string;
  /** Runs the load once. */
  run(): Promise<Run>;
}

interface Run {
  /** Requests a second. */
  readonly rate: number;
  readonly requests: number;
}

/** A run with what its processes used of the CPU, in nanoseconds for each request. */
interface Timed extends Run {
  readonly cpu: number;
}

/** One run under observation. Times in nanoseconds for each exchange seen at one end. */
interface Observed extends Timed {
  readonly exchanges: number;
  readonly user: number;
  readonly system: number;
  readonly kernel: number;
  readonly dropped: number;
  /** Largest resident set in bytes. */
  readonly rss: number;
}

const reason = captureSkipReason();
if (reason !== '') {
  console.error(`skipped: ${reason}`);
  process.exit(1);
}

const sandbox = new Sandbox();
const port = 20_000 + (process.pid % 10_000);
const version = (command: string, args: readonly string[]) => {
  const out = execFileSync('sh', ['-c', `${[command, ...args].join(' ')} 2>&1; true`], { encoding: 'utf8' });
  return /\d+(\.\d+)+/.exec(out)?.[0] ?? '';
};

async function output(command: readonly string[]): Promise<string> {
  const program = sandbox.run(command);
  await program.ended();
  return program.lines.join('\n');
}

async function nginx(): Promise<Load> {
  await startNginx(sandbox, port);
  const url = `http://127.0.0.1:${port}/index.html`;
  return {
    name: 'nginx + wrk, a file of 612 bytes, 16 connections',
    version: `nginx ${version('nginx', ['-v'])}, wrk ${version('wrk', ['-v'])}`,
    async run() {
      const text = await output(['wrk', '-t1', '-c16', `-d${SECONDS}s`, url]);
      const requests = Number(/(\d+) requests in/.exec(text)?.[1]);
      return { rate: Number(/Requests\/sec:\s*([\d.]+)/.exec(text)?.[1]), requests };
    },
  };
}

async function redis(): Promise<Load> {
  const at = port + 1;
  sandbox.run(['redis-server', '--port', String(at), '--save', '', '--dir', sandbox.folder, '--loglevel', 'warning']);
  await sleep(500);
  let requests = 50_000 * SECONDS;
  return {
    name: 'redis-server + redis-benchmark GET, 16 connections',
    version: `redis ${version('redis-server', ['--version'])}`,
    async run() {
      const args = ['-p', String(at), '-t', 'get', '-c', '16', '-n', String(requests), '--csv'];
      const text = await output(['redis-benchmark', ...args]);
      const rate = Number(/"GET","([\d.]+)"/.exec(text)?.[1]);
      const run = { rate, requests };
      requests = Math.round(rate * SECONDS);
      return run;
    },
  };
}

function cpuOf(pid: number): { user: number; system: number; rss: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const rss = Number(/VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
  return { user: (Number(fields[11]) / TICKS) * 1e9, system: (Number(fields[12]) / TICKS) * 1e9, rss };
}

async function timed(load: Load): Promise<Timed> {
  const usage = () => {
    const stat = readFileSync(`${sandbox.cgroup}/cpu.stat`, 'utf8');
    return Number(/^usage_usec (\d+)/m.exec(stat)?.[1]) * 1000;
  };
  const before = usage();
  const run = await load.run();
  return { ...run, cpu: (usage() - before) / run.requests };
}

async function observed(load: Load, link: boolean): Promise<Observed> {
  const observation = await observe(sandbox, { interval: 10_000, spans: { perSecond: 50, link } });
  const { pid } = observation.agent;
  await sleep(1000);
  const before = cpuOf(pid);
  const run = await timed(load);
  await sleep(500);
  const after = cpuOf(pid);
  await using sink = await observation.finish();
  const exchanges = sink.total('sonde.agent.exchanges');
  const per = (nanoseconds: number) => nanoseconds / exchanges;
  return {
    ...run,
    exchanges,
    user: per(after.user - before.user),
    system: per(after.system - before.system),
    kernel: per(sink.total('sonde.agent.bpf.run_time') * 1e9),
    dropped: sink.total('sonde.agent.dropped'),
    rss: after.rss,
  };
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1];

async function measure(load: Load) {
  await load.run();
  const ratios: number[] = [];
  const plain: Timed[] = [];
  const runs: Observed[] = [];
  const unlinked: Observed[] = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    const first = pair % 2 === 0 ? await timed(load) : null;
    const seen = await observed(load, true);
    unlinked.push(await observed(load, false));
    const without = first ?? (await timed(load));
    plain.push(without);
    runs.push(seen);
    ratios.push(seen.rate / without.rate);
    console.error(
      `${load.name}: ${without.rate.toFixed(0)}/s without, ${seen.rate.toFixed(0)}/s with: ` +
        `${(seen.rate / without.rate).toFixed(3)}; CPU ${without.cpu.toFixed(0)} and ${seen.cpu.toFixed(0)} ns; user ${seen.user.toFixed(0)} ns, kernel ${seen.kernel.toFixed(0)} ns, dropped ${seen.dropped}`,
    );
  }
  const middle = (all: readonly Observed[], key: keyof Observed) => Math.round(median(all.map((run) => run[key])));
  const of = (key: keyof Observed) => middle(runs, key);
  return {
    load: load.name,
    version: load.version,
    pairs: PAIRS,
    secondsEach: SECONDS,
    ratio: { median: median(ratios), lowest: Math.min(...ratios), highest: Math.max(...ratios) },
    requestsPerSecond: { without: Math.round(median(plain.map(({ rate }) => rate))), with: of('rate') },
    loadCpuNsPerRequest: { without: Math.round(median(plain.map(({ cpu }) => cpu))), with: of('cpu') },
    exchangesSeenPerSecond: Math.round(median(runs.map(({ exchanges }) => exchanges / SECONDS))),
    agentUserNsPerExchange: of('user'),
    agentSystemNsPerExchange: of('system'),
    probesNsPerExchange: of('kernel'),
    withoutLinks: {
      requestsPerSecond: middle(unlinked, 'rate'),
      agentUserNsPerExchange: middle(unlinked, 'user'),
      probesNsPerExchange: middle(unlinked, 'kernel'),
    },
    dropped: runs.reduce((total, { dropped }) => total + dropped, 0),
    exchangesSeen: runs.reduce((total, { exchanges }) => total + exchanges, 0),
    rssMegabytes: Math.round(Math.max(...runs.map(({ rss }) => rss)) / 1e6),
  };
}

try {
  const loads = [await measure(await nginx()), await measure(await redis())];
  const machine = { kernel: release(), cpu: cpus()[0]?.model, cores: cpus().length, node: process.version };
  console.log(JSON.stringify({ machine, loads }, null, 2));
} finally {
  await sandbox[Symbol.asyncDispose]();
}
