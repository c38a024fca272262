import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createClient } from '@sonde/api';
import { ATTR } from '@sonde/model';
import { encodeTraces, type Span } from '@sonde/otlp';
import { expect } from 'vitest';

/** Programs that print one line of JSON when they have started. */
const PROGRAMS = {
  server: new URL('../../packages/server/src/test-server-process.ts', import.meta.url),
  clickhouse: new URL('../../packages/store/src/test-clickhouse-server.ts', import.meta.url),
} as const;

export interface Started {
  readonly url: string;
  readonly intakeUrl: string;
  readonly process: ChildProcess;
}

/** Processes of a test, all killed at its end. */
export class Processes implements AsyncDisposable {
  readonly #running = new Set<ChildProcess>();

  /** A server over the store in `path`, or a ClickHouse server over it. */
  async start(name: keyof typeof PROGRAMS, path: string, config: object = {}): Promise<Started> {
    const child = spawn(process.execPath, [fileURLToPath(PROGRAMS[name]), path, JSON.stringify(config)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#running.add(child);
    const [line] = await once(createInterface(child.stdout!), 'line');
    return { ...JSON.parse(line), process: child };
  }

  async kill(child: ChildProcess): Promise<void> {
    this.#running.delete(child);
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#running].map((child) => this.kill(child)));
  }
}

/** A span and the host that sends it. */
export interface SentSpan extends Pick<Span, 'traceId' | 'spanId' | 'parentSpanId' | 'spanKind' | 'attributes'> {
  readonly host: string;
  readonly name: string;
  /** Milliseconds since the epoch, and how long. */
  readonly start: number;
  readonly duration: number;
}

export async function send(intakeUrl: string, spans: readonly SentSpan[]): Promise<void> {
  const nothing = { traceState: '', status: 'unset', statusMessage: '', links: [], events: [] } as const;
  const resourceSpans = spans.map(({ host, start, duration, ...span }) => {
    const begin = BigInt(start) * 1_000_000n;
    const times = { startTimeUnixNano: begin, endTimeUnixNano: begin + BigInt(duration) * 1_000_000n };
    return {
      resource: { attributes: { [ATTR.serviceName]: `service-${host}`, [ATTR.hostName]: host } },
      scopeSpans: [{ scope: { name: 'test', version: '' }, spans: [{ ...span, ...times, ...nothing }] }],
    };
  });
  const response = await fetch(`${intakeUrl}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf' },
    body: encodeTraces({ kind: 'traces', resourceSpans }) as Uint8Array<ArrayBuffer>,
  });
  expect(response.status).toBe(200);
}

/** Parents by span, and spans by trace, as a server shows them. */
export interface Shown {
  readonly parents: ReadonlyMap<string, string>;
  readonly spans: ReadonlyMap<string, readonly string[]>;
}

/** Traces that began since, milliseconds since the epoch. */
export async function shownBy(url: string, since: number): Promise<Shown> {
  const api = createClient(url);
  const { traces } = await api.traces({ from: since, to: Date.now() + 1000, limit: 1000 });
  const found = await Promise.all(traces.map(({ id }) => api.trace({ id })));
  const spans = new Map(found.map(({ trace }) => [trace.id, trace.spans.map(({ id }) => id).sort()]));
  const parents = new Map(found.flatMap(({ trace }) => trace.spans.map(({ id, parent }) => [id, parent])));
  return { parents, spans };
}

/** In an order of its own, to compare. */
export const sorted = ({ parents, spans }: Shown) => [[...parents].sort(), [...spans].sort()];
