import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { startAgent } from '@sonde/agent';
import { agentConfig } from '@sonde/agent/config';
import { describe, expect, test } from 'vitest';
import { observe } from './observe.ts';
import { captureSkipReason, Sandbox } from './sandbox.ts';

const reason = captureSkipReason();
const named = (name: string) => ({ environment: { OTEL_SERVICE_NAME: name } });
const PROXY = join(import.meta.dirname, 'programs/proxy.mjs');
const get = (path: string) => JSON.stringify([{ method: 'GET', path }]);

describe('an agent without a scope', () => {
  test.each([
    [{}, 'SONDE_AGENT_NO_SCOPE'],
    [{ cgroups: ['/no/such/cgroup'] }, 'SONDE_AGENT_CGROUP_NOT_FOUND'],
    [{ pids: [2 ** 30] }, 'SONDE_AGENT_PROCESS_NOT_FOUND'],
  ])('%j: %s', async (scope, code) => {
    if (reason !== '' && code !== 'SONDE_AGENT_NO_SCOPE') return;
    await expect(startAgent(agentConfig.parse({ scope }))).rejects.toMatchObject({ code });
  });
});

describe.skipIf(reason !== '')(`what is observed ${reason}`, () => {
  test('a cgroup with everything below it, and one end alone where the other is outside', async () => {
    await using sandbox = new Sandbox();
    await using outside = new Sandbox();
    const below = join(sandbox.cgroup, 'below');
    mkdirSync(below);
    const port = await outside.node('http-server.mjs', ['127.0.0.1', 0], named('outside')).line();
    const observation = await observe(sandbox);
    const move = `echo 0 >${below}/cgroup.procs && exec "$@"`;
    const program = join(import.meta.dirname, 'programs/http-client.mjs');
    const client = sandbox.run(
      ['sh', '-c', move, '-', process.execPath, program, '127.0.0.1', port, get('/s200/below')],
      named('below'),
    );
    expect(await client.ended()).toBe(0);
    await using sink = await observation.finish();
    rmdirSync(below);
    expect(sink.spans.map(({ service, spanKind }) => [service, spanKind])).toEqual([['below', 'client']]);
    expect(sink.spans[0].attributes).toMatchObject({ 'server.address': '127.0.0.1', 'server.port': Number(port) });
    expect(sink.spans[0].attributes['sonde.peer.service']).toBeUndefined();
  });

  test('a process with the children it has', async () => {
    await using sandbox = new Sandbox();
    const port = await sandbox.node('http-server.mjs', ['127.0.0.1', 0], named('server')).line();
    const client = sandbox.node('http-client.mjs', ['127.0.0.1', port, get('/s200/child')], {
      environment: { OTEL_SERVICE_NAME: 'client', WAIT: '1' },
    });
    expect(await client.line()).toBe('connected');
    const shell = sandbox.run(['sh', '-c', `"$@" & echo started; wait`, '-', process.execPath, PROXY, port, 'chain']);
    expect(await shell.line()).toBe('started');
    const proxy = await shell.line(2);
    const observation = await observe(sandbox, {}, null, { pids: [shell.pid] });
    client.child.stdin!.write('go\n');
    expect(await client.ended()).toBe(0);
    const other = sandbox.node('http-client.mjs', ['127.0.0.1', proxy, get('/work/r1x')], named('client'));
    expect(await other.ended()).toBe(0);
    await using sink = await observation.finish();
    expect(new Set(sink.spans.map(({ attributes }) => attributes['url.path']))).toEqual(
      new Set(['/work/r1x', '/s200/work/r1x/a', '/s200/work/r1x/b', '/s200/work/r1x/c']),
    );
  });

  test('a process with what it forks, and not its neighbour', async () => {
    await using sandbox = new Sandbox();
    const port = await sandbox.node('http-server.mjs', ['127.0.0.1', 0], named('server')).line();
    const program = sandbox.python('forker.py', [port], named('forker'));
    const pid = Number(await program.line());
    const observation = await observe(sandbox, {}, null, { pids: [pid] });
    program.child.stdin!.write('\n');
    expect(await program.ended()).toBe(0);
    await using sink = await observation.finish();
    const seen = sink.spans.map(({ service, spanKind, attributes }) => [service, spanKind, attributes['url.path']]);
    expect(seen.sort()).toEqual([
      ['forker', 'client', '/s200/child'],
      ['forker', 'client', '/s200/parent'],
    ]);
  });

  test('no unix-domain sockets', async () => {
    await using sandbox = new Sandbox();
    const observation = await observe(sandbox);
    const program = sandbox.node('unix-socket.mjs', [join(sandbox.folder, 'socket')]);
    expect(await program.ended()).toBe(0);
    expect(program.lines).toEqual(['200']);
    await using sink = await observation.finish();
    expect(sink.spans).toEqual([]);
  });
});

describe.skipIf(reason !== '')(`ways to send ${reason}`, () => {
  test.each([
    ['sendfile', 200, 100_000],
    ['many buffers', 206, 5],
  ])('%s: status and exact size', async (how, status, body) => {
    await using sandbox = new Sandbox();
    const port = await sandbox.python('sender.py', [how], named('server')).line();
    const observation = await observe(sandbox);
    const client = sandbox.node('http-client.mjs', ['127.0.0.1', port, get('/file')], named('client'));
    expect(await client.ended()).toBe(0);
    const seen = JSON.parse(client.lines[0]);
    expect(seen.responseBytes).toBeGreaterThan(body);
    await using sink = await observation.finish();
    expect(sink.spans).toHaveLength(2);
    for (const { attributes } of sink.spans) {
      expect(attributes['http.response.status_code']).toBe(status);
      expect(attributes['sonde.response.bytes']).toBe(seen.responseBytes);
    }
  });

  test('a ring that is too small loses records, and every one is counted', async () => {
    await using sandbox = new Sandbox();
    const port = await sandbox.node('http-server.mjs', ['127.0.0.1', 0], named('server')).line();
    const observation = await observe(sandbox, { ring: { bytes: 2 ** 16 }, spans: { perSecond: 0 } });
    process.kill(observation.agent.pid, 'SIGSTOP');
    const requests = Array.from({ length: 500 }, (_, i) => ({ method: 'GET', path: `/s200/lost/${i}` }));
    const client = sandbox.node('http-client.mjs', ['127.0.0.1', port, JSON.stringify(requests)], named('client'));
    expect(await client.ended()).toBe(0);
    process.kill(observation.agent.pid, 'SIGCONT');
    await using sink = await observation.finish();
    const seen = sink.total('http.client.request.duration') + sink.total('http.server.request.duration');
    const lost = sink.total('sonde.agent.dropped', { cause: 'exchange_ring_full' });
    expect(lost).toBeGreaterThan(0);
    expect(seen + lost).toBe(1000);
  });
});
