import { setTimeout as sleep } from 'node:timers/promises';
import { bearer, EXPORT_DEFAULTS, Exporter, HttpSender } from '@sonde/otlp/export';
import { type Call, detail, symbols } from '@sonde/protocols';
import { seriesMetrics } from '../aggregate/metrics.ts';
import { NetworkTable } from '../aggregate/network.ts';
import { Recorder } from '../aggregate/recorder.ts';
import { SeriesTable } from '../aggregate/series.ts';
import { SpanSampler } from '../aggregate/spans.ts';
import { Connection, type End, newEnd } from '../capture/connections.ts';
import { Links } from '../link/links.ts';
import { NO_SCOPE } from '../link/work-scope.ts';
import { CaptureIdentities } from './capture-identities.ts';
import { CaptureReader } from './capture-reader.ts';
import { CaptureClock } from './decoder.ts';
import { ReplayError } from './errors.ts';
import { endpointText, type ReadOptions, type ReplayReport, replayCalls } from './replay.ts';
import type { Session } from './session.ts';
import { openCapture, STANDARD_INPUT } from './source.ts';

export interface ForwardOptions {
  readonly server: URL;
  readonly token: string | null;
  readonly onProgress?: ReadOptions['onProgress'];
  /** Whether the times of the capture are kept, else it ends now. What comes from a pipe is now already. */
  readonly keepTimes: boolean;
}

export interface ForwardReport extends ReplayReport {
  /** Data points and spans the server took, and those it did not. */
  readonly delivered: number;
  readonly dropped: ReadonlyMap<string, number>;
}

/** As in live capture, in nanoseconds. */
const INTERVAL = 10e9;
const SPANS_PER_SECOND = 1000;
const MOST_WAITING_BYTES = EXPORT_DEFAULTS.maxMemoryBytes / 2;
/** Failed attempts after which the server counts as away, and what it is given for the rest, in milliseconds. */
const MOST_FAILURES = 5;
const CLOSE_DEADLINE = 30_000;

/**
 * Replays captures into a server: the same metrics and spans as live capture sends, seen from both ends.
 * @throws ReplayError
 */
export async function forward(files: readonly string[], options: ForwardOptions): Promise<ForwardReport> {
  const clock = new CaptureClock();
  const shift = options.keepTimes || files.includes(STANDARD_INPUT) ? 0n : await shiftToNow(files);
  const exporter = await Exporter.open({
    ...EXPORT_DEFAULTS,
    sender: new HttpSender({ url: options.server, headers: bearer(options.token) }),
    source: `replay-${process.pid}`,
    spool: null,
  });
  const sender = new Sender(exporter, clock, shift);
  const pace = async () => {
    while (exporter.stats().memoryBytes > MOST_WAITING_BYTES) {
      if (exporter.stats().failing >= MOST_FAILURES) throw unreachable(options.server, exporter);
      await sleep(20);
    }
  };
  const { onProgress } = options;
  try {
    const take = (session: Session, call: Call) => sender.take(session, call);
    const report = await replayCalls(files, clock, take, { pace, ...(onProgress ? { onProgress } : {}) });
    sender.flush();
    await exporter.close(CLOSE_DEADLINE);
    const { delivered, dropped } = exporter.stats();
    const total = delivered.metrics + delivered.traces;
    if (total === 0 && report.exchanges > 0) throw unreachable(options.server, exporter);
    return { ...report, delivered: total, dropped };
  } finally {
    await exporter.close(0);
  }
}

function unreachable(server: URL, exporter: Exporter): ReplayError {
  const { failures, dropped } = exporter.stats();
  const causes = [...new Set([...failures.keys(), ...dropped.keys()])].join(', ');
  return new ReplayError('SONDE_REPLAY_SERVER', `${server.origin}: ${causes || 'no answer'}`);
}

/** Exchanges of both ends, handed to the exporter at the end of each interval of the capture. */
class Sender {
  readonly #exporter: Exporter;
  readonly #clock: CaptureClock;
  readonly #shift: bigint;
  readonly #identities = new CaptureIdentities();
  readonly #series = new SeriesTable();
  readonly #links = new Links();
  readonly #spans = new SpanSampler(this.#identities, this.#links, SPANS_PER_SECOND);
  readonly #recorder = new Recorder(this.#series, new NetworkTable(), this.#spans, this.#links, this.#identities);
  readonly #connections = new WeakMap<Session, Connection>();
  #start = -1;
  #end = 0;

  constructor(exporter: Exporter, clock: CaptureClock, shift: bigint) {
    this.#exporter = exporter;
    this.#clock = clock;
    this.#shift = shift;
    detail.raw = true;
  }

  take(session: Session, call: Call): void {
    const time = Math.max(call.requestLast, call.responseLast);
    if (this.#start < 0) {
      this.#start = call.requestFirst;
      this.#spans.clockOffset = this.#epoch(0);
    }
    if (time - this.#start > INTERVAL) this.flush();
    if (time > this.#end) this.#end = time;
    const connection = this.#connectionOf(session);
    this.#recorder.exchange(call, connection, 0, NO_SCOPE);
    this.#recorder.exchange(call, connection, 1, NO_SCOPE);
  }

  flush(): void {
    if (this.#series.size === 0) return;
    const [start, stop] = [this.#epoch(this.#start), this.#epoch(this.#end)];
    void this.#exporter.export(seriesMetrics(this.#series, this.#identities, start, stop));
    void this.#exporter.export(this.#spans.take());
    this.#series.clear();
    this.#start = this.#end;
  }

  #epoch(time: number): bigint {
    return this.#clock.epoch(time) + this.#shift;
  }

  #connectionOf(session: Session): Connection {
    const known = this.#connections.get(session);
    if (known) return known;
    const { client, peers, starts } = session;
    const connection = new Connection(starts[client], starts[1 - client]);
    const server = peers[1 - client];
    const serverName = endpointText(server);
    connection.ends[0] = end(this.#identities.of(peers[client].address, peers[client]), serverName);
    connection.ends[1] = end(this.#identities.of(serverName, server), peers[client].address);
    this.#connections.set(session, connection);
    return connection;
  }
}

function end(identity: number, peer: string): End {
  return newEnd(0, identity, symbols.ofText(peer));
}

/** What moves the last packet to now, in nanoseconds. */
async function shiftToNow(files: readonly string[]): Promise<bigint> {
  let last = 0;
  for (const file of files) {
    const reader = new CaptureReader({
      packet: ({ seconds }) => {
        if (seconds > last) last = seconds;
      },
    });
    for await (const chunk of (await openCapture(file)).chunks) reader.push(chunk);
  }
  return BigInt(Math.floor(Date.now() / 1000) - last - 1) * 1_000_000_000n;
}
