/** Writes Datadog messages for tests: the wire format in a few lines, apart from the decoder under test. */
import { zstdCompressSync } from 'node:zlib';

export type Field = readonly [number: number, value: number | string | Uint8Array | Double | Signed];

/** A fixed 64-bit value. */
export class Double {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/** A zig-zag varint. */
export class Signed {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

function varint(value: number): number[] {
  let rest = BigInt.asUintN(64, BigInt(value));
  const out: number[] = [];
  for (; rest > 0x7fn; rest >>= 7n) out.push(Number(rest & 0x7fn) | 0x80);
  return [...out, Number(rest)];
}

function field([number, value]: Field): Buffer {
  const tag = (wire: number) => varint(number * 8 + wire);
  if (typeof value === 'number') return Buffer.from([...tag(0), ...varint(value)]);
  if (value instanceof Signed) return Buffer.from([...tag(0), ...varint(value.value * 2)]);
  if (value instanceof Double) {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(value.value);
    return Buffer.concat([Buffer.from(tag(1)), bytes]);
  }
  const bytes = Buffer.from(value as Uint8Array);
  return Buffer.concat([Buffer.from([...tag(2), ...varint(bytes.length)]), bytes]);
}

export const proto = (...fields: readonly Field[]): Buffer => Buffer.concat(fields.map(field));

/** The base agents use: (1 + 0.01) / (1 - 0.01). */
export const GAMMA = 1.02020202020202;

/** A DDSketch with one duration a key. */
export const sketch = (...keys: readonly number[]): Buffer =>
  proto(
    [1, proto([1, new Double(GAMMA)])],
    [2, proto(...keys.map((key): Field => [1, proto([1, new Signed(key)], [2, new Double(1)])]))],
    [3, proto()],
  );

const stats = (count: number, durations: Uint8Array) => (count === 0 ? proto() : proto([1, count], [2, durations]));

/** HTTPAggregations of the generation that counts five classes. */
export const byClass = (method: number, path: string, counts: readonly number[], durations: Uint8Array): Buffer =>
  proto([2, proto(...counts.map((n): Field => [1, stats(n, durations)]), [4, path], [5, method], [6, 1])]);

/** HTTPAggregations of the generation that counts status codes. */
export const byCode = (method: number, path: string, codes: Record<number, [number, Uint8Array]>): Buffer =>
  proto([
    2,
    proto(
      ...Object.entries(codes).map(
        ([code, [n, durations]]): Field => [2, proto([1, Number(code)], [2, stats(n, durations)])],
      ),
      [4, path],
      [5, method],
      [6, 1],
    ),
  ]);

export const address = (ip: string, port: number, containerId = ''): Buffer =>
  proto([2, ip], [3, port], ...(containerId === '' ? [] : [[5, containerId] as Field]));

/** The facts of a message seen in the field: a client's pod calls a service of the cluster, which is one pod. */
export const SEEN = {
  host: 'ck12',
  pid: 449660,
  container: '22ff78fc3f6b56096d667cc0e8047cd6a79f2896e7b7cf74f0a99edda5f75a32',
  client: { ip: '100.119.159.33', port: 54544 },
  service: { ip: '10.96.2.86', port: 8080 },
  pod: { ip: '100.104.84.63', port: 8080 },
  domain: 'test-service-nodeport.default.svc.cluster.local',
  path: '/pizzas',
  requests: 6,
  /** Keys of the sketch; the sixth was not legible and is made up. */
  keys: [643, 644, 645, 659, 661, 662],
  bytesSent: 678,
  bytesReceived: 1302,
} as const;

/**
 * The same message whole, put together from what was legible of it, with its frame. It has look-ups (10.96.2.86 is the name
 * at offset 47), but its database of domains was cut off and is not in it.
 */
export const FIELD_MESSAGE: Buffer = Buffer.from(
  'AwQWAAAAAAAAAAAAAAAAACi1L/1kQgHVDABmV1tDIG/bBgdgM41gNCVGAmwQHgivQEYFSAb+o0lGSHGPsOouklHZXnec4CYTg5zm' +
    '7ZVuEtndEAEsEcZbGrP/31qH9ZNNO0QASgBPABvHca232q3cd/ZkjjV2u84b5na2Ksbr3hljDuuKLw/u1e5Y7v1eBR1RGNKoKqov' +
    'S7W1tFa7oSB0FEBxMckVG9eGbAsVmLmpyzRhxpmBelCGH0OaLHgUicWTiMLQgazC1MKoVTUzwYccEBQB403kg5gffkQ6ebCmIGnB' +
    'QUVCFtLAGL0Ua1rtpDj3VtuV+xVYvZr3+DewiR/FSDaQ4Xd+ssgS7/NZ4PvyJRSDj6haTIRQ0YFD5SWKr8/hbSIiIJ1HBoIZN0aE' +
    'JyQjU2ZmKzHA3DBl5gMqW/k4EUGDgxeYkocOxz0PpILmcc8H1IVspgCZEjsc77oPiNO8z+MYLnCQ1n0fhQGTgEyJMUpSkiUefJwp' +
    'vpbaimLWauTjbGkFQGpfNcWWBhAAhDufaAOhbA0308oVW4tajK3cHbAdOBg4BBw35pWB++BErZhHiqE1aAwMkoM=',
  'base64',
);

/**
 * The database of domains of that message: of four names two were legible. That the second is the service's follows from
 * the offsets: 47 + 1 + its length is 95, where the third begins.
 */
export const FIELD_DOMAINS: Buffer = Buffer.concat([
  Buffer.from([4, 0]),
  ...['vizier-query-broker-svc.pl.svc.cluster.local', SEEN.domain, 'x'.repeat(32), 'y'].map(text),
]);

function text(value: string): Buffer {
  return Buffer.concat([Buffer.from([value.length]), Buffer.from(value)]);
}

/** One domain, and the look-up of the service's address that refers to it. */
export function names(ip: string, domain: string): { readonly domains: Buffer; readonly lookups: Buffer } {
  const domains = Buffer.concat([Buffer.from([1, 0]), text(domain)]);
  const lookups = Buffer.concat([Buffer.from([2, 1, 0, 1, 0, 0, 1]), text(ip), Buffer.from([1, 2])]);
  return { domains, lookups };
}

export interface SeenOptions {
  readonly aggregations?: Uint8Array;
  readonly http2?: Uint8Array;
  readonly direction?: number;
  readonly fields?: readonly Field[];
}

export function seenMessage({ aggregations, http2, direction = 2, fields = [] }: SeenOptions = {}): Buffer {
  const http = aggregations ?? byClass(1, SEEN.path, [0, SEEN.requests, 0, 0, 0], sketch(...SEEN.keys));
  const { domains, lookups } = names(SEEN.service.ip, SEEN.domain);
  const connection = proto(
    [1, SEEN.pid],
    [5, address(SEEN.client.ip, SEEN.client.port, SEEN.container)],
    [6, address(SEEN.service.ip, SEEN.service.port)],
    [16, SEEN.bytesSent],
    [17, SEEN.bytesReceived],
    [19, direction],
    [21, proto([1, SEEN.pod.ip], [2, SEEN.client.ip], [3, SEEN.pod.port], [4, SEEN.client.port])],
    [36, -1],
    [37, http],
    [45, -1],
    ...(http2 === undefined ? [] : [[50, http2] as Field]),
    ...fields,
  );
  return proto(
    [2, SEEN.host],
    [3, connection],
    [10, proto([1, SEEN.pid], [2, SEEN.container])],
    [19, 'centos'],
    [36, domains],
    [37, lookups],
    [38, Buffer.from([2, 5, 0, 0, 0])],
    [39, proto([1, 'kprobes_missed'], [2, 657])],
  );
}

export const POD = {
  uid: 'b8f1c2d0-0000-4000-8000-000000000001',
  name: 'test-7b589b575-895lz',
  namespace: 'default',
  node: 'ck06',
  created: 1_669_950_000,
  started: 1_669_950_042,
  /** The pod has two containers, of which this one is ready. */
  restarts: [2, 1],
} as const;

/** CollectorPod with one pod; its start and what else only newer agents tell, where it is asked for. */
export function podsMessage({ isNew = true, containers = [SEEN.container, ''] } = {}): Buffer {
  const metadata = proto(
    [1, POD.name],
    [2, POD.namespace],
    [3, POD.uid],
    [4, POD.created],
    [6, 'app:test'],
    [8, proto([1, 'test-7b589b575'], [2, 'uid'], [3, 'ReplicaSet'])],
  );
  const statuses = containers.map((id, i): Field => {
    const told = id === '' ? [] : ([[2, `containerd://${id}`]] as Field[]);
    return [7, proto([1, `c${i}`], ...told, ...(i === 0 ? [[3, 1] as Field] : []), [4, POD.restarts[i] ?? 0])];
  });
  const pod = proto(
    [1, metadata],
    [2, SEEN.pod.ip],
    [4, POD.node],
    [5, 'Running'],
    [6, 3],
    ...statuses,
    [9, 'CrashLoopBackOff'],
    [10, '{"kind":"Pod"}'],
    [11, 'kube_service:test'],
    ...(isNew
      ? ([
          [18, POD.started],
          [27, proto([1, 'Ready'])],
        ] as Field[])
      : []),
  );
  return proto([1, POD.node], [2, 'cluster'], [3, 'id'], [4, 7], [5, 1], [6, pod]);
}

/** The frame of version 3; encoding 0 is plain, 4 zstd. */
export function frame(message: Uint8Array, { encoding = 4, type = 22 } = {}): Buffer {
  const head = Buffer.alloc(16);
  head.set([3, encoding, type]);
  return Buffer.concat([head, encoding >= 4 ? zstdCompressSync(message) : message]);
}
