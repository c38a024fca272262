import { z } from 'zod';
import { NO_CONNECTION, NO_MESSAGE } from './decode.ts';
import type { ConnectionsMessage } from './messages.ts';

const integer = z.union([
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
});

const numbered = <V>(record: Readonly<Record<string, V>>) =>
  new Map(Object.entries(record).map(([key, value]) => [Number(key), value]));

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
    containerForPid: numbered(read.containerForPid),
    telemetry: new Map(Object.entries(read.connTelemetryMap)),
    connections: read.connections.map((each) => ({
      pid: each.pid ?? 0,
      local: each.laddr ?? NO_CONNECTION.local,
      remote: each.raddr ?? NO_CONNECTION.remote,
      direction: each.direction ?? 0,
      bytesSent: each.lastBytesSent ?? 0,
      bytesReceived: each.lastBytesReceived ?? 0,
      translated: each.ipTranslation?.replSrcIP
        ? { ip: each.ipTranslation.replSrcIP, port: each.ipTranslation.replSrcPort }
        : null,
      httpAggregations: each.httpAggregations ?? NO_CONNECTION.httpAggregations,
      http2Aggregations: each.http2Aggregations ?? NO_CONNECTION.http2Aggregations,
      tagsIndex: each.tagsIdx ?? 0,
      containerTagsIndex: each.localContainerTagsIndex ?? -1,
      remoteTagsIndex: each.remoteServiceTagsIdx ?? -1,
      stack: each.protocol?.stack ?? [],
      tcpFailures: numbered(each.tcpFailuresByErrCode ?? {}),
    })),
  };
}
