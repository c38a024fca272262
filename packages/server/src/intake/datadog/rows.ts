import { type Bins, binOf } from '@sonde/model';
import type { Intake, MetricRow, ResourceRow } from '@sonde/store';
import { NetworkRows } from '../network-rows.ts';
import { Rejections } from '../rejections.ts';
import { RequestRows } from '../request-rows.ts';
import { decodeAggregations } from './aggregations.ts';
import { addressOf, Ends, shortContainer, sideOf } from './ends.ts';
import type { KnownHosts } from './known-hosts.ts';
import { type Answered, lookupsOf } from './lookups.ts';
import type { ConnectionsMessage, DatadogConnection, HttpStats, LatencyStats } from './messages.ts';
import { templateOfPath } from './path-template.ts';
import { durationsOfSketch } from './sketch.ts';
import { socketOf } from './sockets.ts';

/** `service.name` under which the agents' own counters are kept. */
export const DATADOG_AGENT = 'datadog-agent';

/** What Datadog's agents check every 30 s. */
export const INTERVAL_SECONDS = 30;

const METHODS = ['', 'GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH', 'TRACE'];
const GRPC = 11;
const MAX_TEXT = 1024;

/** `error.type` of failed connections by errno (Linux). */
const FAILURES: Record<number, string> = { 104: 'connection_reset', 110: 'timeout', 111: 'connection_refused' };

/** Durations of one status. `count` holds for the requests; a sketch may know fewer durations, never more. */
function durationsOf({ count, sketch, firstLatency, latencySum }: LatencyStats): { bins: Bins; sum: number } {
  const all = (ns: number, n: number) => ({ bins: { indexes: [binOf(ns)], counts: [n] }, sum: ns * n });
  const isTime = (ns: number) => ns > 0 && ns < 2 ** 53;
  if (sketch.length > 0) {
    const durations = durationsOfSketch(sketch);
    const known = durations.bins.counts.reduce((sum, each) => sum + each, 0);
    if (known > count || durations.sum > 2 ** 63) throw new RangeError('a sketch of more than was counted');
    return durations;
  }
  if (count === 1 && isTime(firstLatency)) return all(firstLatency, 1);
  if (isTime(latencySum / count)) return all(latencySum / count, count);
  return { bins: { indexes: [], counts: [] }, sum: 0 };
}

function statusesOf({ byCode, byClass }: HttpStats, exact: boolean): [string, number, LatencyStats][] {
  const codes: [number, LatencyStats][] =
    byCode.size > 0 ? [...byCode] : byClass.slice(0, 5).map((stats, i) => [(i + 1) * 100, stats]);
  return codes
    .filter(([code, { count }]) => count > 0 && code >= 100 && code < 600)
    .map(([code, stats]) => [exact && byCode.size > 0 ? String(code) : `${Math.floor(code / 100)}xx`, code, stats]);
}

function endpointOf({ path, method, fullPath }: HttpStats, version: 1 | 2, isGrpc: boolean) {
  const call = isGrpc ? /^\/([^/]+)\/([^/]+)$/.exec(path) : null;
  if (call !== null) return { protocol: 'grpc', operation: call[2], target: call[1] };
  const target = `${templateOfPath(path)}${fullPath ? '' : '…'}`;
  return {
    protocol: version === 1 ? 'http' : 'http2',
    operation: METHODS[method] ?? '',
    target: target.slice(0, MAX_TEXT),
  };
}

export interface ImportOptions {
  /** Seconds since the epoch at which the agent's check began; the rows belong to the 30 s before. */
  readonly checked: number;
  readonly now: number;
  /** Whether statuses are codes even where all look like classes. */
  readonly exactStatuses: boolean;
  readonly known: KnownHosts;
}

/** Codes that are no multiple of 100 prove that the agent counts codes, not classes. */
function countsCodes(stats: readonly HttpStats[]): boolean {
  return stats.some(({ byCode }) => [...byCode.keys()].some((code) => code % 100 !== 0));
}

/** Where the proxy of a service mesh (Istio) calls the application of its own pod from. */
const SIDECAR = '127.0.0.6';

/** The rows of one message. What of it cannot be read is counted by reason, the rest is kept. */
export function rowsOfConnections(message: ConnectionsMessage, options: ImportOptions) {
  const { known, now } = options;
  const rejected = new Rejections();
  const requests = new RequestRows();
  const network = new NetworkRows();
  const resources = new Map<string, ResourceRow>();
  const ends = new Ends(message, known, now);
  const time = options.checked - INTERVAL_SECONDS;
  const parsed = message.connections.map((connection) => {
    return { connection, end: endsOf(message, ends, connection), http: aggregationsOf(connection, rejected) };
  });
  if (parsed.some(({ http }) => countsCodes(http.map(({ stats }) => stats)))) known.sawCodes(message.hostName);
  const exact = options.exactStatuses || known.countsCodes(message.hostName);
  const served = new Set(
    parsed
      .filter(
        ({ connection, end, http }) => http.length > 0 && end.side === 'server' && connection.remote.ip !== SIDECAR,
      )
      .map(({ end }) => end.service),
  );

  for (const { connection, end, http } of parsed) {
    const answered = [
      ...http.flatMap((each) => answersOf(each, exact, rejected)),
      ...(end.side === 'client' ? lookupsOf(message, connection) : []),
    ];
    const socket = socketOf(connection);
    const failures = [...connection.tcpFailures].filter(([, count]) => count > 0);
    if (answered.length === 0 && socket === null) continue;
    if (connection.remote.ip === SIDECAR && served.has(end.service)) {
      rejected.add('hops from a proxy to its own pod, counted at the proxy');
      continue;
    }
    const bytes = shares(connection, answered, end.side === 'server');
    answered.forEach(({ series, count, durationSum, bins }, i) => {
      const errors = series.error === '' ? 0 : count;
      requests.add({ ...end, statement: '', ...series }, time, { count, errors, durationSum, ...bytes[i] }, bins);
    });
    for (const [errno, count] of failures) {
      const error = FAILURES[errno] ?? `errno_${errno}`;
      const failed = { protocol: 'unknown', operation: 'connect', target: '', statement: '', status: '', error };
      requests.add({ ...end, ...failed }, time, { count, errors: count });
    }
    if (socket !== null) network.add(end, time, socket.sums, socket.rtts);
    const { service, instance } = end;
    resources.set(`${service}\0${instance}`, {
      time: now,
      service,
      instance,
      attributes: resourceOf(message, end.container, ends.localTags(connection)),
    });
  }
  const intake: Intake = {
    requests: requests.rows(),
    network: network.rows(),
    metrics: telemetryOf(message, options.checked),
    spans: [],
    resources: [...resources.values()],
  };
  return { intake, rejected };
}

interface VersionedStats {
  readonly stats: HttpStats;
  readonly version: 1 | 2;
  readonly isGrpc: boolean;
}

function aggregationsOf(connection: DatadogConnection, rejected: Rejections): VersionedStats[] {
  const isGrpc = connection.stack.includes(GRPC);
  const read = (payload: Uint8Array, version: 1 | 2): VersionedStats[] => {
    if (payload.length === 0) return [];
    try {
      return decodeAggregations(payload, version).map((stats) => ({ stats, version, isGrpc }));
    } catch {
      rejected.add('aggregations that are no protobuf message');
      return [];
    }
  };
  return [...read(connection.httpAggregations, 1), ...read(connection.http2Aggregations, 2)];
}

function answersOf({ stats, version, isGrpc }: VersionedStats, exact: boolean, rejected: Rejections): Answered[] {
  return statusesOf(stats, exact).flatMap(([status, code, latencies]): Answered[] => {
    try {
      const { bins, sum } = durationsOf(latencies);
      const series = { ...endpointOf(stats, version, isGrpc), status, error: code >= 500 ? status : '' };
      return [{ series, count: latencies.count, durationSum: Math.round(sum), bins }];
    } catch (error) {
      rejected.add(`durations that cannot be read: ${(error as Error).message}`);
      return [];
    }
  });
}

function endsOf(message: ConnectionsMessage, ends: Ends, connection: DatadogConnection) {
  const side = sideOf(connection);
  const container = ends.containerOf(connection);
  const remote = connection.translated ?? connection.remote;
  return {
    service: ends.localService(connection).slice(0, MAX_TEXT),
    instance: shortContainer(container) || `${message.hostName}:${connection.pid}`,
    host: message.hostName,
    container,
    side,
    peer: ends.remoteService(connection).slice(0, MAX_TEXT),
    peerAddress: side === 'client' ? addressOf(remote) : connection.remote.ip,
  };
}

/** Bytes are known per connection: each status gets its share by requests, and the last what is left, so sums are exact. */
function shares(connection: DatadogConnection, answered: readonly Answered[], isServer: boolean) {
  const whole = (value: number) => (Number.isSafeInteger(value) && value > 0 ? value : 0);
  const sent = whole(connection.bytesSent);
  const received = whole(connection.bytesReceived);
  const total = answered.reduce((sum, { count }) => sum + count, 0);
  let [restSent, restReceived] = [sent, received];
  return answered.map(({ count }, i) => {
    const last = i === answered.length - 1;
    const out = last ? restSent : Math.floor((sent * count) / total);
    const into = last ? restReceived : Math.floor((received * count) / total);
    restSent -= out;
    restReceived -= into;
    return isServer ? { requestBytes: into, responseBytes: out } : { requestBytes: out, responseBytes: into };
  });
}

function resourceOf(message: ConnectionsMessage, container: string, tags: readonly string[]) {
  const tag = (key: string) => tags.find((each) => each.startsWith(`${key}:`))?.slice(key.length + 1) ?? '';
  const attributes = {
    'host.name': message.hostName,
    'container.id': container,
    'container.name': tag('container_name') || tag('kube_container_name'),
    'k8s.pod.name': tag('pod_name'),
    'k8s.namespace.name': tag('kube_namespace'),
    'host.arch': message.architecture,
    'os.name': message.platform,
    'os.version': message.platformVersion,
    'os.kernel': message.kernelVersion,
    'telemetry.source': DATADOG_AGENT,
  };
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== ''));
}

function telemetryOf({ telemetry, hostName }: ConnectionsMessage, time: number): MetricRow[] {
  return [...telemetry].slice(0, 100).flatMap(([name, value]): MetricRow[] => {
    if (!Number.isFinite(value)) return [];
    const metric = `datadog.${name.slice(0, 100)}`;
    const from = { service: DATADOG_AGENT, instance: hostName, host: hostName };
    return [{ time, start: time, ...from, metric, unit: '', kind: 'gauge', attributes: {}, value }];
  });
}
