import { execFileSync } from 'node:child_process';
import { Linker } from '@sonde/linker';
import { ATTR } from '@sonde/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tracesIntake } from '../../packages/server/src/intake/spans.ts';
import { AcceptedTimes } from '../../packages/server/src/intake/times.ts';
import { spanKeysOf } from '../../packages/server/src/linking/span-keys.ts';
import { applyRules, makeNetwork, type Network } from './nat.ts';
import { observe } from './observe.ts';
import { expectAllMatched } from './pairs.ts';
import { captureSkipReason, Sandbox } from './sandbox.ts';
import type { Sink } from './sink.ts';

const reason = captureSkipReason();
const REQUESTS = 23;
const named = (name: string) => ({ environment: { OTEL_SERVICE_NAME: name } });

interface Case {
  readonly name: string;
  readonly client: readonly string[];
  readonly server: readonly string[];
}

const ON_LOOPBACK: readonly Case[] = [
  { name: 'all requests in one write', client: ['pipelined'], server: [] },
  { name: 'each request read seven bytes at a time', client: [], server: ['sips'] },
  { name: 'each request in five writes', client: ['split'], server: [] },
  { name: 'two requests in one write', client: ['pairs'], server: [] },
  { name: 'each read together with the end of its connection', client: ['many', 'half'], server: [] },
  { name: 'looked at before it is read (MSG_PEEK), at both ends', client: ['peek'], server: ['peek'] },
];

/** Requests from a plain client to a plain server on loopback, for each case both ends named after it. */
async function onLoopback(cases: readonly Case[]): Promise<Sink> {
  await using sandbox = new Sandbox();
  const servers = cases.map(({ name, server }) =>
    sandbox.python('raw_server.py', ['127.0.0.1', 0, ...server], named(name)),
  );
  const ports = await Promise.all(servers.map((server) => server.line()));
  const observation = await observe(sandbox);
  const clients = cases.map(({ name, client }, i) =>
    sandbox.python('raw_client.py', ['127.0.0.1', ports[i], REQUESTS, ...client], named(name)),
  );
  expect(await Promise.all(clients.map((client) => client.ended()))).toEqual(cases.map(() => 0));
  return observation.finish();
}

/** The same of one client and server on two hosts that `prepare` changes before anything runs, and `check` looks at in the end. */
async function acrossHosts(
  client: readonly string[],
  server: readonly string[],
  prepare: (network: Network) => void,
  check: (network: Network) => void = () => undefined,
  isTranslated = true,
): Promise<Sink> {
  await using sandbox = new Sandbox();
  const network = makeNetwork(sandbox);
  prepare(network);
  const inServer = { ...named('server'), netns: network.server };
  await sandbox.python('raw_server.py', [network.serverAddress, 8080, ...server], inServer).line();
  const observation = await observe(sandbox);
  const inClient = { ...named('client'), netns: network.client };
  const target = isTranslated ? [network.virtualAddress, 80] : [network.serverAddress, 8080];
  const run = sandbox.python('raw_client.py', [...target, REQUESTS, ...client], inClient);
  expect(await run.ended()).toBe(0);
  check(network);
  return observation.finish();
}

const within = (netns: string, ...command: readonly string[]) =>
  execFileSync('ip', ['netns', 'exec', netns, ...command], { encoding: 'utf8' });
const set = (netns: string, name: string, value: string | number) =>
  within(netns, 'sh', '-c', `echo ${value} >/proc/sys/net/ipv4/${name}`);

/** A counter of /proc/net/netstat or /proc/net/snmp in a namespace. */
function counter(netns: string, name: string): number {
  const lines = within(netns, 'cat', '/proc/net/netstat', '/proc/net/snmp').split('\n');
  const at = lines.findIndex((line) => line.split(' ').includes(name));
  return Number(lines[at + 1].split(' ')[lines[at].split(' ').indexOf(name)]);
}

/** The client's spans, and what a linker finds besides what the spans say. */
function linksOf(sink: Sink) {
  const resourceSpans = sink.spans.map(({ service, ...span }) => ({
    resource: { attributes: { [ATTR.serviceName]: service } },
    scopeSpans: [{ scope: { name: '', version: '' }, spans: [span] }],
  }));
  const { intake } = tracesIntake({ kind: 'traces', resourceSpans }, new AcceptedTimes(Date.now() / 1000, 3600));
  const linker = new Linker();
  for (const row of intake.spans) linker.span(spanKeysOf(row), 0);
  const clients = sink.spans.filter(({ spanKind }) => spanKind === 'client').map(({ spanId }) => spanId);
  return { clients: new Set(clients), links: linker.advance(60_000).links };
}

describe.skipIf(reason !== '')(`the identity of a request is the same at both ends ${reason}`, () => {
  describe('however it is written and read', () => {
    let sink: Sink;
    beforeAll(async () => {
      sink = await onLoopback(ON_LOOPBACK);
    });
    afterAll(() => sink[Symbol.asyncDispose]());

    test.each(ON_LOOPBACK)('$name', ({ name }) => {
      expectAllMatched({ spans: sink.spans.filter(({ service }) => service === name) }, REQUESTS);
    });
  });

  test('over a connection whose counters stand still, since a sockmap hands its data across', async (context) => {
    await using sandbox = new Sandbox();
    const observation = await observe(sandbox);
    const both = sandbox.python('sockmap.py', [REQUESTS], named('both'));
    if ((await both.line()) !== 'ready') {
      await observation.finish();
      context.skip(`this kernel does not let one be made: ${both.lines[0]}`);
    }
    both.child.stdin!.write('go\n');
    expect(await both.ended()).toBe(0);
    expect(Number(both.lines[1])).toBeLessThanOrEqual(1);
    await using sink = await observation.finish();
    expectAllMatched(sink, REQUESTS);
  });

  test('with 20 % of all packets lost, and sent again', async () => {
    await using sink = await acrossHosts(
      [],
      [],
      ({ router }) =>
        applyRules(
          router,
          `table ip loss {
            chain both { type filter hook forward priority 0; numgen random mod 100 < 20 drop; }
          }`,
        ),
      ({ client, server }) =>
        expect(counter(client, 'RetransSegs') + counter(server, 'RetransSegs')).toBeGreaterThan(5),
    );
    expectAllMatched(sink, REQUESTS);
  });

  test('that came with the SYN (TCP Fast Open)', async () => {
    await using sink = await acrossHosts(
      ['fastopen'],
      ['fastopen'],
      ({ client, server }) => {
        for (const host of [client, server]) set(host, 'tcp_fastopen', 3);
      },
      ({ server }) => expect(counter(server, 'TCPFastOpenPassive')).toBeGreaterThan(REQUESTS - 5),
    );
    expectAllMatched(sink, REQUESTS);
  });

  test('over connections that the server took from a cookie (syncookies)', async () => {
    await using sink = await acrossHosts(
      ['many'],
      [],
      ({ server }) => set(server, 'tcp_syncookies', 2),
      ({ server }) => expect(counter(server, 'SyncookiesRecv')).toBe(REQUESTS),
    );
    expectAllMatched(sink, REQUESTS);
  });

  test('over MPTCP at both ends, each request in five writes, read seven bytes at a time', async () => {
    await using sink = await acrossHosts(
      ['mptcp', 'split', 'many'],
      ['mptcp', 'sips'],
      () => undefined,
      ({ server }) => expect(counter(server, 'MPCapableACKRX')).toBe(REQUESTS),
    );
    expectAllMatched(sink, REQUESTS);
  });

  test('over MPTCP whose first subflow breaks off, so that the second takes over', async () => {
    await using sink = await acrossHosts(
      ['mptcp'],
      ['mptcp'],
      ({ client, server, router }) => {
        execFileSync('ip', ['-n', client, 'addr', 'add', '10.1.0.3/24', 'dev', 'eth0']);
        for (const host of [client, server]) execFileSync('ip', ['-n', host, 'mptcp', 'limits', 'set', 'subflow', '1']);
        const endpoint = ['mptcp', 'endpoint', 'add', '10.1.0.3', 'dev', 'eth0', 'subflow'];
        execFileSync('ip', ['-n', client, ...endpoint]);
        applyRules(
          router,
          `table ip cut {
            chain first { type filter hook forward priority 0; ct original saddr 10.1.0.2 ct packets > 12 counter drop; }
          }`,
        );
      },
      ({ client, router }) => {
        expect(counter(client, 'MPJoinSynAckRx')).toBe(1);
        expect(within(router, 'nft', 'list', 'table', 'cut')).toMatch(/counter packets [1-9]/);
      },
    );
    expectAllMatched(sink, REQUESTS);
  });

  test('of an MPTCP client at a server that listens for TCP alone', async () => {
    await using sink = await acrossHosts(
      ['mptcp'],
      [],
      () => undefined,
      ({ client }) => expect(counter(client, 'MPCapableSYNTX')).toBe(1),
    );
    expectAllMatched(sink, REQUESTS);
  });

  test('of a plain client at a server that listens for MPTCP, as Go does', async () => {
    await using sink = await acrossHosts([], ['mptcp'], () => undefined);
    expectAllMatched(sink, REQUESTS);
  });
});

describe.skipIf(reason !== '')(`where the identities of the two ends differ ${reason}`, () => {
  test('through a SYN proxy, which has the server choose another start than the client saw: by the half that is left', async () => {
    const throughProxy = ({ router }: Network) => {
      within(router, 'sh', '-c', 'echo 0 >/proc/sys/net/netfilter/nf_conntrack_tcp_loose');
      applyRules(
        router,
        `table ip proxy {
          chain early { type filter hook prerouting priority -300; tcp dport 8080 tcp flags syn notrack; }
          chain forward { type filter hook forward priority 0;
            tcp dport 8080 ct state invalid,untracked synproxy mss 1460 wscale 7 timestamp sack-perm
            ct state invalid drop
          }
        }`,
      );
    };
    await using sink = await acrossHosts(['many'], [], throughProxy, undefined, false);
    const { clients, links } = linksOf(sink);
    expect(clients.size).toBe(REQUESTS);
    const path = new Map(sink.spans.map(({ spanId, attributes }) => [spanId, attributes['url.path']]));
    expect(sink.spans.filter(({ parentSpanId }) => clients.has(parentSpanId))).toEqual([]);
    expect(links.map(({ method, confidence }) => `${method} ${confidence}`)).toEqual(
      Array.from({ length: REQUESTS }, () => 'client-sequence 0.99'),
    );
    expect(new Set(links.map(({ parent }) => parent))).toEqual(clients);
    for (const { span, parent } of links) expect(path.get(span)).toBe(path.get(parent));
  });
});
