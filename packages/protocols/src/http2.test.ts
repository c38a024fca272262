import { once } from 'node:events';
import { connect, constants, createServer, type Http2Server, type OutgoingHttpHeaders } from 'node:http2';
import { type AddressInfo, createServer as createTcpServer, connect as tcpConnect } from 'node:net';
import { PROTOCOLS } from '@sonde/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Conversation } from './conversation.ts';
import { http2 } from './http2.ts';
import { CONTINUATION, PREFACE } from './http2-frame.ts';
import { type Direction, FROM_CLIENT, FROM_SERVER } from './protocol.ts';
import { symbols } from './symbols.ts';

/** Bytes of a real client and server (nghttp2 in Node), whose encoder is not ours. */
interface Chunk {
  readonly from: Direction;
  readonly bytes: Uint8Array;
}

interface Found {
  readonly operation: string;
  readonly target: string;
  readonly status: string;
  readonly complete: boolean;
  readonly protocol: string;
}

const WORDS = ['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta', 'eta', 'theta'];
const STATUS = [200, 201, 204, 404, 500, 503];
const REQUESTS = 400;

const word = (i: number) => WORDS[i % WORDS.length];
const pathOf = (i: number) => `/${word(i)}/${word(i * 3 + 1)}/${word(i >> 3)}`;
const statusOf = (i: number) => STATUS[i % STATUS.length];
const wanted = (i: number) => ({
  operation: i % 3 === 0 ? 'POST' : 'GET',
  target: pathOf(i),
  status: String(statusOf(i)),
});

function headersOf(i: number): OutgoingHttpHeaders {
  return {
    ':method': wanted(i).operation,
    ':path': `${pathOf(i)}?token=${i}`,
    'x-request': `${i}-${'ü~{}|'.repeat(i % 5)}`,
    cookie: [`a=${i % 7}`, `session=${'s'.repeat(i % 90)}`],
    ...(i % 50 === 7 && { 'x-large': 'L'.repeat(40_000) }),
  };
}

let server: Http2Server;
const settings = { headerTableSize: 4096 };

beforeAll(async () => {
  server = createServer({ settings, maxHeaderListPairs: 200, paddingStrategy: constants.PADDING_STRATEGY_MAX });
  server.on('session', (session) => session.settings({ maxHeaderListSize: 1 << 17 }));
  server.on('stream', (stream, headers) => {
    const i = Number(String(headers['x-request']).split('-')[0]);
    stream.on('error', () => {});
    stream.resume();
    stream.on('end', () => {
      if (i % 4 === 0) stream.additionalHeaders({ ':status': 103, link: '</style.css>' });
      stream.respond(
        { ':status': statusOf(i), 'x-answer': `${i}` },
        { waitForTrailers: i % 5 === 0 && statusOf(i) !== 204 },
      );
      stream.on('wantTrailers', () => stream.sendTrailers({ 'x-checksum': `${i}` }));
      if (statusOf(i) === 204) stream.end();
      else stream.end('y'.repeat((i % 20) * 100));
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
});

afterAll(() => new Promise<void>((done) => server.close(() => done())));

/** Sends all requests over one connection through a relay that keeps the bytes in the order in which it saw them. */
async function record(tableSize: number): Promise<Chunk[]> {
  const chunks: Chunk[] = [];
  const relay = createTcpServer((client) => {
    const upstream = tcpConnect((server.address() as AddressInfo).port, '127.0.0.1');
    const pipe = (from: Direction, source: typeof client, target: typeof client) =>
      source
        .on('data', (bytes) => {
          chunks.push({ from, bytes });
          target.write(bytes);
        })
        .on('end', () => target.end())
        .on('error', () => target.destroy());
    pipe(FROM_CLIENT, client, upstream);
    pipe(FROM_SERVER, upstream, client);
  });
  await once(relay.listen(0, '127.0.0.1'), 'listening');
  const session = connect(`http://127.0.0.1:${(relay.address() as AddressInfo).port}`, {
    settings: { headerTableSize: tableSize },
    maxSendHeaderBlockLength: 1 << 17,
  });
  const one = async (i: number) => {
    const stream = session.request(headersOf(i));
    stream.resume();
    stream.end(i % 3 === 0 ? 'x'.repeat(i * 10) : undefined);
    await once(stream, 'close');
  };
  for (let i = 0; i < REQUESTS; i += 20) await Promise.all(Array.from({ length: 20 }, (_, j) => one(i + j)));
  session.close();
  await once(session, 'close');
  await new Promise<void>((done) => relay.close(() => done()));
  return chunks;
}

function read(chunks: readonly Chunk[]): Found[] {
  const found: Found[] = [];
  const conversation = new Conversation(http2, 0, {
    call: (call) =>
      found.push({
        operation: symbols.text(call.operation),
        target: symbols.text(call.target),
        status: symbols.text(call.status),
        complete: call.complete,
        protocol: PROTOCOLS[call.protocol],
      }),
  });
  for (const { from, bytes } of chunks) {
    const end = bytes.length;
    conversation.segment({
      direction: from,
      bytes,
      start: 0,
      end,
      total: end,
      offset: 0,
      first: 1,
      last: 1,
      queueWait: 0,
    });
  }
  conversation.close('closed');
  return found;
}

/** Types of the frames that a direction sent. */
function frameTypes(chunks: readonly Chunk[], from: Direction): Set<number> {
  const bytes = Buffer.concat(chunks.filter((chunk) => chunk.from === from).map((chunk) => chunk.bytes));
  const types = new Set<number>();
  for (let at = from === FROM_CLIENT ? PREFACE.length : 0; at + 9 <= bytes.length; at += 9 + bytes.readUIntBE(at, 3))
    types.add(bytes[at + 3]);
  return types;
}

const sorted = (found: readonly Omit<Found, 'complete' | 'protocol'>[]) =>
  found.map(({ operation, target, status }) => `${operation} ${target} ${status}`).sort();
const all = Array.from({ length: REQUESTS }, (_, i) => wanted(i));

describe.each([0, 4096, 65_536])('bytes of a real peer, header table of %i', (tableSize) => {
  let chunks: Chunk[];
  beforeAll(async () => {
    chunks = await record(tableSize);
  });

  it('every request and its status is read, continuations, padding and trailers included', () => {
    const found = read(chunks);
    expect(sorted(found)).toEqual(sorted(all));
    expect(found.filter(({ complete }) => !complete)).toEqual([]);
    expect(frameTypes(chunks, FROM_CLIENT)).toContain(CONTINUATION);
  });

  it('joined at any place, what is read is right or said to be unknown', () => {
    const truth = new Set(sorted(all));
    const paths = new Set(all.map(({ target }) => target));
    for (const start of [0.1, 0.3, 0.5, 0.9].map((share) => Math.floor(share * chunks.length))) {
      const found = read(chunks.slice(start));
      expect(found.length).toBeGreaterThan(0);
      for (const call of found) {
        expect(call.operation).toMatch(/^(GET|POST|\(unknown\))$/);
        if (call.target !== '(unknown)') expect(paths).toContain(call.target);
        if (call.complete) expect(truth).toContain(sorted([call])[0]);
      }
    }
  });
});
