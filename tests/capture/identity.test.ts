import { describe, expect, test } from 'vitest';
import { makeNetwork } from './nat.ts';
import { observe } from './observe.ts';
import { expectAllMatched } from './pairs.ts';
import { captureSkipReason, Sandbox } from './sandbox.ts';
import { REQUESTS } from './workload.ts';

const reason = captureSkipReason();
const list = JSON.stringify(REQUESTS);

const named = (name: string, environment = {}) => ({ environment: { OTEL_SERVICE_NAME: name, ...environment } });

describe.skipIf(reason !== '')(`the identity of a request is the same at both ends ${reason}`, () => {
  test.each([
    ['over one kept connection', {}],
    ['over a connection for each request', { CONNECTIONS: 'many' }],
  ])('on one host, %s', async (_, environment) => {
    await using sandbox = new Sandbox();
    const port = await sandbox.node('http-server.mjs', ['127.0.0.1', 0], named('server')).line();
    const observation = await observe(sandbox);
    const client = sandbox.node('http-client.mjs', ['127.0.0.1', port, list], named('client', environment));
    expect(await client.ended()).toBe(0);
    await using sink = await observation.finish();
    expectAllMatched(sink, 23);
    const connections = new Set(sink.spans.map(({ attributes }) => attributes['sonde.connection']));
    expect(connections.size).toBe('CONNECTIONS' in environment ? 23 : 1);
  });

  test('over IPv6', async () => {
    await using sandbox = new Sandbox();
    const port = await sandbox.python('http_server.py', ['::1', 0], named('server')).line();
    const observation = await observe(sandbox);
    const client = sandbox.node('http-client.mjs', ['::1', port, list], named('client'));
    expect(await client.ended()).toBe(0);
    await using sink = await observation.finish();
    expectAllMatched(sink, 23);
    const seen = sink.points.find(({ service }) => service === 'client');
    expect(seen?.attributes).toMatchObject({ 'server.address': '::1', 'server.port': Number(port) });
  });

  test.each(['routed', 'through DNAT and masquerade'])('across two network namespaces, %s', async (way) => {
    await using sandbox = new Sandbox();
    const network = makeNetwork(sandbox);
    const port = way === 'routed' ? 8081 : 8080;
    const inServer = { ...named('server'), netns: network.server };
    await sandbox.node('http-server.mjs', [network.serverAddress, port], inServer).line();
    const observation = await observe(sandbox);
    const target = way === 'routed' ? [network.serverAddress, port] : [network.virtualAddress, 80];
    const inClient = { ...named('client'), netns: network.client };
    const client = sandbox.node('http-client.mjs', [...target, list], inClient);
    expect(await client.ended()).toBe(0);
    await using sink = await observation.finish();
    expectAllMatched(sink, 23);
    const peer = (service: string, key: string) =>
      new Set(sink.spans.filter((span) => span.service === service).map(({ attributes }) => attributes[key]));
    expect(peer('client', 'server.address')).toEqual(new Set([target[0]]));
    expect(peer('server', 'client.address')).toEqual(new Set([way === 'routed' ? '10.1.0.2' : '10.2.0.1']));
    expect(peer('client', 'sonde.peer.service')).toEqual(new Set(['server']));
  });

  test.each([1, 6])('of a connection older than the agent, with %i - 1 requests before', async (wait) => {
    await using sandbox = new Sandbox();
    const port = await sandbox.python('http_server.py', ['127.0.0.1', 0], named('server')).line();
    const environment = { WAIT: String(wait) };
    const client = sandbox.node('http-client.mjs', ['127.0.0.1', port, list], named('client', environment));
    expect(await client.line()).toBe('connected');
    const observation = await observe(sandbox);
    client.child.stdin!.write('go\n');
    expect(await client.ended()).toBe(0);
    await using sink = await observation.finish();
    expectAllMatched(sink, 23 - (wait - 1));
  });

  test('after more than 4 GiB in one connection, where sequence numbers wrap', async () => {
    await using sandbox = new Sandbox();
    const mebibytes = 4096 + 200;
    const port = await sandbox.python('http_drain.py', [0], named('server')).line();
    const observation = await observe(sandbox);
    const client = sandbox.python('http_large.py', [port, mebibytes, 22], named('client'));
    expect(await client.ended()).toBe(0);
    await using sink = await observation.finish();
    expectAllMatched(sink, 23);
    const upload = sink.spans.find(({ attributes }) => attributes['http.request.method'] === 'POST')!;
    expect(Number(upload.attributes['sonde.request.bytes'])).toBeGreaterThan(mebibytes * 2 ** 20);
    const last = Math.max(...sink.spans.map(({ attributes }) => Number(attributes['sonde.request.offset'])));
    expect(last).toBeGreaterThan(mebibytes * 2 ** 20);
  });
});
