import type { ServiceKind } from './protocol.ts';

/**
 * Names on the wire between agent and server. OpenTelemetry semantic conventions 1.37 where they exist
 * (https://opentelemetry.io/docs/specs/semconv/), `sonde.*` only where they do not.
 */
export const ATTR = {
  serviceName: 'service.name',
  serviceInstanceId: 'service.instance.id',
  hostName: 'host.name',
  hostId: 'host.id',
  containerId: 'container.id',
  containerName: 'container.name',
  podName: 'k8s.pod.name',
  podUid: 'k8s.pod.uid',
  podIp: 'k8s.pod.ip',
  /** ISO 8601. */
  podStart: 'k8s.pod.start_time',
  podPhase: 'k8s.pod.status.phase',
  namespaceName: 'k8s.namespace.name',
  nodeName: 'k8s.node.name',
  kubernetesContainer: 'k8s.container.name',
  processPid: 'process.pid',
  /** ISO 8601; of the process that leads the instance. */
  processCreation: 'process.creation.time',
  processExecutable: 'process.executable.name',
  processCommandLine: 'process.command_line',
  protocolName: 'network.protocol.name',
  protocolVersion: 'network.protocol.version',
  peerAddress: 'network.peer.address',
  peerPort: 'network.peer.port',
  serverAddress: 'server.address',
  serverPort: 'server.port',
  clientAddress: 'client.address',
  clientPort: 'client.port',
  errorType: 'error.type',
  httpMethod: 'http.request.method',
  httpRoute: 'http.route',
  httpStatus: 'http.response.status_code',
  urlPath: 'url.path',
  dbSystem: 'db.system.name',
  dbOperation: 'db.operation.name',
  dbCollection: 'db.collection.name',
  dbQueryText: 'db.query.text',
  dbStatus: 'db.response.status_code',
  messagingSystem: 'messaging.system',
  messagingOperation: 'messaging.operation.name',
  messagingDestination: 'messaging.destination.name',
  rpcSystem: 'rpc.system',
  rpcService: 'rpc.service',
  rpcMethod: 'rpc.method',
  rpcStatus: 'rpc.response.status_code',
  dnsQuestion: 'dns.question.name',
  /** Which end observed it: `client` or `server`. */
  side: 'sonde.side',
  /** The protocol's own command or method, for every protocol. */
  operation: 'sonde.operation',
  /** What the operation works on, templated, for every protocol. */
  target: 'sonde.target',
  /** Status or error code in the protocol's own terms, for every protocol. */
  status: 'sonde.status',
  /** Service at the other end, where the agent could name it. */
  peerService: 'sonde.peer.service',
  /** How the exchange ended, as `Outcome` in this package. */
  outcome: 'sonde.outcome',
  /** Connection identity, 16 hex digits. */
  connection: 'sonde.connection',
  /** Offset of the request's first byte, decimal. */
  requestOffset: 'sonde.request.offset',
  queueWait: 'sonde.queue_wait',
  requestBytes: 'sonde.request.bytes',
  responseBytes: 'sonde.response.bytes',
  complete: 'sonde.complete',
  /** How a call was linked to the request it was made for, and how sure that is, 0..1. */
  linkMethod: 'sonde.link.method',
  linkConfidence: 'sonde.link.confidence',
  /** `network`: seen in packets, not at the socket of a process. */
  observed: 'sonde.observed',
  /** The W3C ids that the bytes of a request carried, hex. */
  contextTrace: 'sonde.context.trace_id',
  contextSpan: 'sonde.context.span_id',
  /** Whether the application that sent the context records the trace: `true` or `false`. */
  contextSampled: 'sonde.context.sampled',
  /** A pod's status as kubectl prints it. */
  podStatus: 'sonde.pod.status',
  /** When it was found deleted, ISO 8601. */
  podDeleted: 'sonde.pod.deleted',
  /** What made the pod: `Deployment`, `StatefulSet`, … and its name. */
  ownerKind: 'sonde.pod.owner.kind',
  ownerName: 'sonde.pod.owner.name',
} as const;

/** Metrics of exchanges: delta temporality, one series per attribute set and interval. */
export const METRIC = {
  requestBytes: 'sonde.request.size',
  responseBytes: 'sonde.response.size',
  queueWait: 'sonde.queue_wait.duration',
} as const;

/** Metrics of TCP, each counted by the socket that sent or met it: delta temporality, per service, end and peer. */
export const TCP = {
  opened: 'sonde.tcp.connections.opened',
  closed: 'sonde.tcp.connections.closed',
  reset: 'sonde.tcp.connections.reset',
  lost: 'sonde.tcp.connections.timed_out',
  refused: 'sonde.tcp.connects.refused',
  unanswered: 'sonde.tcp.connects.timed_out',
  segments: 'sonde.tcp.segments.sent',
  retransmits: 'sonde.tcp.segments.retransmitted',
  rtt: 'sonde.tcp.rtt',
} as const;

const DURATION: Record<ServiceKind, { client: string; server: string }> = {
  http: { client: 'http.client.request.duration', server: 'http.server.request.duration' },
  rpc: { client: 'rpc.client.duration', server: 'rpc.server.duration' },
  database: { client: 'db.client.operation.duration', server: 'sonde.db.server.operation.duration' },
  cache: { client: 'db.client.operation.duration', server: 'sonde.db.server.operation.duration' },
  queue: { client: 'messaging.client.operation.duration', server: 'sonde.messaging.server.operation.duration' },
  dns: { client: 'dns.lookup.duration', server: 'sonde.dns.server.duration' },
  other: { client: 'sonde.client.exchange.duration', server: 'sonde.server.exchange.duration' },
};

/** The name of the duration histogram (unit s) for a kind of service as seen from one end. */
export function durationMetric(kind: ServiceKind, side: 'client' | 'server'): string {
  return DURATION[kind][side];
}

/** What the Kubernetes API says of pods and their containers; gauges of a resource with `k8s.pod.uid`. */
export const POD_METRIC = {
  phase: 'k8s.pod.status.phase',
  ready: 'k8s.container.ready',
  restarts: 'k8s.container.restart.count',
} as const;

/** Whether links of this method join the two ends of one request, each as its kernel saw it. */
export function joinsEnds(linkMethod: string | undefined): boolean {
  return linkMethod === 'sequence' || linkMethod === 'client-sequence';
}

/** The agent's own numbers, exported with the rest. */
export const SELF = {
  cpu: 'sonde.agent.cpu.time',
  memory: 'sonde.agent.memory.rss',
  programTime: 'sonde.agent.bpf.run_time',
  programRuns: 'sonde.agent.bpf.runs',
  records: 'sonde.agent.records',
  exchanges: 'sonde.agent.exchanges',
  dropped: 'sonde.agent.dropped',
  spoolBytes: 'sonde.agent.spool.size',
  series: 'sonde.agent.series',
  linked: 'sonde.agent.linked',
  runtimes: 'sonde.agent.runtimes',
} as const;
