import { execFileSync } from 'node:child_process';
import { TCP } from '@sonde/model';
import { describe, expect, test } from 'vitest';
import { observe } from './observe.ts';
import { captureSkipReason, Sandbox } from './sandbox.ts';
import type { SeenSpan, Sink } from './sink.ts';

const reason = captureSkipReason();

const named = (name: string) => ({ environment: { OTEL_SERVICE_NAME: name } });
const request = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nhost: test\r\n${more}\r\n`;

/** What a client and `hostile-server` said to each other, as both ends' spans. */
async function talk(pieces: readonly (string | number | null)[]): Promise<{ sink: Sink; received: number }> {
  await using sandbox = new Sandbox();
  const port = await sandbox.node('hostile-server.mjs', ['127.0.0.1', 0], named('server')).line();
  const observation = await observe(sandbox);
  const client = sandbox.node('tcp-client.mjs', ['127.0.0.1', port, JSON.stringify(pieces)], named('client'));
  expect(await client.ended()).toBe(0);
  const sink = await observation.finish();
  await sink[Symbol.asyncDispose]();
  return { sink, received: Number(client.lines.at(-1)) };
}

const facts = ({ spanKind, attributes, status }: SeenSpan) => ({
  kind: spanKind,
  path: attributes['url.path'],
  status: attributes['http.response.status_code'],
  outcome: attributes['sonde.outcome'],
  error: attributes['error.type'],
  failed: status === 'error',
  requestBytes: attributes['sonde.request.bytes'],
  responseBytes: attributes['sonde.response.bytes'],
});

const both = (fact: object) => ['client', 'server'].map((kind) => expect.objectContaining({ kind, ...fact }));

const sorted = (spans: readonly SeenSpan[]) => spans.map(facts).sort((a, b) => a.kind.localeCompare(b.kind));

describe.skipIf(reason !== '')(`how exchanges end ${reason}`, () => {
  test('the server closes without an answer', async () => {
    const { sink } = await talk([request('/close')]);
    const fact = { path: '/close', outcome: 'closed', error: 'connection_closed', failed: true, responseBytes: 0 };
    expect(sorted(sink.spans)).toEqual(both(fact));
  });

  test('the server resets the connection', async () => {
    const { sink } = await talk([request('/reset')]);
    const seen = sorted(sink.spans);
    expect(seen.find(({ kind }) => kind === 'client')).toMatchObject({ outcome: 'reset', error: 'connection_reset' });
    expect(seen).toHaveLength(2);
    expect(seen.every(({ failed }) => failed)).toBe(true);
    expect(sink.total(TCP.reset)).toBe(1);
    expect(sink.total(TCP.reset, { 'sonde.side': 'client', 'sonde.peer.service': 'server' })).toBe(1);
  });

  test('nobody answers yet when the agent ends', async () => {
    await using sandbox = new Sandbox();
    const port = await sandbox.node('hostile-server.mjs', ['127.0.0.1', 0], named('server')).line();
    const observation = await observe(sandbox);
    const environment = { OTEL_SERVICE_NAME: 'client', WAIT: '30000' };
    sandbox.node('tcp-client.mjs', ['127.0.0.1', port, JSON.stringify([request('/silent')])], { environment });
    await expect.poll(() => observation.sink.total('sonde.agent.records')).toBeGreaterThan(0);
    await using sink = await observation.finish();
    expect(sorted(sink.spans)).toEqual(both({ path: '/silent', outcome: 'pending', failed: false }));
  });

  test('nobody listens', async () => {
    await using sandbox = new Sandbox();
    const observation = await observe(sandbox);
    const client = sandbox.node('tcp-client.mjs', ['127.0.0.1', 1, '[]'], named('client'));
    await client.ended();
    expect(client.lines).toContain('ECONNREFUSED');
    await using sink = await observation.finish();
    const attributes = { 'sonde.operation': 'connect', 'sonde.outcome': 'refused', 'error.type': 'connection_refused' };
    expect(sink.total('sonde.client.exchange.duration', attributes)).toBe(1);
    expect(sink.total(TCP.refused, { 'server.port': 1 })).toBe(1);
    expect(sink.points.find(({ service }) => service === 'client')?.attributes).toMatchObject({
      ...attributes,
      'server.address': '127.0.0.1',
      'server.port': 1,
    });
  });

  test('packets get lost on the way to the server', async () => {
    await using sandbox = new Sandbox();
    const netns = sandbox.namespace();
    const inside = (...command: string[]) => execFileSync('ip', ['netns', 'exec', netns, ...command]);
    inside('sh', '-c', 'echo 1 >/proc/sys/net/ipv4/tcp_syn_retries');
    inside(
      'nft',
      'add table ip t; add chain ip t o { type filter hook output priority 0; }; add rule ip t o tcp dport 9 drop',
    );
    const observation = await observe(sandbox);
    const client = sandbox.node('tcp-client.mjs', ['127.0.0.1', 9, '[]'], { ...named('client'), netns });
    await client.ended();
    expect(client.lines).toContain('ETIMEDOUT');
    await using sink = await observation.finish();
    expect(sink.total('sonde.client.exchange.duration', { 'sonde.outcome': 'timeout', 'error.type': 'timeout' })).toBe(
      1,
    );
    expect(sink.total(TCP.unanswered)).toBe(1);
    const [point] = sink.points.filter(({ attributes }) => attributes['sonde.outcome'] === 'timeout');
    expect(point.sum).toBeGreaterThan(0.9);
  });
});

describe.skipIf(reason !== '')(`HTTP/1 as it comes ${reason}`, () => {
  test('pipelined requests, each with its own answer', async () => {
    const paths = Array.from({ length: 10 }, (_, i) => `/pipelined/part${'abcdefghij'[i]}`);
    const { sink, received } = await talk([
      request('/pipelined/first'),
      50,
      paths.map((path) => request(path)).join(''),
    ]);
    for (const kind of ['client', 'server']) {
      const seen = sink.spans.filter(({ spanKind }) => spanKind === kind).map(facts);
      expect(seen.map(({ path }) => path)).toEqual(['/pipelined/first', ...paths]);
      expect(seen.reduce((total, { responseBytes }) => total + Number(responseBytes), 0)).toBe(received);
    }
  });

  test('some forty requests in flight on one connection, all of them with their paths', async () => {
    const paths = Array.from({ length: 400 }, (_, i) => `/late/${i}`);
    const { sink, received } = await talk([...paths.flatMap((path) => [request(path), 1]), 100]);
    for (const kind of ['client', 'server']) {
      const seen = sink.spans.filter(({ spanKind }) => spanKind === kind).map(facts);
      expect(seen.map(({ path, status }) => `${path} ${status}`)).toEqual(paths.map((path) => `${path} 200`));
      expect(seen.reduce((total, { responseBytes }) => total + Number(responseBytes), 0)).toBe(received);
    }
  });

  test.each(['/paused', '/paused-chunked'])('an answer that pauses in the middle: %s', async (path) => {
    const { sink, received } = await talk([request(path), 900, request('/pipelined')]);
    for (const kind of ['client', 'server']) {
      const [paused, next, ...more] = sink.spans.filter(({ spanKind }) => spanKind === kind);
      expect(more).toEqual([]);
      expect(facts(paused)).toMatchObject({ path, status: 200, outcome: 'complete' });
      expect(facts(next)).toMatchObject({ path: '/pipelined', status: 200 });
      expect(Number(paused.endTimeUnixNano - paused.startTimeUnixNano)).toBeGreaterThan(500e6);
      expect(Number(facts(paused).responseBytes) + Number(facts(next).responseBytes)).toBe(received);
    }
  });

  test('a chunked request with a chunked answer', async () => {
    const head = 'POST /chunked HTTP/1.1\r\nhost: test\r\ntransfer-encoding: chunked\r\n\r\n';
    const { sink, received } = await talk([head, 5, '3\r\nabc\r\n', 5, '0\r\n\r\n', 60, request('/pipelined')]);
    const seen = sink.spans.filter(({ spanKind }) => spanKind === 'server').map(facts);
    expect(seen.map(({ path, status }) => [path, status])).toEqual([
      ['/chunked', 200],
      ['/pipelined', 200],
    ]);
    expect(seen[0].requestBytes).toBe(head.length + 8 + 5);
    expect(Number(seen[0].responseBytes) + Number(seen[1].responseBytes)).toBe(received);
  });

  test('100 Continue is no answer', async () => {
    const { sink } = await talk([
      'PUT /continue HTTP/1.1\r\nhost: test\r\nexpect: 100-continue\r\ncontent-length: 4\r\n\r\n',
      30,
      'body',
    ]);
    expect(sorted(sink.spans)).toEqual(both({ path: '/continue', status: 200, outcome: 'complete' }));
  });

  test('an answer before the request has ended', async () => {
    const head = `POST /early HTTP/1.1\r\nhost: test\r\ncontent-length: 3000\r\n\r\n`;
    const pieces = [head, 30, 'x'.repeat(1000), 10, 'x'.repeat(2000)];
    const { sink } = await talk(pieces);
    expect(sorted(sink.spans)).toEqual(both({ path: '/early', status: 413, requestBytes: head.length + 3000 }));
  });

  test('a body that ends with the connection', async () => {
    const { sink, received } = await talk(['GET /until-close HTTP/1.0\r\n\r\n', 60]);
    expect(received).toBeGreaterThan(5000);
    expect(sorted(sink.spans)).toEqual(both({ path: '/until-close', status: 200, responseBytes: received }));
  });

  test('after an upgrade to WebSocket its frames are no HTTP', async () => {
    const upgrade = 'upgrade: websocket\r\nconnection: upgrade\r\n';
    const { sink } = await talk([request('/websocket', upgrade), 30, '\x81\x05GET /', 10, '\x81\x03abc']);
    const seen = sink.spans.filter(({ attributes }) => attributes['network.protocol.name'] === 'http');
    expect(sorted(seen)).toEqual(both({ path: '/websocket', status: 101 }));
  });
});
