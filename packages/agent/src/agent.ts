import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname, release, setPriority } from 'node:os';
import { bearer, EXPORT_DEFAULTS, Exporter, HttpSender, makeFolder } from '@sonde/otlp/export';
import { detail } from '@sonde/protocols';
import { seriesMetrics } from './aggregate/metrics.ts';
import { NetworkTable } from './aggregate/network.ts';
import { networkMetrics } from './aggregate/network-metrics.ts';
import { Recorder } from './aggregate/recorder.ts';
import { SeriesTable } from './aggregate/series.ts';
import { SpanSampler } from './aggregate/spans.ts';
import { Connections } from './capture/connections.ts';
import { Identities } from './capture/identities.ts';
import { Poller } from './capture/poller.ts';
import { Probes } from './capture/probes.ts';
import { Reader } from './capture/reader.ts';
import { processesIn, requireScope, scopeText } from './capture/scope.ts';
import { clockOffset, monotonic } from './clock.ts';
import type { AgentConfig } from './config.ts';
import { podReports } from './enrich/kubernetes/pods.ts';
import { ProcessTable } from './enrich/process-table.ts';
import { AgentError } from './errors.ts';
import { testIdentity } from './identity/self-test.ts';
import { Links } from './link/links.ts';
import { Runtimes } from './runtime/runtimes.ts';
import type { DropCause } from './self/drops.ts';
import { listenForMetrics } from './self/metrics-listener.ts';
import { SelfMeter } from './self/self-meter.ts';
import type { AgentCounters } from './self/self-metrics.ts';
import { lockSpool } from './spool-lock.ts';

const VERSION = '0.1.0';
/** Given to the server at the end for what it has not got yet, in milliseconds. */
const CLOSE_DEADLINE = 5_000;

/** How often the paths of the scope are looked at, in milliseconds. */
const FOLLOW = 250;
/** How often spans are exported, in milliseconds: a trace is to be seen soon. */
const SPANS_EVERY = 1000;
/** A span waits so long for the rest of its request's work, in nanoseconds. */
const SETTLE = 2e9;

export interface Agent {
  /** Exports what is there, takes the probes out of the kernel, and ends. */
  stop(): Promise<void>;
}

/**
 * Observes what the configuration allows until stopped. The probes live in the kernel for as long as this process does.
 * @throws AgentError, BpfError
 */
export async function startAgent(config: AgentConfig): Promise<Agent> {
  requireScope(config.scope);
  const unlinked = await testIdentity();
  const probes = new Probes(config);
  try {
    if (unlinked !== '') warn(new AgentError('SONDE_AGENT_IDENTITY', unlinked));
    return await run(config, probes, unlinked);
  } catch (error) {
    probes.close();
    throw error;
  }
}

/** @param unlinked why spans are not to be linked, '' where they are */
async function run(config: AgentConfig, probes: Probes, unlinked: string): Promise<Agent> {
  try {
    setPriority(config.nice);
  } catch {} // not allowed to: it goes on as it is
  detail.raw = config.spans.perSecond > 0;
  const processes = new ProcessTable();
  for (const pid of processesIn(config.scope)) processes.resolve(pid);
  const identities = new Identities(processes);
  const series = new SeriesTable();
  const network = new NetworkTable();
  const links = new Links(config.spans.link);
  const spans = new SpanSampler(identities, unlinked === '' ? links : null, config.spans.perSecond);
  const connections = new Connections();
  const runtimes = new Runtimes(probes, config.runtimes);
  runtimes.running(processesIn(config.scope));
  const recorder = new Recorder(series, network, spans, links, identities);
  const reader = new Reader(probes, connections, identities, processes, recorder, runtimes);
  const scope = scopeText(config.scope);
  const id = agentId(config.spool.path);
  await makeFolder(config.spool.path);
  const unlock = lockSpool(config.spool.path);
  const exporter = await Exporter.open({
    ...EXPORT_DEFAULTS,
    sender: new HttpSender({ url: new URL(config.server.url), headers: bearer(config.server.token) }),
    source: id,
    spool: { directory: config.spool.path, maxBytes: config.spool.maxBytes },
  });

  const pods = podReports(config.kubernetes);

  let offset = clockOffset();
  spans.clockOffset = offset;
  const now = () => process.hrtime.bigint() + offset;
  let intervalStart = now();

  const counters = (): AgentCounters => {
    const dropped = new Map([...probes.losses(), ...exporter.stats().dropped]);
    const drop = (cause: DropCause, count: number) => dropped.set(cause, count);
    drop('series_full', series.lost);
    drop('unreadable', reader.unreadable);
    drop('unasked', reader.unasked);
    drop('connections_full', connections.evicted);
    drop('sockets_full', reader.socketsFull);
    for (const [cause, count] of dropped) if (count === 0) dropped.delete(cause);
    return {
      records: reader.records,
      exchanges: reader.exchanges,
      dropped,
      programs: probes.stats(),
      spoolBytes: exporter.stats().spoolBytes,
      series: series.size,
      runtimes: runtimes.counts(),
      podProblem: pods?.problem ?? '',
    };
  };
  const host = { hostName: hostname(), kernel: release() };
  const identity = { id, version: VERSION, ...host, hookLevel: probes.level, scope, unlinked };
  const meter = new SelfMeter(identity, counters, intervalStart);
  const listener =
    config.metrics.port > 0
      ? await listenForMetrics(() => meter.total(now()), { port: config.metrics.port })
      : undefined;

  /** Spans that ended after `until` (monotonic) wait for the next time. */
  const exportSpans = (until = Number.POSITIVE_INFINITY) => void exporter.export(spans.take(until));
  const exportInterval = () => {
    const end = now();
    const exchanged = seriesMetrics(series, identities, intervalStart, end);
    const seen = networkMetrics(network, identities, intervalStart, end);
    void exporter.export({ ...exchanged, resourceMetrics: [...exchanged.resourceMetrics, ...seen.resourceMetrics] });
    void exporter.export(meter.interval(end));
    const told = pods?.take(end);
    if (told) void exporter.export(told);
    series.clear();
    network.clear();
    intervalStart = end;
    reader.sweep(monotonic());
    processes.sweep();
    runtimes.sweep();
    offset = clockOffset(offset);
    spans.clockOffset = offset;
  };
  const poller = new Poller(probes, reader);
  const timer = setInterval(exportInterval, config.interval);
  const spanTimer = setInterval(() => exportSpans(monotonic() - SETTLE), SPANS_EVERY);
  const follower = setInterval(() => probes.followScope(), FOLLOW);
  poller.start();

  return {
    async stop() {
      clearInterval(timer);
      clearInterval(spanTimer);
      clearInterval(follower);
      poller.stop();
      reader.close();
      exportInterval();
      exportSpans();
      await runtimes[Symbol.asyncDispose]();
      probes.close();
      await pods?.stop();
      await listener?.close();
      await exporter.close(CLOSE_DEADLINE);
      unlock();
    },
  };
}

function warn({ code, message, hint }: AgentError): void {
  process.emitWarning(message, { code, detail: hint });
}

/** The same for every run of an agent with the same spool on this host. */
function agentId(spool: string): string {
  let machine = '';
  try {
    machine = readFileSync('/etc/machine-id', 'utf8');
  } catch {}
  const digest = createHash('sha256').update([machine, spool].join('\0')).digest('hex');
  return `${hostname()}-${digest.slice(0, 8)}`;
}
