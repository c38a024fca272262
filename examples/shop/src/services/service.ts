import { randomInt, randomUUID } from 'node:crypto';
import { Resolver } from 'node:dns/promises';
import { Agent, createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { epochMicros, type TruthRecord, truthWriter } from '../truth.ts';

/** The visitor's request and the call being answered: handed to every call made on its behalf. */
export interface Context {
  readonly request: string;
  readonly call: string;
}

export interface Input {
  readonly context: Context;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Reply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Throw it to close the connection without an answer. */
export class HangUp extends Error {}

type Handler = (input: Input) => Promise<Reply>;

const name = env('SHOP_SERVICE');
const write = truthWriter(process.env.SHOP_TRUTH, name);
const agent = new Agent({ keepAlive: true });

export function env(key: string): string {
  const value = process.env[key];
  if (value === undefined) throw new Error(`${key} is not set`);
  return value;
}

/** Serves `routes`, keyed `METHOD /path/:parameter`, on SHOP_PORT. */
export function serve(routes: Readonly<Record<string, Handler>>): void {
  const table = Object.entries(routes).map(([key, handler]) => {
    const [method, pathname] = key.split(' ') as [string, string];
    return { method, pattern: new URLPattern({ pathname }), handler };
  });

  async function answer(message: IncomingMessage, context: Context): Promise<Reply> {
    const url = new URL(message.url ?? '/', 'http://shop');
    for (const { method, pattern, handler } of table) {
      const match = method === message.method ? pattern.exec(url) : null;
      if (!match) continue;
      const raw = await text(message);
      const body = raw === '' ? {} : (JSON.parse(raw) as Record<string, unknown>);
      const params = match.pathname.groups as Record<string, string>;
      return handler({ context, params, query: url.searchParams, body });
    }
    return { status: 404, body: { error: 'no such page' } };
  }

  async function onRequest(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const start = epochMicros();
    const clientPort = message.socket.remotePort ?? 0;
    const context = {
      request: String(message.headers['x-shop-request'] ?? randomUUID()),
      call: String(message.headers['x-shop-call'] ?? randomUUID()),
    };
    let status = '500';
    try {
      const reply = await answer(message, context);
      status = String(reply.status);
      response.writeHead(reply.status, { 'content-type': 'application/json', 'x-shop-request': context.request });
      response.end(JSON.stringify({ request: context.request, ...reply.body }));
    } catch (error) {
      if (error instanceof HangUp) {
        status = 'hang-up';
        message.socket.destroy();
      } else {
        response.writeHead(500, { 'content-type': 'application/json', 'x-shop-request': context.request });
        response.end(JSON.stringify({ request: context.request, error: String(error) }));
      }
    }
    served(context, `${message.method} ${message.url}`, status, clientPort, start);
  }

  createServer(onRequest).listen(Number(env('SHOP_PORT')), '127.0.0.1');
}

/** Writes that this process answered a call, from `start` until now. */
export function served(context: Context, operation: string, status: string, clientPort: number, start: number): void {
  const end = epochMicros();
  write({
    kind: 'served',
    service: name,
    ...context,
    parent: '',
    target: '',
    operation,
    status,
    clientPort,
    start,
    end,
  });
}

/** Runs one outgoing operation and writes the truth about it. */
export async function traced<T>(
  context: Context,
  target: string,
  operation: string,
  run: (call: string) => Promise<{ value: T; status?: string; clientPort?: number }>,
): Promise<T> {
  const record = { kind: 'called', service: name, request: context.request, parent: context.call, target, operation };
  const call = randomUUID();
  const start = epochMicros();
  const finish = (status: string, clientPort: number) =>
    write({ ...record, call, status, clientPort, start, end: epochMicros() } as TruthRecord);
  try {
    const { value, status = 'ok', clientPort = 0 } = await run(call);
    finish(status, clientPort);
    return value;
  } catch (error) {
    finish((error as NodeJS.ErrnoException).code ?? 'error', 0);
    throw error;
  }
}

const resolver = new Resolver({ timeout: 1000, tries: 1 });
if (process.env.DNS_PORT) resolver.setServers([`127.0.0.1:${process.env.DNS_PORT}`]);

/** Asks the shop's resolver; a name that has no such record is an answer too. */
export function lookup(context: Context, name: string, type: 'A' | 'AAAA' | 'MX'): Promise<boolean> {
  return traced(context, 'dns', `${type} ${name}`, async () => {
    try {
      await resolver.resolve(name, type);
      return { value: true };
    } catch (error) {
      return { value: false, status: (error as NodeJS.ErrnoException).code ?? 'error' };
    }
  });
}

/** Looks a name up about every `interval` ms, as clients of service discovery do: for no request, so none waits. */
export async function keepResolved(name: string, types: readonly ('A' | 'AAAA')[], interval: number): Promise<void> {
  if (!process.env.DNS_PORT) return;
  for (;;) {
    const context = { request: randomUUID(), call: '' };
    await Promise.all(types.map((type) => lookup(context, name, type).catch(() => undefined)));
    await sleep(interval * (0.5 + Math.random()));
  }
}

/** One HTTP call to another service of the shop; an answer of any status is an answer. */
export function call(
  context: Context,
  target: string,
  method: string,
  path: string,
  body?: Readonly<Record<string, unknown>>,
): Promise<Reply> {
  return traced(context, target, `${method} ${path}`, (id) => {
    const payload = body && JSON.stringify({ request: context.request, ...body });
    return new Promise((resolve, reject) => {
      const instances = env(`${target.toUpperCase()}_URL`).split(',');
      const outgoing = httpRequest(new URL(path, instances[randomInt(instances.length)]), {
        agent,
        method,
        headers: {
          'x-shop-request': context.request,
          'x-shop-call': id,
          ...(payload && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
        },
      });
      outgoing.once('error', reject);
      outgoing.once('response', async (incoming) => {
        const clientPort = incoming.socket.localPort ?? 0;
        try {
          const status = incoming.statusCode ?? 0;
          const value = { status, body: JSON.parse(await text(incoming)) as Record<string, unknown> };
          resolve({ value, status: String(status), clientPort });
        } catch (error) {
          reject(error);
        }
      });
      outgoing.end(payload);
    });
  });
}
