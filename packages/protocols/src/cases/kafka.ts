import { client, type ProtocolCase, server } from './case.ts';

const byte = String.fromCharCode;
const i16 = (value: number) => byte((value >> 8) & 255, value & 255);
const i32 = (value: number) => byte((value >>> 24) & 255, (value >> 16) & 255, (value >> 8) & 255, value & 255);
const str = (text: string) => i16(text.length) + text;
/** A compact string or array length of flexible versions. */
const short = (text: string) => byte(text.length + 1) + text;
const framed = (body: string) => i32(body.length) + body;
const UUID = 'ABCDEFGHIJKLMNOP';
const LONG = '\0'.repeat(8);
const TAGS = '\0';

const request = (key: number, version: number, id: number, body: string, tags = '') =>
  framed(i16(key) + i16(version) + i32(id) + str('app-1') + tags + body);
const response = (id: number, body: string) => framed(i32(id) + body);

const produce = (id: number, acks: number, records: string) =>
  request(0, 3, id, i16(-1) + i16(acks) + i32(30_000) + i32(1) + str('orders') + i32(1) + i32(0) + framed(records));
const produced = (id: number, code: number) =>
  response(id, i32(1) + str('orders') + i32(1) + i32(0) + i16(code) + LONG + LONG + i32(0));
const fetch = (id: number) =>
  request(
    1,
    4,
    id,
    `${i32(-1) + i32(500) + i32(1) + i32(1 << 20)}\0${i32(1)}${str('orders')}${i32(1)}${i32(0)}${LONG}${i32(1)}`,
  );
const fetched = (id: number, code: number, records: string) =>
  response(id, i32(0) + i32(1) + str('orders') + i32(1) + i32(0) + i16(code) + LONG + LONG + i32(-1) + framed(records));

const metadata = (id: number) =>
  request(3, 12, id, `${byte(2) + '\0'.repeat(16) + short('payments') + TAGS}\x01\0${TAGS}`, TAGS);
const cluster = (id: number) =>
  response(
    id,
    TAGS +
      i32(0) +
      byte(2) +
      i32(1) +
      short('kafka-1') +
      i32(9092) +
      byte(0) +
      TAGS +
      short('cluster') +
      i32(1) +
      byte(2) +
      i16(0) +
      short('payments') +
      UUID +
      '\0' +
      byte(2) +
      i16(0) +
      i32(0) +
      i32(1) +
      i32(3) +
      byte(2) +
      i32(1) +
      byte(2) +
      i32(1) +
      byte(1) +
      TAGS +
      i32(0) +
      TAGS +
      TAGS,
  );
const fetchById = (id: number, topics: string) =>
  request(
    1,
    13,
    id,
    `${i32(-1) + i32(500) + i32(1) + i32(1 << 20)}\0${i32(0)}${i32(0)}${topics}${byte(1)}${byte(1)}${TAGS}`,
    TAGS,
  );
const oneTopic = byte(2) + UUID + byte(2) + i32(0) + i32(3) + LONG + i32(-1) + LONG + i32(1 << 20) + TAGS + TAGS;

export const kafkaCases: readonly ProtocolCase[] = [
  {
    name: 'produce and fetch, answered out of order, with an error',
    pieces: [
      client(produce(7, 1, 'the records are not read') + fetch(8)),
      server(fetched(8, 0, 'records') + produced(7, 3)),
      client(fetch(9)),
      server(fetched(9, 1, '')),
    ],
    calls: [
      { protocol: 'kafka', operation: 'Fetch', target: 'orders', status: '0', error: '', outcome: 'complete', requestBytes: fetch(8).length, responseBytes: fetched(8, 0, 'records').length, complete: true },
      { operation: 'Produce', target: 'orders', status: '3', error: 'UNKNOWN_TOPIC_OR_PARTITION' },
      { operation: 'Fetch', target: 'orders', status: '1', error: 'OFFSET_OUT_OF_RANGE' },
    ],
  },
  {
    name: 'flexible versions; topic ids get their names from Metadata; a fetch session keeps its topic',
    pieces: [
      client(request(18, 3, 0, short('java') + short('3.9') + TAGS, TAGS)),
      server(response(0, i16(0) + byte(1) + i32(0) + TAGS)),
      client(metadata(1)),
      server(cluster(1)),
      client(fetchById(2, oneTopic)),
      server(response(2, TAGS + i32(0) + i16(0) + i32(5) + byte(1) + TAGS)),
      client(fetchById(3, byte(1))),
      server(response(3, TAGS + i32(0) + i16(70) + i32(0) + byte(1) + TAGS)),
      client(request(0, 9, 4, `${byte(0)}${i16(-1)}${i32(1)}${byte(2)}${short('refunds')}${byte(1)}${TAGS}${TAGS}`, TAGS)),
      server(response(4, TAGS + byte(2) + short('refunds') + byte(2) + i32(0) + i16(0) + LONG + LONG + LONG + byte(1, 0) + TAGS + TAGS + i32(0) + TAGS)),
    ],
    calls: [
      { operation: 'ApiVersions', target: '', status: '0' },
      { operation: 'Metadata', target: 'payments', status: '0' },
      { operation: 'Fetch', target: 'payments', status: '0' },
      { operation: 'Fetch', target: 'payments', status: '70', error: 'FETCH_SESSION_ID_NOT_FOUND' },
      { operation: 'Produce', target: 'refunds', status: '0', outcome: 'complete' },
    ],
  },
  {
    name: 'acks 0 is one-way',
    pieces: [client(produce(1, 0, 'x') + produce(2, -1, 'y')), server(produced(2, 0))],
    calls: [{ operation: 'Produce', outcome: 'oneway' }, { operation: 'Produce', target: 'orders', status: '0', outcome: 'complete' }],
  },
  {
    name: 'groups: coordinator, join, heartbeat, commit',
    pieces: [
      client(request(10, 4, 1, byte(0, 2) + short('billing') + TAGS, TAGS)),
      server(response(1, TAGS + i32(0) + byte(2) + short('billing') + i32(1) + short('h') + i32(9092) + i16(15) + byte(0) + TAGS + TAGS)),
      client(request(11, 7, 2, short('billing') + i32(1) + i32(1), TAGS)),
      server(response(2, TAGS + i32(0) + i16(79) + i32(-1))),
      client(request(12, 2, 3, str('billing') + i32(5) + str('member'))),
      server(response(3, i32(0) + i16(27))),
      client(request(8, 3, 4, str('billing') + i32(5) + str('member') + LONG + i32(1) + str('orders') + i32(1) + i32(0) + LONG + i16(-1))),
      server(response(4, i32(0) + i32(1) + str('orders') + i32(1) + i32(0) + i16(0))),
    ],
    calls: [
      { operation: 'FindCoordinator', target: 'billing', error: 'COORDINATOR_NOT_AVAILABLE' },
      { operation: 'JoinGroup', target: 'billing', status: '79', error: 'MEMBER_ID_REQUIRED' },
      { operation: 'Heartbeat', target: 'billing', error: 'REBALANCE_IN_PROGRESS' },
      { operation: 'OffsetCommit', target: 'orders', status: '0' },
    ],
  },
  {
    name: 'SASL without headers, then a request',
    pieces: [
      client(request(17, 0, 1, str('PLAIN'))),
      server(response(1, i16(0) + i32(1) + str('PLAIN'))),
      client(framed('\0me\0secret')),
      server(framed('')),
      client(request(3, 1, 2, i32(1) + str('orders'))),
      server(response(2, `${i32(0) + i32(1) + i32(1) + i16(5) + str('orders')}\0${i32(0)}`)),
    ],
    calls: [
      { operation: 'SaslHandshake', target: 'PLAIN', status: '0' },
      { operation: 'Metadata', target: 'orders', status: '5', error: 'LEADER_NOT_AVAILABLE' },
    ],
  },
  {
    name: 'records beyond the capture limit',
    whole: 'bytes are missing',
    pieces: [
      client(produce(1, 1, 'r'.repeat(50_000)).slice(0, 300), produce(1, 1, 'r'.repeat(50_000)).length - 300),
      server(produced(1, 0)),
      client(fetch(2)),
      server(fetched(2, 0, 'r'.repeat(90_000)).slice(0, 16_384), 90_000 + 65 - 16_384),
      client(fetch(3)),
      server(fetched(3, 0, '')),
    ],
    calls: [
      { operation: 'Produce', target: 'orders', status: '0', requestBytes: 50_000 + produce(1, 1, '').length, complete: true },
      { operation: 'Fetch', target: 'orders', status: '0' },
      { operation: 'Fetch', status: '0', responseBytes: fetched(3, 0, '').length },
    ],
  },
  {
    name: 'mid-stream: a response without its request is nobody\'s',
    whole: 'the first piece answers an unseen request',
    pieces: [server(response(41, i32(0))), client(fetch(42)), server(fetched(42, 0, ''))],
    calls: [{ operation: 'Fetch', target: 'orders', status: '0' }],
  },
]; // biome-ignore format: one case reads as one block
