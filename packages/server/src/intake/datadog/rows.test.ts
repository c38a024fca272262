import { binOf } from '@sonde/model';
import { describe, expect, test } from 'vitest';
import { decodeConnections } from './decode.ts';
import { connectionsOfJson } from './json.ts';
import { KnownHosts } from './known-hosts.ts';
import { address, byClass, byCode, type Field, names, proto, sketch } from './message.case.ts';
import type { ConnectionsMessage } from './messages.ts';
import { rowsOfConnections } from './rows.ts';

const NOW = 1_700_000_000;
const CONTAINER = 'a'.repeat(64);

const rows = (message: ConnectionsMessage, known = new KnownHosts(), now = NOW) =>
  rowsOfConnections(message, { checked: now, now, exactStatuses: false, known });
const messageOf = (...fields: readonly Field[]) => decodeConnections(proto([2, 'ck06'], ...fields));
const connection = (...fields: readonly Field[]): Field => [3, proto(...fields)];
const client = [
  [5, address('10.0.0.1', 40_000, CONTAINER)],
  [19, 2],
  [45, -1],
] as const satisfies readonly Field[];

describe('sockets', () => {
  const socket: readonly Field[] = [
    ...client,
    [6, address('10.9.9.8', 5432)],
    [18, 3],
    [22, 731],
    [30, 2],
    [31, 1],
    [38, 120],
    [52, proto([1, 111], [2, 7])],
    [52, proto([1, 110], [2, 5])],
    [52, proto([1, 104], [2, 2])],
  ];
  const expected = {
    time: NOW - 30,
    service: 'aaaaaaaaaaaa',
    side: 'client',
    peer: '',
    peerAddress: '10.9.9.8:5432',
    instance: 'aaaaaaaaaaaa',
    host: 'ck06',
    container: CONTAINER,
    opened: 2,
    closed: 1,
    reset: 2,
    lost: 0,
    refused: 7,
    unanswered: 5,
    segments: 120,
    retransmits: 3,
    rttSum: 731_000,
    rtts: { indexes: [binOf(731_000)], counts: [1] },
  };

  test('what they sent and met, the round-trip time in microseconds', () => {
    expect(rows(messageOf(connection(...socket))).intake.network).toEqual([expected]);
  });

  test('of UDP there is nothing to say, nor of one that was quiet', () => {
    const udp = connection(...socket, [11, 1]);
    const quiet = connection(...client, [6, address('10.9.9.8', 5432)]);
    expect(rows(messageOf(udp, quiet)).intake.network).toEqual([]);
  });

  test('the same as JSON', () => {
    const json = {
      hostName: 'ck06',
      connections: [
        {
          laddr: { ip: '10.0.0.1', port: 40_000, containerId: CONTAINER },
          raddr: { ip: '10.9.9.8', port: 5432 },
          type: 'tcp',
          direction: 'outgoing',
          tagsIdx: -1,
          lastRetransmits: 3,
          rtt: 731,
          lastTcpEstablished: 2,
          lastTcpClosed: 1,
          lastPacketsSent: '120',
          tcpFailuresByErrCode: { 111: 7, 110: 5, 104: 2 },
        },
      ],
    };
    expect(rows(connectionsOfJson(json)).intake.network).toEqual([expected]);
  });
});

describe('look-ups', () => {
  const resolver: readonly Field[] = [...client, [6, address('10.96.0.10', 53)], [11, 1]];
  const answers = (message: ConnectionsMessage) =>
    rows(message).intake.requests.map(({ operation, target, status, error, count, errors, durationSum }) => {
      return [operation, target, status, error, count, errors, durationSum];
    });
  const stats = (timeouts: number, good: number, bad: number, ...codes: [number, number][]) =>
    proto([1, timeouts], [2, good], [3, bad], ...codes.map(([code, n]): Field => [4, proto([1, code], [2, n])]));

  test('by name and type, answered or not; times are microseconds', () => {
    const { domains } = names('10.0.0.9', 'Users.shop.');
    const byType = proto(
      [1, proto([1, 1], [2, stats(2, 3000, 500, [0, 3], [3, 1])])],
      [1, proto([1, 28], [2, stats(0, 0, 40, [2, 4])])],
    );
    const message = messageOf(connection(...resolver, [43, proto([1, 2], [2, byType])]), [36, domains]);
    expect(answers(message)).toEqual([
      ['A', 'users.shop', 'NOERROR', '', 3, 0, 3_000_000],
      ['A', 'users.shop', 'NXDOMAIN', 'NXDOMAIN', 1, 1, 500_000],
      ['A', 'users.shop', '', 'timeout', 2, 2, 0],
      ['AAAA', 'users.shop', 'SERVFAIL', 'SERVFAIL', 4, 4, 40_000],
    ]);
    const json = {
      connections: [
        {
          raddr: { ip: '10.96.0.10', port: 53 },
          type: 1,
          direction: 2,
          dnsStatsByDomainByQueryType: {
            0: {
              dnsStatsByQueryType: {
                1: { timeouts: 2, successLatencySum: '3000', failureLatencySum: 500, countByRcode: { 0: 3, 3: 1 } },
              },
            },
          },
        },
      ],
      domains: ['users.shop'],
    };
    expect(answers(connectionsOfJson(json))).toEqual(answers(message).slice(0, 3));
  });

  test('of older agents, by name or in all', () => {
    const byName = connection(...resolver, [34, proto([1, 1], [2, stats(0, 100, 0, [0, 1])])]);
    expect(answers(messageOf(byName, [30, 'a.test'], [30, 'b.test']))).toEqual([
      ['', 'b.test', 'NOERROR', '', 1, 0, 100_000],
    ]);
    const byCodes = connection(
      ...resolver,
      [27, 1],
      [28, 900],
      [29, 100],
      [33, proto([1, 0], [2, 9])],
      [33, proto([1, 3], [2, 2])],
    );
    expect(answers(messageOf(byCodes))).toEqual([
      ['', '', 'NOERROR', '', 9, 0, 900_000],
      ['', '', 'NXDOMAIN', 'NXDOMAIN', 2, 2, 100_000],
      ['', '', '', 'timeout', 1, 1, 0],
    ]);
    const inAll = connection(...resolver, [25, 4], [26, 3], [27, 2], [28, 400], [29, 30]);
    expect(answers(messageOf(inAll))).toEqual([
      ['', '', 'NOERROR', '', 4, 0, 400_000],
      ['', '', '', 'failed', 3, 3, 30_000],
      ['', '', '', 'timeout', 2, 2, 0],
    ]);
  });

  test('names of the first version name the peer', () => {
    const ip = '10.0.0.9';
    const domain = 'old.example';
    const encoded = Buffer.concat([
      Buffer.from([1, 1, 0, 1, domain.length + 1, 0, 0, 1, ip.length]),
      Buffer.from(ip),
      Buffer.from([1, 0, domain.length]),
      Buffer.from(domain),
    ]);
    const http: Field = [37, byClass(1, '/', [0, 1, 0, 0, 0], sketch(700))];
    const message = messageOf(connection(...client, [6, address(ip, 80)], http), [14, encoded]);
    expect(rows(message).intake.requests).toMatchObject([{ peer: domain, count: 1 }]);
    expect(
      rows(messageOf(connection(...client, [6, address(ip, 80)], http), [14, encoded.subarray(0, 20)])).intake.requests,
    ).toMatchObject([{ peer: '', peerAddress: '10.0.0.9:80' }]);
  });
});

describe('what other messages told', () => {
  const server = (fields: readonly Field[], local = address('10.0.0.2', 8080, CONTAINER)) =>
    connection([5, local], [6, address('10.0.0.3', 41_000)], [19, 1], [45, -1], ...fields);
  const ok: Field = [37, byCode(1, '/', { 200: [1, sketch(700)] })];

  test('an agent that wrote a code writes codes from then on', () => {
    const known = new KnownHosts();
    const status = (message: ConnectionsMessage) => rows(message, known).intake.requests.map((row) => row.status);
    expect(status(messageOf(server([ok])))).toEqual(['2xx']);
    expect(status(messageOf(server([[37, byCode(1, '/', { 404: [1, sketch(700)] })]])))).toEqual(['404']);
    expect(status(messageOf(server([ok])))).toEqual(['200']);
    expect(status(decodeConnections(proto([2, 'other'], server([ok]))))).toEqual(['2xx']);
  });

  test('who listens at an address, for ten minutes; loopback is each host its own', () => {
    const known = new KnownHosts();
    const caller = (host: string, ip: string) =>
      decodeConnections(
        proto([2, host], connection([5, address('10.0.0.3', 41_000)], [6, address(ip, 8080)], [19, 2], [45, -1], ok)),
      );
    rows(messageOf(server([ok]), server([ok], address('127.0.0.1', 8080, 'b'.repeat(64)))), known);
    const peer = (host: string, ip: string, now = NOW) => rows(caller(host, ip), known, now).intake.requests[0].peer;
    expect(peer('elsewhere', '10.0.0.2')).toBe('aaaaaaaaaaaa');
    expect(peer('elsewhere', '10.0.0.2', NOW + 601)).toBe('');
    expect([peer('ck06', '127.0.0.1'), peer('elsewhere', '127.0.0.1')]).toEqual(['bbbbbbbbbbbb', '']);
  });
});

test('an end without a direction is told by its port', () => {
  const sideOf = (...fields: readonly Field[]) => {
    const http: Field = [37, byClass(1, '/', [0, 1, 0, 0, 0], sketch(700))];
    return rows(messageOf(connection([45, -1], http, ...fields))).intake.requests[0].side;
  };
  const ends: readonly Field[] = [
    [5, address('10.0.0.1', 40_000)],
    [6, address('10.0.0.2', 80)],
  ];
  expect(sideOf(...ends)).toBe('client');
  expect(sideOf(...ends, [19, 3], [41, 2])).toBe('server');
  expect(sideOf([5, address('10.0.0.1', 80)], [6, address('10.0.0.2', 40_000)], [41, 1])).toBe('client');
});

test('a request that the proxy of a mesh hands on within its pod counts once', () => {
  const http: Field = [37, byClass(1, '/', [0, 3, 0, 0, 0], sketch(700, 701, 702))];
  const from = (ip: string) =>
    connection([5, address('10.0.0.2', 8080, CONTAINER)], [6, address(ip, 41_000)], [19, 1], [45, -1], http);
  const both = rows(messageOf(from('10.0.0.3'), from('127.0.0.6')));
  expect(both.intake.requests.map(({ count, peerAddress }) => [count, peerAddress])).toEqual([[3, '10.0.0.3']]);
  expect([...both.rejected.reasons.values()]).toEqual([1]);
  expect(rows(messageOf(from('127.0.0.6'))).intake.requests).toMatchObject([{ count: 3 }]);
});

test('an instance is in the pod its tags name', () => {
  const texts = ['service:billing', 'pod_name:billing-0', 'kube_namespace:shop'].map((text) => Buffer.from(text));
  const positions = texts.map((_, i) => 5 + texts.slice(0, i).reduce((at, text) => at + 2 + text.length, 0));
  const u32 = (value: number) => [value & 255, value >> 8, 0, 0];
  const tags = Buffer.concat([
    Buffer.from([2, ...u32(positions[2] + 2 + texts[2].length)]),
    ...texts.flatMap((text) => [Buffer.from([text.length, 0]), text]),
    Buffer.from([3, 0, ...positions.flatMap(u32)]),
  ]);
  const http: Field = [37, byClass(1, '/t', [0, 1, 0, 0, 0], sketch(700))];
  const served = connection([5, address('10.0.1.2', 82, CONTAINER)], [6, address('10.0.1.3', 40_001)], [19, 1], http);
  const { intake } = rows(messageOf(served, [38, tags]));
  expect(intake.resources).toMatchObject([
    { service: 'billing', attributes: { 'k8s.pod.name': 'billing-0', 'k8s.namespace.name': 'shop' } },
  ]);
});
