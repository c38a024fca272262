import { zstdDecompressSync } from 'node:zlib';
import { createClient, type ERRORS } from '@sonde/api';
import { binOf, valueOfBin } from '@sonde/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../../test-server.ts';
import {
  address,
  byClass,
  byCode,
  Double,
  FIELD_DOMAINS,
  FIELD_MESSAGE,
  type Field,
  frame,
  GAMMA,
  POD,
  podsMessage,
  proto,
  SEEN,
  seenMessage,
  sketch,
} from './message.case.ts';

let server: TestServer;
const now = Math.floor(Date.now() / 1000);
let requestId = 0n;

beforeAll(async () => {
  server = await startTestServer({ intake: { maxBytes: 50_000, maxDecompressedBytes: 200_000, tokens: ['key'] } });
});
afterAll(() => server[Symbol.asyncDispose]());

interface Sent {
  readonly path?: string;
  readonly type?: string;
  readonly headers?: Record<string, string>;
}

function send(body: Uint8Array, { path = '/api/v1/connections', type = 'application/x-protobuf', headers }: Sent = {}) {
  requestId += 1n << 14n;
  return fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: {
      'content-type': type,
      'dd-api-key': 'key',
      'x-dd-agent-timestamp': String(now),
      'x-dd-request-id': String(requestId),
      ...headers,
    },
    body: body as Uint8Array<ArrayBuffer>,
  });
}

const range = { from: (now - 300) * 1000, to: (now + 10) * 1000 };
const api = () => createClient(server.url);
/** What the sketch keeps of a duration: the value that stands for its key. */
const valueOfKey = (key: number) => (GAMMA ** key * 2 * GAMMA) / (1 + GAMMA);

describe('the message seen in the field', () => {
  test('GET /pizzas, 6 requests, the service and the pod behind its address', async () => {
    const response = await send(frame(seenMessage()));
    expect([response.status, Buffer.from(await response.arrayBuffer()).toString('hex')]).toEqual([
      200,
      '030017000000000000000000000000001a00',
    ]);
    const name = 'test-service-nodeport.default';
    const { service } = await api().service({ name, ...range });
    const sum = SEEN.keys.reduce((total, key) => total + valueOfKey(key), 0);
    expect(service).toMatchObject({
      name,
      side: 'client',
      kind: 'http',
      requests: 6,
      errors: 0,
      requestBytes: 678,
      responseBytes: 1302,
      upstream: [{ name: '22ff78fc3f6b', requests: 6 }],
      statuses: [{ status: '2xx', requests: 6, errors: 0 }],
    });
    const { instances } = await api().instances({ name, ...range });
    expect(instances).toMatchObject([{ instance: '100.104.84.63:8080', requests: 6 }]);
    expect(service.latency.avg! / (sum / 6)).toBeCloseTo(1, 6);
    expect(service.latency.p50).toBe(valueOfBin(binOf(valueOfKey(645))));
    expect(service.latency.p50! / valueOfKey(645)).toBeGreaterThan(1 / 1.011);
    expect(service.latency.p50! / valueOfKey(645)).toBeLessThan(1.011);
    const { endpoints } = await api().endpoints({ name, ...range });
    expect(endpoints).toMatchObject([
      { protocol: 'http', operation: 'GET', target: '/pizzas', requests: 6, statuses: { '2xx': 6 } },
    ]);
  });

  test('whole, as an agent sends it: by address where its database of names was cut off, by name where it is not', async () => {
    const headers = { 'x-dd-agent-timestamp': String(now - 600) };
    const before = { from: (now - 900) * 1000, to: (now - 400) * 1000 };
    expect((await send(FIELD_MESSAGE, { headers })).status).toBe(200);
    const facts = async (name: string) => {
      const [{ service }, { endpoints }, { instances }] = await Promise.all([
        api().service({ name, ...before }),
        api().endpoints({ name, ...before }),
        api().instances({ name, ...before }),
      ]);
      const [{ operation, target, requests }] = endpoints;
      const pods = instances.map(({ instance }) => instance);
      return { operation, target, requests, callers: service.upstream.map((each) => each.name), pods };
    };
    const seen = { operation: 'GET', target: '/pizzas', requests: 6 };
    const ends = { callers: ['22ff78fc3f6b'], pods: ['100.104.84.63:8080'] };
    expect(await facts('10.96.2.86:8080')).toEqual({ ...seen, ...ends });
    // A field behind the others belongs to the same message.
    const whole = Buffer.concat([zstdDecompressSync(FIELD_MESSAGE.subarray(16)), proto([36, FIELD_DOMAINS])]);
    expect((await send(frame(whole), { headers })).status).toBe(200);
    expect(await facts('test-service-nodeport.default')).toEqual({ ...seen, ...ends });
  });

  test('a repetition counts once, by request id and by content', async () => {
    const id = String(987654321n << 14n);
    const before = (await api().services(range)).services.reduce((total, { requests }) => total + requests, 0);
    for (let i = 0; i < 3; i++)
      expect((await send(frame(seenMessage()), { headers: { 'x-dd-request-id': id } })).status).toBe(200);
    const noId = frame(seenMessage({ fields: [[30, 7]] }));
    for (let i = 0; i < 3; i++) expect((await send(noId, { headers: { 'x-dd-request-id': '' } })).status).toBe(200);
    const after = (await api().services(range)).services.reduce((total, { requests }) => total + requests, 0);
    expect(after - before).toBe(12);
  });

  test('plain protobuf and the JSON of the same', async () => {
    const path = '/json/{id}';
    const http = byClass(2, '/json/77', [0, 0, 0, 1, 2], sketch(700));
    expect(
      (
        await send(
          frame(seenMessage({ aggregations: byClass(2, '/json/77', [0, 1, 0, 0, 0], sketch(700)) }), { encoding: 0 }),
        )
      ).status,
    ).toBe(200);
    const json = {
      hostName: SEEN.host,
      connections: [
        {
          pid: SEEN.pid,
          laddr: { ...SEEN.client, containerId: SEEN.container },
          raddr: SEEN.service,
          direction: 2,
          lastBytesSent: '678',
          lastBytesReceived: 1302,
          ipTranslation: { replSrcIP: SEEN.pod.ip, replSrcPort: SEEN.pod.port, replDstIP: '1.2.3.4', replDstPort: 1 },
          httpAggregations: http.toString('base64'),
          rtt: 731,
          tagsIdx: -1,
        },
      ],
      containerForPid: { [SEEN.pid]: SEEN.container },
      connTelemetryMap: { conns_closed: 1100 },
      encodedConnectionsTags: 'AgUAAAA=',
    };
    expect((await send(Buffer.from(JSON.stringify(json)), { type: 'application/json' })).status).toBe(200);
    const { service } = await api().service({ name: '22ff78fc3f6b', ...range });
    const { endpoints } = await api().endpoints({ name: 'test-service-nodeport.default', ...range });
    expect(endpoints.find(({ target }) => target === path)).toMatchObject({
      operation: 'POST',
      statuses: { '2xx': 1 },
    });
    const peer = service.downstream.find(({ name }) => name === '10.96.2.86:8080');
    expect(peer).toMatchObject({ requests: 3, errors: 2 });
  });
});

describe('mapping', () => {
  const local = (name: string, port: number) => address(`10.0.0.${port % 250}`, port, name.padEnd(64, '0'));

  test('codes instead of classes, the server side, errors, HTTP/2, gRPC and failed connections', async () => {
    const codes = byCode(1, '/users/123?x=1', {
      200: [3, sketch(700, 701, 702)],
      404: [1, proto()],
      503: [2, sketch(900, 900)],
    });
    const connection = (fields: readonly Field[]) =>
      proto(
        [5, local('aaaaaaaaaaaa', 8080)],
        [6, address('10.9.9.9', 41000)],
        [16, 1000],
        [17, 600],
        [19, 1],
        [45, -1],
        ...fields,
      );
    const call = proto([
      1,
      proto([1, proto()], [1, proto([1, 1], [4, new Double(5e6)])], [4, '/shop.Orders/Place'], [5, 2], [6, 1]),
    ]);
    const message = proto(
      [2, 'ck06'],
      [3, connection([[37, codes]])],
      [
        3,
        connection([
          [50, call],
          [48, proto([1, 4], [1, 11])],
        ]),
      ],
      [
        3,
        proto(
          [5, local('bbbbbbbbbbbb', 50000)],
          [6, address('10.9.9.8', 5432)],
          [19, 2],
          [45, -1],
          [52, proto([1, 111], [2, 7])],
          [52, proto([1, 104], [2, 2])],
        ),
      ],
    );
    expect((await send(frame(message))).status).toBe(200);
    const { service } = await api().service({ name: 'aaaaaaaaaaaa', ...range });
    expect(service).toMatchObject({ side: 'server', requests: 7, errors: 2, requestBytes: 1200, responseBytes: 2000 });
    const { endpoints } = await api().endpoints({ name: 'aaaaaaaaaaaa', ...range });
    expect(endpoints).toMatchObject([
      { protocol: 'http', operation: 'GET', target: '/users/{id}', statuses: { 200: 3, 404: 1, 503: 2 } },
      { protocol: 'grpc', operation: 'Place', target: 'shop.Orders', requests: 1, latency: { avg: 5e6 } },
    ]);
    const failing = await api().service({ name: 'bbbbbbbbbbbb', ...range });
    expect(failing.service.downstream).toMatchObject([{ name: '10.9.9.8:5432', requests: 9, errors: 9 }]);
  });

  test('a key of only classes stays a class until the agent is known to count codes', async () => {
    const message = (host: string) =>
      proto(
        [2, host],
        [
          3,
          proto(
            [5, address('10.0.1.1', 80)],
            [6, address('10.0.1.2', 40000)],
            [19, 1],
            [45, -1],
            [37, byCode(1, '/', { 200: [1, sketch(700)] })],
          ),
        ],
      );
    await send(frame(message('old-host')), { headers: { 'x-dd-processagentversion': '7.44.1' } });
    await send(frame(message('new-host')), { headers: { 'x-dd-processagentversion': '7.52.0' } });
    const statuses = async (name: string) => (await api().service({ name, ...range })).service.statuses;
    expect(await statuses('old-host')).toMatchObject([{ status: '2xx' }]);
    expect(await statuses('new-host')).toMatchObject([{ status: '200' }]);
  });

  test('a service is named by its tags', async () => {
    const tag = Buffer.from('service:checkout');
    const tags = Buffer.concat([Buffer.from([2, 23, 0, 0, 0, tag.length, 0]), tag, Buffer.from([1, 0, 5, 0, 0, 0])]);
    const message = proto(
      [2, 'ck07'],
      [
        3,
        proto(
          [5, local('cccccccccccc', 81)],
          [6, address('10.0.1.2', 40000)],
          [19, 1],
          [37, byClass(1, '/t', [0, 1, 0, 0, 0], sketch(700))],
        ),
      ],
      [38, tags],
    );
    expect((await send(frame(message))).status).toBe(200);
    expect((await api().service({ name: 'checkout', ...range })).service).toMatchObject({
      requests: 1,
      side: 'server',
    });
  });
});

test('pods give the instances of connections their state, whatever endpoint they come to', async () => {
  expect((await send(frame(seenMessage()))).status).toBe(200);
  const unread = Buffer.concat([podsMessage(), proto([6, proto([1, proto([1, 'nobody'])])])]);
  expect((await send(frame(unread, { type: 41 }), { path: '/api/v2/orch' })).status).toBe(200);
  const { instances } = await api().instances({ name: 'test-service-nodeport.default', ...range });
  const pod = { name: POD.name, namespace: 'default', uid: POD.uid, owner: 'Deployment test' };
  const state = { host: 'ck06', status: 'CrashLoopBackOff', ready: 1, containers: 2, restarts: 3 };
  expect(instances).toMatchObject([{ instance: '100.104.84.63:8080', ...state, started: POD.started * 1000, pod }]);
  expect((await send(frame(podsMessage({ isNew: false }), { type: 41 }))).status).toBe(200);
  const { imports } = await api().imports({});
  expect(imports.unread).toContainEqual({ reason: 'pods without a name or a uid', count: 1 });
});

describe('refusals', () => {
  const cases: [string, Uint8Array, number, keyof typeof ERRORS, Sent?][] = [
    ['nothing', Buffer.alloc(0), 400, 'SONDE_INTAKE_BAD_FRAME'],
    ['a cut header', frame(seenMessage()).subarray(0, 12), 400, 'SONDE_INTAKE_BAD_FRAME'],
    ['a cut body', frame(seenMessage()).subarray(0, 200), 400, 'SONDE_INTAKE_BAD_FRAME'],
    ['a cut message', frame(seenMessage().subarray(0, 300)), 400, 'SONDE_INTAKE_BAD_FRAME'],
    ['an unknown version', Buffer.concat([Buffer.from([9]), frame(seenMessage())]), 400, 'SONDE_INTAKE_BAD_FRAME'],
    ['an unknown encoding', frame(seenMessage(), { encoding: 3 }), 400, 'SONDE_INTAKE_BAD_FRAME'],
    ['the zstd before 1.0', frame(seenMessage(), { encoding: 2 }), 400, 'SONDE_INTAKE_BAD_FRAME'],
    ['an unknown type', frame(seenMessage(), { type: 200 }), 400, 'SONDE_INTAKE_BAD_FRAME'],
    ['too large as sent', Buffer.alloc(60_000), 413, 'SONDE_INTAKE_TOO_LARGE'],
    ['too large inside', frame(Buffer.alloc(300_000)), 413, 'SONDE_INTAKE_TOO_LARGE'],
    ['pods in the zstd before 1.0', frame(podsMessage(), { encoding: 2, type: 41 }), 400, 'SONDE_INTAKE_BAD_FRAME'],
    ['cut pods', frame(podsMessage().subarray(0, 90), { type: 41 }), 400, 'SONDE_INTAKE_BAD_FRAME'],
    ['too many pods', frame(Buffer.alloc(300_000), { type: 41 }), 413, 'SONDE_INTAKE_TOO_LARGE'],
    ['no JSON', Buffer.from('{'), 400, 'SONDE_INTAKE_BAD_FRAME', { type: 'application/json' }],
    ['other JSON', Buffer.from('{"connections":5}'), 400, 'SONDE_INTAKE_BAD_FRAME', { type: 'application/json' }],
    ['a wrong key', frame(seenMessage()), 401, 'SONDE_INTAKE_UNAUTHORIZED', { headers: { 'dd-api-key': 'no' } }],
    ['a wrong time', frame(seenMessage()), 400, 'SONDE_INTAKE_BAD_FRAME', { headers: { 'x-dd-agent-timestamp': '5' } }],
  ];

  test('each has its code and is counted', async () => {
    for (const [name, body, status, code, sent] of cases) {
      const response = await send(body, sent);
      expect([name, response.status, await response.json()]).toMatchObject([name, status, { error: { code } }]);
    }
    const { imports } = await api().imports({});
    const expected = Object.groupBy(cases, ([, , , code]) => code);
    for (const [code, list] of Object.entries(expected)) {
      expect(imports.refused.find((each) => each.reason === code)).toEqual({ reason: code, count: list!.length });
    }
  });

  test('of frames broken anywhere each is answered and counted', async () => {
    const whole = frame(seenMessage());
    const accounted = async () => {
      const { imports } = await api().imports({});
      const refused = imports.refused.reduce((sum, { count }) => sum + count, 0);
      return { refused, all: imports.stored + imports.repeated + imports.ignored + refused };
    };
    const before = await accounted();
    const statuses = await Promise.all(
      Array.from({ length: 150 }, async (_, i) => {
        const broken = Buffer.from(whole);
        broken[(i * 7919) % broken.length] ^= 1 + (i % 255);
        const response = await send(i % 3 === 0 ? broken.subarray(0, (i * 31) % broken.length) : broken);
        return response.status;
      }),
    );
    expect(statuses.filter((status) => ![200, 400, 413].includes(status))).toEqual([]);
    const after = await accounted();
    expect(after.all - before.all).toBe(statuses.length);
    expect(after.refused - before.refused).toBe(statuses.filter((status) => status !== 200).length);
    expect(after.refused - before.refused).toBeGreaterThan(50);
  });

  test('messages of other kinds are taken and left aside', async () => {
    const before = (await api().imports({})).imports.ignored;
    for (const [path, type] of [
      ['/api/v1/collector', 12],
      ['/api/v2/orch', 42],
      ['/api/v1/connections', 39],
    ] as const) {
      expect((await send(frame(Buffer.alloc(3), { type, encoding: 2 }), { path })).status).toBe(200);
    }
    expect((await send(Buffer.from([1]), { path: '/api/v2/proclcycle' })).status).toBe(200);
    expect((await api().imports({})).imports.ignored - before).toBe(4);
  });

  test('a part that cannot be read is counted, the rest is kept', async () => {
    const message = proto(
      [2, 'ck08'],
      [
        3,
        proto(
          [5, address('10.0.2.1', 80)],
          [6, address('10.0.2.2', 40000)],
          [19, 1],
          [45, -1],
          [37, byClass(1, '/good', [0, 1, 0, 0, 0], sketch(700))],
        ),
      ],
      [
        3,
        proto(
          [5, address('10.0.2.1', 80)],
          [6, address('10.0.2.3', 40000)],
          [19, 1],
          [45, -1],
          [37, byClass(1, '/more', [0, 1, 0, 0, 0], sketch(700, 701))],
        ),
      ],
    );
    expect((await send(frame(message))).status).toBe(200);
    expect((await api().endpoints({ name: 'ck08', ...range })).endpoints).toMatchObject([
      { target: '/good', requests: 1 },
    ]);
    const { imports } = await api().imports({});
    expect(imports.unread.find(({ reason }) => reason.includes('more than was counted'))).toMatchObject({ count: 1 });
  });
});
