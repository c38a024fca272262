import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ATTR, durationMetric, OUTCOMES, type ProtocolName, SELF, type Side, serviceKind } from '@sonde/model';
import type { AttributeMap } from '@sonde/otlp';
import { expect } from 'vitest';
import { observe } from '../capture/observe.ts';
import { accepts, freePort } from '../capture/ports.ts';
import { captureSkipReason, type Program, Sandbox } from '../capture/sandbox.ts';
import type { SeenSpan, Sink } from '../capture/sink.ts';
import { count } from '../capture/workload.ts';

const CLIENTS = join(import.meta.dirname, 'clients');
const SERVERS = join(import.meta.dirname, 'servers');
const PATH = `${process.env.PATH}:/usr/sbin:/sbin`;
export const SIDES: readonly Side[] = ['client', 'server'];
const CLIENT = 'client';

/** How often each line was seen, from both ends and twice: as spans and as points of the duration histogram. */
export type Counts = Readonly<Record<string, number>>;

export interface Seen {
  readonly sink: Sink;
  /** What the client printed. */
  readonly printed: readonly string[];
}

export interface Server {
  /** Starts it on `port` of loopback, inside the sandbox. */
  start(sandbox: Sandbox, port: number): Program | Promise<Program>;
  /** Milliseconds until it must accept connections. */
  readonly patience?: number;
}

/** Why this machine cannot run a live test that needs `commands`, '' where it can. */
export function skipReason(...commands: readonly string[]): string {
  const missing = commands.filter((command) => spawnSync('which', [command], { env: { PATH } }).status !== 0);
  return missing.length > 0 ? `needs ${missing.join(', ')}` : captureSkipReason();
}

/** Runs `clients/<client> PORT ARGS` against a server of its own, with an agent that sees these two alone. */
export async function converse(server: Server, client: string, args: readonly string[] = []): Promise<Seen> {
  await using sandbox = new Sandbox();
  const port = await freePort();
  const program = await server.start(sandbox, port);
  await accepting(port, program, server.patience);
  const observation = await observe(sandbox);
  const stay = ['--import', join(CLIENTS, 'stay.mjs')];
  const asker = sandbox.run([process.execPath, ...stay, join(CLIENTS, client), String(port), ...args], {
    environment: { OTEL_SERVICE_NAME: CLIENT },
  });
  expect(await asker.ended(), `${client} ended with`).toBe(0);
  const sink = await observation.finish();
  await sink[Symbol.asyncDispose]();
  return { sink, printed: asker.lines };
}

/** A server program of the sandbox. */
export function serve(sandbox: Sandbox, command: readonly string[], environment: Record<string, string> = {}): Program {
  return sandbox.run(command, { environment: { PATH, ...environment } });
}

export const redisServer: Server = {
  start: (sandbox, port) =>
    serve(sandbox, ['redis-server', '--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--dir', sandbox.folder]),
};

/** With a folder for its own tables, empty, and one for the test's: enough where nobody's rights are looked up. */
export const mariadb: Server = {
  start(sandbox, port) {
    const data = join(sandbox.folder, 'data');
    for (const name of ['mysql', 'shop']) mkdirSync(join(data, name), { recursive: true });
    const files = [`--datadir=${data}`, `--socket=${join(data, 'socket')}`, `--log-error=${join(data, 'log')}`];
    const listen = ['--bind-address=127.0.0.1', `--port=${port}`];
    const small = ['--innodb-buffer-pool-size=16M', '--innodb-log-file-size=4M', '--innodb-flush-method=nosync'];
    return serve(sandbox, [
      'mariadbd',
      '--no-defaults',
      '--user=root',
      '--skip-grant-tables',
      ...files,
      ...listen,
      ...small,
    ]);
  },
};

/** A server of `servers/`, run by this Node; its arguments begin with the port. */
export function serveNode(name: string, args: readonly string[] = []): Server {
  return { start: (sandbox, port) => serve(sandbox, [process.execPath, join(SERVERS, name), String(port), ...args]) };
}

export interface Expectation {
  /** What the client and the server do of their own accord to open, keep and close their connections. */
  readonly around?: Counts;
  /** Lines that no end can read in full, since more than is captured of one write was in the way. */
  readonly cut?: readonly string[];
  /** How many take part, where one asks on. */
  readonly processes?: number;
  /** Which ends must have seen it, where the other one is no real client or server. */
  readonly ends?: readonly Side[];
}

/** Both ends must have seen the 23 exchanges of `workload`, read in full, and nothing else. */
export function expectExactly({ sink }: Seen, workload: Counts, expectation: Expectation = {}): void {
  const { around = {}, cut = [], ends = SIDES, processes = 2 } = expectation;
  const wanted: Record<string, number> = { ...around };
  for (const [line, times] of Object.entries(workload)) wanted[line] = (wanted[line] ?? 0) + times;
  const found = ends.map((side) => {
    const spans = sink.spans.filter(({ attributes }) => attributes[ATTR.side] === side);
    return { side, spans: count(spans, lineOf), measured: measured(sink, side) };
  });
  expect(found).toEqual(ends.map((side) => ({ side, spans: wanted, measured: wanted })));
  const partly = sink.spans.filter((span) => !isComplete(span)).map(lineOf);
  expect(partly.filter((line) => line in workload && !cut.includes(line))).toEqual([]);
  if (ends === SIDES && processes === 2) expect(askers(sink, 'client')).toEqual(askers(sink, 'server'));
  expect(sink.total(SELF.dropped)).toBe(0);
  expect(Object.values(workload).reduce((total, times) => total + times, 0)).toBe(23);
}

/** What one side's duration histograms counted. */
export function measured(sink: Sink, side: Side): Counts {
  const points = sink.points.filter(({ metric, attributes }) => metric === durationOf(attributes, side));
  const counts: Record<string, number> = {};
  for (const point of points) counts[lineOf(point)] = (counts[lineOf(point)] ?? 0) + point.value;
  return counts;
}

const isComplete = ({ attributes }: SeenSpan) => attributes[ATTR.complete] === true;

/** How often the client asked and how often the server, as brokers do that deliver, by what the spans of one side say. */
function askers({ spans }: Sink, side: Side): Record<string, number> {
  const ofSide = spans.filter(({ attributes }) => attributes[ATTR.side] === side);
  return count(
    ofSide,
    (span) => `${(span.service === CLIENT) === (side === CLIENT) ? CLIENT : 'server'}: ${lineOf(span)}`,
  );
}

const OPERATION = [ATTR.httpMethod, ATTR.rpcMethod, ATTR.dbOperation, ATTR.messagingOperation, ATTR.operation];
const TARGET = [
  ATTR.httpRoute,
  ATTR.rpcService,
  ATTR.dbCollection,
  ATTR.messagingDestination,
  ATTR.dnsQuestion,
  ATTR.target,
];
const STATUS = [ATTR.httpStatus, ATTR.rpcStatus, ATTR.dbStatus, ATTR.status];

/** `protocol: operation target [statement] = status (outcome) !error`, what there is of it. */
function lineOf({ attributes }: { readonly attributes: AttributeMap }): string {
  const first = (names: readonly string[]) =>
    names.map((name) => attributes[name]).find((value) => value !== undefined);
  const [operation, target, status] = [first(OPERATION), first(TARGET), first(STATUS)];
  const [statement, outcome, error] = [ATTR.dbQueryText, ATTR.outcome, ATTR.errorType].map((name) => attributes[name]);
  let line = `${attributes[ATTR.protocolName]}:`;
  if (operation !== undefined) line += ` ${operation}`;
  if (target !== undefined) line += ` ${target}`;
  if (statement !== undefined) line += ` [${statement}]`;
  if (status !== undefined) line += ` = ${status}`;
  if (outcome !== OUTCOMES[0]) line += ` (${outcome})`;
  if (error !== undefined && error !== String(status)) line += ` !${error}`;
  return line;
}

function durationOf(attributes: AttributeMap, side: Side): string {
  if (attributes[ATTR.side] !== side) return '';
  return durationMetric(serviceKind(attributes[ATTR.protocolName] as ProtocolName), side);
}

/** Waits until the program accepts connections on `port`. */
export async function accepting(port: number, program: Program, patience = 10_000): Promise<void> {
  const deadline = Date.now() + patience;
  while (!(await accepts(port))) {
    const command = program.child.spawnargs.slice(4).join(' ');
    if (program.child.exitCode !== null) throw new Error(`${command} ended with ${program.child.exitCode}`);
    if (Date.now() > deadline) throw new Error(`${command} does not listen after ${patience} ms`);
    await sleep(50);
  }
}
