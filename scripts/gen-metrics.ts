import { ATTR, OUTCOMES, PROTOCOLS, SELF, serviceKind, TCP } from '@sonde/model';
import type { Metric, MetricsData } from '@sonde/otlp';
import { symbols } from '@sonde/protocols';
import { seriesMetrics } from '../packages/agent/src/aggregate/metrics.ts';
import { NetworkTable } from '../packages/agent/src/aggregate/network.ts';
import { networkMetrics } from '../packages/agent/src/aggregate/network-metrics.ts';
import { SeriesKey, SeriesTable } from '../packages/agent/src/aggregate/series.ts';
import type { ProcessIdentity } from '../packages/agent/src/enrich/process-table.ts';
import { DROPS } from '../packages/agent/src/self/drops.ts';
import { selfMetrics } from '../packages/agent/src/self/self-metrics.ts';
import { generate, table } from './generated-file.ts';

/**
 * Writes docs/reference/metrics.md: what the agent exports for one exchange of each kind at both ends, and of itself. With
 * --check it only says whether that is needed. A name without a description is an error.
 */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  'http.client.request.duration': 'requests over HTTP and WebSocket',
  'http.server.request.duration': 'requests over HTTP and WebSocket',
  'rpc.client.duration': 'calls over gRPC, Dubbo, Thrift, SOFARPC, bRPC',
  'rpc.server.duration': 'calls over gRPC, Dubbo, Thrift, SOFARPC, bRPC',
  'db.client.operation.duration': 'statements and commands to databases and caches',
  'sonde.db.server.operation.duration': 'the same, where the database runs',
  'messaging.client.operation.duration': 'operations on queues and topics',
  'sonde.messaging.server.operation.duration': 'the same, where the broker runs',
  'dns.lookup.duration': 'DNS questions',
  'sonde.dns.server.duration': 'the same, where the name server runs',
  'sonde.client.exchange.duration': 'exchanges of any other protocol, and of none that is known',
  'sonde.server.exchange.duration': 'exchanges of any other protocol, and of none that is known',
  'sonde.request.size': 'bytes of requests on the wire, without headers of TCP and below',
  'sonde.response.size': 'the same of responses',
  'sonde.queue_wait.duration': 'time that requests lay in the receive queue before the application read them',
  [TCP.opened]: 'connections seen for the first time, once they sent or received anything',
  [TCP.closed]: 'connections that ended, in whatever way',
  [TCP.reset]: 'of these, those that the peer reset',
  [TCP.lost]: 'of these, those whose peer did not answer any more',
  [TCP.refused]: 'connections that could not be opened, since the peer refused',
  [TCP.unanswered]:
    'connections that could not be opened, since nobody answered before the kernel or the application gave up',
  [TCP.segments]: 'segments with data that the socket sent, also those that were sent again',
  [TCP.retransmits]: 'segments that the socket sent again, SYN included',
  [TCP.rtt]: 'round-trip times as the kernel smoothes them, one for each connection and interval in which it sent',
  [SELF.cpu]: 'CPU time of the agent',
  [SELF.memory]: 'resident memory of the agent',
  [SELF.programTime]: 'time each probe ran in the kernel, estimated from samples',
  [SELF.programRuns]: 'how often it ran, estimated alike',
  [SELF.records]: 'records read from the ring buffer',
  [SELF.exchanges]: 'exchanges seen, each end counted',
  [SELF.dropped]: 'what was lost, by [cause](#what-is-lost)',
  [SELF.spoolBytes]: 'bytes that wait on disk for the server',
  [SELF.runtimes]:
    'processes whose tasks are told apart: `births` with who made which, `read` without, `over_budget` no more',
  [SELF.series]: 'series in the interval: combinations of service, peer, endpoint and status',
  [SELF.linked]: '1, or 0 where spans are not linked since the self-test of the start failed (`SONDE_AGENT_IDENTITY`)',
  [ATTR.side]: '`client` or `server`: at which end it was seen; the two are never to be added',
  [ATTR.protocolName]: `protocol: ${PROTOCOLS.slice(1, 4).join(', ')}, …, or \`unknown\``,
  [ATTR.protocolVersion]: 'version of the protocol, where it says one',
  [ATTR.outcome]: OUTCOMES.map((outcome) => `\`${outcome}\``).join(', '),
  [ATTR.errorType]: 'code of the error, or how the connection ended; not there where all was well',
  [ATTR.peerService]: 'service at the other end, where this agent sees it too',
  [ATTR.serverAddress]: 'address of the server, at the client',
  [ATTR.serverPort]: 'port of the server, at the client',
  [ATTR.clientAddress]: 'address of the client, at the server',
  [ATTR.httpMethod]: 'method',
  [ATTR.httpRoute]: 'path, templated, without query',
  [ATTR.httpStatus]: 'status code',
  [ATTR.rpcMethod]: 'method',
  [ATTR.rpcService]: 'service as the protocol names it',
  [ATTR.rpcStatus]: 'status of the call',
  [ATTR.rpcSystem]: 'which RPC system',
  [ATTR.dbOperation]: 'command or kind of statement',
  [ATTR.dbCollection]: 'table, collection, or pattern of the key',
  [ATTR.dbQueryText]: 'statement without literals',
  [ATTR.dbStatus]: 'error code of the database',
  [ATTR.dbSystem]: 'which database',
  [ATTR.messagingOperation]: 'operation',
  [ATTR.messagingDestination]: 'topic, queue or subject',
  [ATTR.messagingSystem]: 'which broker',
  [ATTR.dnsQuestion]: 'name that was asked for',
  [ATTR.operation]: 'operation, where there is no convention for it',
  [ATTR.target]: 'what it works on, where there is no convention for it',
  [ATTR.status]: 'status, where there is no convention for it',
  [ATTR.serviceName]: 'OTEL_SERVICE_NAME of the process, else container, systemd unit, script or executable',
  [ATTR.serviceInstanceId]: 'OTEL_RESOURCE_ATTRIBUTES of the process, else pod, container, or `host:pid`',
  [ATTR.hostName]: 'host of the agent',
  [ATTR.processPid]: 'pid, as the host numbers it',
  [ATTR.processExecutable]: 'file name of the executable',
  [ATTR.processCommandLine]: 'command line, without secrets',
  [ATTR.processCreation]: 'when the process that leads the instance started, ISO 8601',
  [ATTR.containerId]: 'id of the container',
  [ATTR.containerName]: 'name of the container',
  [ATTR.podName]: 'pod',
  [ATTR.namespaceName]: 'namespace of the pod',
};

const IDENTITY: ProcessIdentity = {
  kind: 'process',
  pid: 1,
  startTime: 1,
  executable: '/bin/x',
  commandLine: 'x',
  containerId: 'x',
  containerName: 'x',
  podName: 'x',
  namespaceName: 'x',
  cgroupPath: '/',
  serviceName: 'x',
  serviceNameSource: 'otel',
  instanceId: 'x',
  instanceStart: 1,
  hostName: 'x',
};

/** What is exported for one exchange of each protocol at each end, with every field set. */
function exchanges(): MetricsData {
  const series = new SeriesTable();
  const key = new SeriesKey();
  const text = symbols.ofText('x');
  for (const protocol of PROTOCOLS.keys()) {
    for (const side of [0, 1]) {
      Object.assign(key, { side, protocol, operation: text, target: text, statement: 0, status: text, error: text });
      Object.assign(key, {
        peer: text,
        version: text,
        peerAddress: symbols.ofText(side === 0 ? '192.0.2.1:80' : '192.0.2.1'),
      });
      if (serviceKind(PROTOCOLS[protocol]) === 'database') key.statement = text;
      series.add(key, 1, 1, 1, 1);
    }
  }
  return seriesMetrics(series, { get: () => IDENTITY, name: () => text }, 0n, 1n);
}

/** What is exported of TCP at one end where everything happened. */
function network(): MetricsData {
  const table = new NetworkTable();
  const text = symbols.ofText('x');
  const series = table.of(0, 0, text, symbols.ofText('192.0.2.1:80'));
  series.opened = series.closed = series.reset = series.lost = series.refused = series.unanswered = 1;
  series.sent(1, 1, 1);
  return networkMetrics(table, { get: () => IDENTITY, name: () => text }, 0n, 1n);
}

function ofItself(): MetricsData {
  const sample = {
    records: 1,
    exchanges: 1,
    dropped: new Map([['x', 1]]),
    programs: [{ program: 'x', runTime: 1, runs: 1 }],
    spoolBytes: 1,
    series: 1,
    runtimes: [{ runtime: 'cpython', state: 'births', processes: 1 }] as const,
    podProblem: '',
    cpuUser: 1,
    cpuSystem: 1,
    rss: 1,
  };
  const identity = { id: '', version: '', hostName: '', kernel: '', hookLevel: '', scope: '', unlinked: '' };
  return selfMetrics(identity, sample, null, { start: 0n, end: 1n });
}

const metricsOf = (data: MetricsData): Metric[] =>
  data.resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics[0].metrics);
const attributesOf = (metric: Metric): string[] =>
  metric.data.points.flatMap(({ attributes }) => Object.keys(attributes));
const code = (name: string) => `\`${name}\``;

function described(name: string): string {
  const text = DESCRIPTIONS[name];
  if (text === undefined) throw new Error(`scripts/gen-metrics.ts does not describe ${name}`);
  return text;
}

const TYPES = { 'exponential-histogram': 'histogram', sum: 'sum', gauge: 'gauge' } as const;
const typeOf = ({ data }: Metric) => TYPES[data.kind as keyof typeof TYPES];

const seen = metricsOf(exchanges());
const durations = seen.filter(({ data }) => data.kind === 'exponential-histogram');
const everywhere = [...new Set(attributesOf(seen[0]))].filter((name) =>
  durations.every((one) => attributesOf(one).includes(name)),
);
const isPeer = (name: string) => /^(server|client)\./.test(name);
const common = [...new Set(durations.flatMap(attributesOf))].filter(
  (name) => everywhere.includes(name) || isPeer(name),
);
const special = [...new Set(durations.flatMap(attributesOf))].filter((name) => !common.includes(name));
const usedBy = (name: string) =>
  durations.filter((one) => attributesOf(one).includes(name)).map((one) => code(one.name));

const resource = Object.keys(exchanges().resourceMetrics[0].resource.attributes);
const tcp = metricsOf(network());
const own = metricsOf(ofItself());

generate(
  'docs/reference/metrics.md',
  `# Metrics

What the agent exports, over OTLP to \`agent.server.url\`, once in \`agent.interval\`. Names are those of the OpenTelemetry
semantic conventions where there are any, \`sonde.*\` elsewhere. Sums and histograms are deltas: each export holds what
happened since the last.

This page is made from what the source exports by \`scripts/gen-metrics.ts\`; \`make check\` fails when it is not up to date.

## Exchanges

Each exchange is counted once at each end that is observed. Histograms are exponential with scale 6: a percentile is right
to 0.55 %, and those of several hosts and intervals can be added up. How many exchanges there were is the count of the
histogram; failed ones have \`${ATTR.errorType}\`. A connection that could not be opened is an exchange of its client, with
the operation \`connect\`.

${table(
  ['name', 'type', 'unit', 'what it counts'],
  seen.map((metric) => [code(metric.name), typeOf(metric), code(metric.unit), described(metric.name)]),
)}
### Attributes of every exchange

${table(
  ['name', 'what it says'],
  common.map((name) => [code(name), described(name)]),
)}
### Attributes by kind

\`sonde.request.size\`, \`sonde.response.size\` and \`sonde.queue_wait.duration\` have the attributes of the duration.

${table(
  ['name', 'what it says', 'on'],
  special.map((name) => [code(name), described(name), usedBy(name).join(', ')]),
)}
A service can have 500 targets (routes, tables, topics) at each end in one interval; further ones are \`(other)\`.

## TCP

What the sockets of a service saw, for each peer, with \`${ATTR.side}\`, \`${ATTR.peerService}\` and the peer's address as
above. Each socket counts what it sent itself: segments that the peer sent again are counted at the peer, if it is observed.
The two ends are never to be added. Connections that go on are counted in every interval, not only at their end. A service
can have 500 peers at each end in one interval; further ones are \`(other)\`.

${table(
  ['name', 'type', 'unit', 'what it counts'],
  tcp.map((metric) => [code(metric.name), typeOf(metric), code(metric.unit), described(metric.name)]),
)}
## The service

Attributes of the resource: the process that was observed. What does not apply is not there.

${table(
  ['name', 'what it says'],
  resource.map((name) => [code(name), described(name)]),
)}
## The agent itself

Exported with the rest, as service \`sonde-agent\`. With \`agent.metrics.port\` they are on a page for Prometheus as well,
\`http://127.0.0.1:PORT/metrics\`, counted from the start of the agent: dots are underscores there, with the unit and
\`_total\` at the end.

${table(
  ['name', 'type', 'unit', 'attributes', 'what it says'],
  own.map((metric) => [
    code(metric.name),
    typeOf(metric),
    code(metric.unit),
    [...new Set(attributesOf(metric))].map(code).join(', '),
    described(metric.name),
  ]),
)}
## What is lost

Whatever the agent loses or leaves out is in \`${SELF.dropped}\`, by \`cause\`. Nothing there means that nothing was lost.

${table(
  ['cause', 'what is lost', 'why', 'what to do'],
  Object.entries(DROPS).map(([cause, { lost, cause: why, hint }]) => [code(cause), lost, why, hint]),
)}`,
);
