import { gzipSync } from 'node:zlib';
import * as grpc from '@grpc/grpc-js';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { traces } from '../../testdata/intake.ts';
import { GRPC_METHODS } from '../grpc-framing.ts';
import { encodeExportResponse } from '../response.ts';
import { decodeTraces, encodeTraces } from '../traces.ts';
import { GrpcSender } from './grpc-sender.ts';

type Handler = grpc.handleUnaryCall<Buffer, Buffer>;

let server: grpc.Server;
let port = 0;
let answer: Handler;
const senders: GrpcSender[] = [];
const received: { name: string; metadata: grpc.MetadataValue[] }[] = [];

async function start(): Promise<void> {
  server = new grpc.Server();
  const same = (bytes: Buffer) => bytes;
  const wire = { requestSerialize: same, requestDeserialize: same, responseSerialize: same, responseDeserialize: same };
  server.addService(
    { Export: { path: GRPC_METHODS.traces, requestStream: false, responseStream: false, ...wire } },
    { Export: ((call, callback) => answer(call, callback)) as Handler },
  );
  port = await new Promise((resolve, reject) => {
    const credentials = grpc.ServerCredentials.createInsecure();
    server.bindAsync(`127.0.0.1:${port}`, credentials, (error, bound) => (error ? reject(error) : resolve(bound)));
  });
}

beforeEach(async () => {
  received.length = 0;
  answer = ({ request, metadata }, callback) => {
    const [{ name }] = decodeTraces(request).resourceSpans[0].scopeSpans[0].spans;
    received.push({ name, metadata: [...metadata.get('x-scope'), ...metadata.get('x-sonde-batch')] });
    callback(null, Buffer.alloc(0));
  };
  await start();
});
afterEach(() => {
  for (const sender of senders.splice(0)) sender.close();
  server.forceShutdown();
  port = 0;
});

function senderTo(options: { timeout?: number } = {}): GrpcSender {
  const sender = new GrpcSender({
    url: new URL(`http://127.0.0.1:${port}`),
    headers: { 'X-Scope': 'team-a' },
    ...options,
  });
  senders.push(sender);
  return sender;
}

const batch = (number: number) => ({
  source: 's',
  sequence: number,
  signal: 'traces' as const,
  items: 1,
  body: gzipSync(encodeTraces(traces(number))),
});
const never = new AbortController().signal;
const failed = (cause: string, isInternal = false) => ({ kind: 'failed', cause, isInternal, retryAfter: 0 });

test('a server of the official library gets what is sent, with headers and the name of the batch', async () => {
  const sender = senderTo();
  for (const number of [1, 2]) {
    expect(await sender.send(batch(number), never)).toEqual({ kind: 'delivered', rejected: 0 });
  }
  expect(received).toEqual([
    { name: '1', metadata: ['team-a', 's/1'] },
    { name: '2', metadata: ['team-a', 's/2'] },
  ]);
});

test('a part may be refused', async () => {
  answer = (_, callback) => callback(null, Buffer.from(encodeExportResponse({ rejected: 7, errorMessage: 'old' })));
  expect(await senderTo().send(batch(1), never)).toEqual({ kind: 'delivered', rejected: 7 });
});

test.each([
  ['INVALID_ARGUMENT', { kind: 'refused', cause: 'grpc_3' }],
  ['UNIMPLEMENTED', { kind: 'refused', cause: 'grpc_12' }],
  ['INTERNAL', failed('grpc_13', true)],
  ['UNAVAILABLE', failed('grpc_14')],
  ['RESOURCE_EXHAUSTED', failed('grpc_8')],
  ['UNAUTHENTICATED', failed('grpc_16')],
] as const)('%s', async (code, expected) => {
  answer = (_, callback) => callback({ code: grpc.status[code], details: 'no' });
  expect(await senderTo().send(batch(1), never)).toEqual(expected);
});

test('a method it does not have', async () => {
  const result = await senderTo().send({ ...batch(1), signal: 'logs' }, never);
  expect(result).toEqual({ kind: 'refused', cause: 'grpc_12' });
});

test('nobody there; a server that comes back is found', async () => {
  const sender = senderTo();
  server.forceShutdown();
  expect(await sender.send(batch(1), never)).toEqual(failed('ECONNREFUSED'));
  await start();
  expect(await sender.send(batch(2), never)).toEqual({ kind: 'delivered', rejected: 0 });
  expect(received.map(({ name }) => name)).toEqual(['2']);
});

test('a server that stops during the call, and one that is too slow', async () => {
  answer = () => server.forceShutdown();
  expect(await senderTo().send(batch(1), never)).toMatchObject({ kind: 'failed' });
  await start();
  answer = () => {};
  expect(await senderTo({ timeout: 100 }).send(batch(1), never)).toEqual(failed('timeout'));
});
