import { LINKER_LIMITS } from '@sonde/linker';
import { RETENTION, TABLES, type TableName } from '@sonde/store';
import { z } from 'zod';
import { parseChannel } from './alerts/channels/channel.ts';

const port = z.int().min(0).max(65_535);
const MIB = 2 ** 20;

const quota = (table: TableName) =>
  z
    .object({
      seconds: z.int().positive().default(RETENTION[table].seconds).describe('age from which rows are removed'),
      bytes: z.int().positive().default(RETENTION[table].bytes).describe('most bytes on disk; the oldest go first'),
    })
    .prefault({});

const tables = Object.keys(TABLES) as TableName[];

const intake = z.object({
  port: port.default(4318).describe('port for OTLP/HTTP; 0 takes a free one'),
  grpcPort: port.default(4317).describe('port for OTLP/gRPC; 0 takes a free one'),
  maxBytes: z
    .int()
    .positive()
    .default(8 * MIB)
    .describe('largest body as it is sent'),
  maxDecompressedBytes: z
    .int()
    .positive()
    .default(64 * MIB)
    .describe('largest body after decompression'),
  timeout: z.int().positive().default(8000).describe('longest wait for the store, in milliseconds'),
  maxAge: z
    .int()
    .positive()
    .default(7 * 86_400)
    .describe('age from which data points are refused, in seconds'),
  tokens: z
    .array(z.string().min(1))
    .default([])
    .describe('tokens that may send data; none lets everybody')
    .meta({ secret: true }),
});

const store = z.object({
  path: z.string().min(1).default('/var/lib/sonde/store').describe('folder of the tables and of the write journal'),
  url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('a ClickHouse server to use instead of the embedded one'),
  username: z.string().optional().describe('user at that server'),
  password: z.string().optional().describe('password at that server').meta({ secret: true }),
  retention: z
    .object(
      Object.fromEntries(tables.map((table) => [table, quota(table)])) as Record<TableName, ReturnType<typeof quota>>,
    )
    .prefault({})
    .describe('age and byte limits of each table'),
});

const linker = z.object({
  engine: z
    .enum(['memory', 'clickhouse', 'none'])
    .default('memory')
    .describe('what links spans: this process, statements in the store, or another server of the same store'),
  shards: z
    .array(z.url({ protocol: /^https?$/ }))
    .default([])
    .describe('OTLP/HTTP addresses of all servers that link together, this one too; the same at each of them'),
  self: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('which of them this server is'),
  token: z
    .string()
    .default('')
    .describe('what these servers show each other; none where the network keeps others away')
    .meta({ secret: true }),
  maxSpans: z
    .int()
    .min(64)
    .default(LINKER_LIMITS.maxSpans)
    .describe('spans whose keys are held to be linked, about 110 bytes each'),
  grace: z
    .int()
    .min(0)
    .default(LINKER_LIMITS.grace)
    .describe('how long a guessed link waits for a better one, in milliseconds'),
  horizon: z
    .int()
    .positive()
    .default(LINKER_LIMITS.horizon)
    .describe('how long the keys of a span are held, in milliseconds'),
  clockBound: z
    .int()
    .min(0)
    .default(LINKER_LIMITS.clockBound)
    .describe('by how much clocks of two hosts may differ, in milliseconds'),
  interval: z.int().min(100).default(10_000).describe('engine clickhouse: time between two runs, in milliseconds'),
  window: z
    .int()
    .min(1000)
    .default(300_000)
    .describe('engine clickhouse: how long ago a span may have begun to be linked, in milliseconds'),
});

const alerts = z.object({
  enabled: z.boolean().default(true).describe('whether alert rules are evaluated'),
  interval: z.int().min(1).max(3600).default(15).describe('seconds between evaluations'),
  channels: z
    .array(
      z.string().refine((text) => parseChannel(text) !== null, 'must be kind:name=url, with #secret where it has one'),
    )
    .default([])
    .describe('where notifications go: webhook, alertmanager, slack, feishu, dingtalk or smtp, as kind:name=url#secret')
    .meta({ secret: true }),
  pageUrl: z
    .union([z.literal(''), z.url()])
    .default('')
    .describe('address of the pages, for links in notifications'),
});

const sampling = z.object({
  enabled: z.boolean().default(false).describe('keep spans of some traces only; the others go after an hour'),
  spansPerSecond: z.number().positive().default(500).describe('spans a second kept on average, whatever the reason'),
  slowQuantile: z.number().min(0).max(1).default(0.99).describe('a trace slower than this share of its kind is kept'),
  rareBelow: z
    .int()
    .min(0)
    .default(3)
    .describe('a trace made of other parts than all but so few of the last minutes is kept; 0 for none'),
  perMinute: z.int().min(0).default(6).describe('traces of each service and minute kept whatever they are like'),
  application: z
    .enum(['follow', 'ignore'])
    .default('follow')
    .describe('whether what the application decided counts, while the budget lasts'),
  share: z.number().min(0).max(1).default(0.01).describe('share of all other traces kept while the budget lasts'),
  wait: z.int().positive().default(15_000).describe('a trace has ended when no span came for so long, in milliseconds'),
  always: z.array(z.string().includes('=')).default([]).describe('span attributes (key=value) whose traces are kept'),
  never: z.array(z.string().includes('=')).default([]).describe('span attributes (key=value) whose traces are dropped'),
});

const exportTarget = z.object({
  name: z.string().regex(/^[a-z0-9-]{1,64}$/),
  url: z.url({ protocol: /^https?$/ }),
  protocol: z.enum(['http', 'grpc']).default('http'),
  headers: z.record(z.string().regex(/^[\w-]+$/), z.string()).default({}),
  signals: z
    .array(z.enum(['traces', 'metrics', 'logs']))
    .min(1)
    .default(['traces']),
  spoolBytes: z
    .int()
    .positive()
    .default(256 * MIB),
});

export type ExportTarget = z.infer<typeof exportTarget>;

const exports = z
  .array(exportTarget)
  .refine((targets) => new Set(targets.map(({ name }) => name)).size === targets.length, 'two have the same name')
  .default([])
  .describe('where data is sent on by OTLP: name, url, protocol, headers, signals, spoolBytes')
  .meta({ secret: true });

const server = z.object({
  host: z.string().min(1).default('127.0.0.1').describe('address to listen on'),
  port: port.default(7600).describe('port for pages, API and OTLP/HTTP; 0 takes a free one'),
  intake: intake.prefault({}),
  store: store.prefault({}),
  linker: linker.prefault({}),
  sampling: sampling.prefault({}),
  exports,
  alerts: alerts.prefault({}),
  logLevel: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('least level logged'),
});

/** What one key needs of another. */
export const serverConfig = server.superRefine(({ linker, sampling, store }, context) => {
  const refuse = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
  if (sampling.enabled && linker.engine !== 'memory')
    refuse(['sampling', 'enabled'], 'needs linker.engine to be memory: whole traces are sampled');
  if (linker.shards.length === 0) return;
  const origins = linker.shards.map((url) => new URL(url).origin);
  if (new Set(origins).size < origins.length) refuse(['linker', 'shards'], 'names a server twice');
  if (linker.self === undefined || !origins.includes(new URL(linker.self).origin))
    refuse(['linker', 'self'], 'must be one of linker.shards');
  if (store.url === undefined) refuse(['store', 'url'], 'is needed with linker.shards: all of them read one store');
});

export type ServerConfig = z.infer<typeof serverConfig>;
