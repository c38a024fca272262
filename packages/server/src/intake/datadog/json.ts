import { z } from 'zod';
import { NO_MESSAGE } from './decode.ts';
import { NO_CONNECTION } from './decode-connection.ts';
import type { ConnectionsMessage, DatadogConnection, DnsStats, DomainStats } from './messages.ts';

export const integer = z.union([
  z.number(),
  z
    .string()
    .regex(/^-?\d{1,20}$/)
    .transform(Number),
]);
const base64 = z.string().transform((text): Uint8Array => Buffer.from(text, 'base64'));

/** proto3 JSON names enum values; the JSON of agents numbers them. */
const direction = z.union([
  integer,
  z.enum(['unspecified', 'incoming', 'outgoing', 'local', 'none']).transform((name) => NAMES.indexOf(name)),
]);
const NAMES: readonly string[] = ['unspecified', 'incoming', 'outgoing', 'local', 'none'];

const type = z.union([integer, z.enum(['tcp', 'udp']).transform((name) => (name === 'udp' ? UDP : 0))]);
const UDP = 1;

const counts = z.record(z.string(), integer).default({});

const dnsStats = z.object({
  timeouts: integer.default(0),
  successLatencySum: integer.default(0),
  failureLatencySum: integer.default(0),
  countByRcode: counts,
});
const byDomain = z.record(z.string(), dnsStats).default({});
const byDomainAndType = z
  .record(z.string(), z.object({ dnsStatsByQueryType: z.record(z.string(), dnsStats).default({}) }))
  .default({});

const address = z.object({
  ip: z.string().default(''),
  port: integer.default(0),
  containerId: z.string().default(''),
});

const connection = z
  .object({
    pid: integer,
    laddr: address,
    raddr: address,
    direction,
    lastBytesSent: integer,
    lastBytesReceived: integer,
    type,
    isLocalPortEphemeral: integer,
    lastPacketsSent: integer,
    lastRetransmits: integer,
    lastTcpEstablished: integer,
    lastTcpClosed: integer,
    rtt: integer,
    dnsSuccessfulResponses: integer,
    dnsFailedResponses: integer,
    dnsTimeouts: integer,
    dnsSuccessLatencySum: integer,
    dnsFailureLatencySum: integer,
    dnsCountByRcode: counts,
    dnsStatsByDomain: byDomain,
    dnsStatsByDomainByQueryType: byDomainAndType,
    dnsStatsByDomainOffsetByQueryType: byDomainAndType,
    ipTranslation: z.object({ replSrcIP: z.string().default(''), replSrcPort: integer.default(0) }).nullable(),
    httpAggregations: base64,
    http2Aggregations: base64,
    tagsIdx: integer,
    localContainerTagsIndex: integer,
    remoteServiceTagsIdx: integer,
    protocol: z.object({ stack: z.array(integer).default([]) }).nullable(),
    tcpFailuresByErrCode: z.record(z.string(), integer),
  })
  .partial();

const message = z.object({
  hostName: z.string().default(''),
  connections: z.array(connection).default([]),
  containerForPid: z.record(z.string(), z.string()).default({}),
  connTelemetryMap: z.record(z.string(), integer).default({}),
  architecture: z.string().default(''),
  kernelVersion: z.string().default(''),
  platform: z.string().default(''),
  platformVersion: z.string().default(''),
  encodedTags: base64.optional(),
  encodedConnectionsTags: base64.optional(),
  encodedDomainDatabase: base64.optional(),
  encodedDnsLookups: base64.optional(),
  encodedDNS: base64.optional(),
  domains: z.array(z.string()).default([]),
});

const numbered = <V>(record: Readonly<Record<string, V>>) =>
  new Map(Object.entries(record).map(([key, value]) => [Number(key), value]));

type ReadConnection = z.output<typeof connection>;

const statsOf = ({ countByRcode, ...stats }: z.output<typeof dnsStats>): DnsStats => ({
  ...stats,
  byRcode: numbered(countByRcode),
});

function dnsByDomainOf(read: ReadConnection): DomainStats[] {
  const byType = (record: z.output<typeof byDomainAndType> = {}, by: DomainStats['by']) =>
    Object.entries(record).flatMap(([domain, { dnsStatsByQueryType }]) =>
      Object.entries(dnsStatsByQueryType).map(([queryType, stats]) => {
        return { domain: Number(domain), by, queryType: Number(queryType), stats: statsOf(stats) };
      }),
    );
  return [
    ...Object.entries(read.dnsStatsByDomain ?? {}).map(([domain, stats]) => {
      return { domain: Number(domain), by: 'index', queryType: null, stats: statsOf(stats) } as const;
    }),
    ...byType(read.dnsStatsByDomainByQueryType, 'index'),
    ...byType(read.dnsStatsByDomainOffsetByQueryType, 'offset'),
  ];
}

function connectionOf(read: ReadConnection): DatadogConnection {
  const { replSrcIP = '', replSrcPort = 0 } = read.ipTranslation ?? {};
  return {
    pid: read.pid ?? 0,
    local: read.laddr ?? NO_CONNECTION.local,
    remote: read.raddr ?? NO_CONNECTION.remote,
    direction: read.direction ?? 0,
    isUdp: read.type === UDP,
    ephemeral: read.isLocalPortEphemeral ?? 0,
    bytesSent: read.lastBytesSent ?? 0,
    bytesReceived: read.lastBytesReceived ?? 0,
    packetsSent: read.lastPacketsSent ?? 0,
    retransmits: read.lastRetransmits ?? 0,
    established: read.lastTcpEstablished ?? 0,
    closed: read.lastTcpClosed ?? 0,
    rtt: read.rtt ?? 0,
    translated: replSrcIP === '' ? null : { ip: replSrcIP, port: replSrcPort },
    httpAggregations: read.httpAggregations ?? NO_CONNECTION.httpAggregations,
    http2Aggregations: read.http2Aggregations ?? NO_CONNECTION.http2Aggregations,
    tagsIndex: read.tagsIdx ?? 0,
    containerTagsIndex: read.localContainerTagsIndex ?? -1,
    remoteTagsIndex: read.remoteServiceTagsIdx ?? -1,
    stack: read.protocol?.stack ?? [],
    tcpFailures: numbered(read.tcpFailuresByErrCode ?? {}),
    dns: {
      successful: read.dnsSuccessfulResponses ?? 0,
      failed: read.dnsFailedResponses ?? 0,
      timeouts: read.dnsTimeouts ?? 0,
      successLatencySum: read.dnsSuccessLatencySum ?? 0,
      failureLatencySum: read.dnsFailureLatencySum ?? 0,
      byRcode: numbered(read.dnsCountByRcode ?? {}),
    },
    dnsByDomain: dnsByDomainOf(read),
  };
}

/** `CollectorConnections` as JSON: 64-bit numbers as numbers or text, bytes as base64. Throws ZodError. */
export function connectionsOfJson(value: unknown): ConnectionsMessage {
  const read = message.parse(value);
  return {
    ...NO_MESSAGE,
    ...read,
    encodedTags: read.encodedTags ?? NO_MESSAGE.encodedTags,
    encodedConnectionsTags: read.encodedConnectionsTags ?? NO_MESSAGE.encodedTags,
    encodedDomainDatabase: read.encodedDomainDatabase ?? NO_MESSAGE.encodedTags,
    encodedDnsLookups: read.encodedDnsLookups ?? NO_MESSAGE.encodedTags,
    encodedDns: read.encodedDNS ?? NO_MESSAGE.encodedTags,
    containerForPid: numbered(read.containerForPid),
    telemetry: new Map(Object.entries(read.connTelemetryMap)),
    connections: read.connections.map(connectionOf),
  };
}
