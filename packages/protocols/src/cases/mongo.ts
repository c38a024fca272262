import { client, type ProtocolCase, server } from './case.ts';

const byte = (...values: number[]): string => String.fromCharCode(...values);
const int32 = (value: number): string => byte(value & 255, (value >> 8) & 255, (value >> 16) & 255, value >>> 24);

type Value = string | number | boolean | Value[] | { readonly [name: string]: Value };

/** BSON; numbers are doubles where they have a fraction, else 32-bit. */
function bson(value: { readonly [name: string]: Value } | Value[]): string {
  const elements = Object.entries(value).map(([name, one]) => {
    if (typeof one === 'string') return `${byte(2)}${name}\0${int32(one.length + 1)}${one}\0`;
    if (typeof one === 'boolean') return `${byte(8)}${name}\0${byte(one ? 1 : 0)}`;
    if (typeof one === 'number') return `${byte(16)}${name}\0${int32(one)}`;
    return `${byte(Array.isArray(one) ? 4 : 3)}${name}\0${bson(one)}`;
  });
  const body = `${elements.join('')}\0`;
  return int32(body.length + 4) + body;
}

const frame = (opcode: number, id: number, responseTo: number, body: string): string =>
  int32(body.length + 16) + int32(id) + int32(responseTo) + int32(opcode) + body;
const msg = (id: number, responseTo: number, document: Parameters<typeof bson>[0], flags = 0, before = ''): string =>
  frame(2013, id, responseTo, `${int32(flags)}${before}\0${bson(document)}`);
const sequence = (name: string, ...documents: Parameters<typeof bson>[0][]): string => {
  const body = `${name}\0${documents.map(bson).join('')}`;
  return byte(1) + int32(body.length + 4) + body;
};
const reply = (id: number, responseTo: number, ...documents: Parameters<typeof bson>[0][]): string =>
  frame(
    1,
    id,
    responseTo,
    int32(0) + int32(0) + int32(0) + int32(0) + int32(documents.length) + documents.map(bson).join(''),
  );
const query = (id: number, name: string, document: Parameters<typeof bson>[0]): string =>
  frame(2004, id, 0, `${int32(0)}${name}\0${int32(0)}${int32(-1)}${bson(document)}`);

const find = msg(1, 0, { find: 'users', filter: { mail: 'secret' }, $db: 'shop' });

export const mongoCases: readonly ProtocolCase[] = [
  {
    name: 'OP_MSG: command, collection and database; values are not kept; answers out of order',
    pieces: [
      client(find),
      client(msg(2, 0, { insert: 'orders', ordered: true, $db: 'shop' }, 0, sequence('documents', { a: 'secret' }, { a: 1 }))),
      client(msg(3, 0, { getMore: 5, collection: 'users', $db: 'shop' })),
      server(msg(90, 2, { n: 2, ok: 1 }) + msg(91, 3, { cursor: { nextBatch: [{ a: 1 }] }, ok: 1 })),
      server(msg(92, 1, { cursor: { firstBatch: [{ a: 'secret' }], ns: 'shop.users' }, ok: 1 })),
    ],
    calls: [
      { operation: 'insert', target: 'orders', namespace: 'shop', status: 'OK', outcome: 'complete' },
      { operation: 'getMore', target: 'users', status: 'OK' },
      {
        protocol: 'mongo', operation: 'find', target: 'users', namespace: 'shop', statement: '', status: 'OK', error: '',
        outcome: 'complete', requestBytes: find.length, complete: true,
      },
    ],
  },
  {
    name: 'errors of a command and of a write',
    pieces: [
      client(msg(1, 0, { drop: 'nothing', $db: 'shop' })),
      server(msg(9, 1, { ok: 0, errmsg: 'ns not found', code: 26, codeName: 'NamespaceNotFound' })),
      client(msg(2, 0, { insert: 'users', $db: 'shop' })),
      server(msg(10, 2, { n: 0, writeErrors: [{ index: 0, code: 11000, errmsg: 'E11000 duplicate key { a: "secret" }' }], ok: 1 })),
    ],
    calls: [
      { operation: 'drop', target: 'nothing', status: '26', error: 'NamespaceNotFound' },
      { operation: 'insert', target: 'users', status: '11000', error: '11000' },
    ],
  },
  {
    name: 'no answer where more is to come; answers that nobody asked for belong to no request',
    pieces: [
      client(msg(1, 0, { insert: 'log', $db: 'shop' }, 2)),
      client(msg(2, 0, { hello: 1, $db: 'admin' }, 1 << 16)),
      server(msg(50, 2, { ok: 1 }, 2)),
      server(msg(51, 50, { ok: 1 }, 2)),
      server(msg(52, 51, { ok: 1 })),
      client(msg(3, 0, { ping: 1, $db: 'admin' })),
      server(msg(53, 3, { ok: 1 })),
    ],
    calls: [
      { operation: 'insert', target: 'log', outcome: 'oneway' },
      { operation: 'hello', namespace: 'admin', status: 'OK', outcome: 'complete' },
      { operation: 'ping', status: 'OK', outcome: 'complete' },
    ],
  },
  {
    name: 'legacy messages',
    pieces: [
      client(query(1, 'admin.$cmd', { isMaster: 1 })),
      server(reply(9, 1, { ok: 1 })),
      client(query(2, 'shop.users', { mail: 'secret' })),
      server(reply(10, 2, { ok: 'a field' }, { b: 1 })),
      client(frame(2002, 3, 0, `${int32(0)}shop.users\0${bson({ a: 1 })}`)),
      client(frame(2005, 4, 0, `${int32(0)}shop.users\0${int32(0)}${int32(7)}${int32(0)}`)),
      server(reply(11, 4, { b: 1 })),
      client(query(5, 'shop.$cmd', { $query: { count: 'users' }, $readPreference: { mode: 'x' } })),
      server(reply(12, 5, { ok: 0, errmsg: 'unauthorized', code: 13 })),
      client(frame(2007, 6, 0, int32(0) + int32(1) + int32(7) + int32(0))),
      client(frame(2005, 7, 0, `${int32(0)}shop.users\0${int32(0)}${int32(7)}${int32(0)}`)),
      server(frame(1, 13, 7, int32(1) + int32(0) + int32(0) + int32(0) + int32(0))),
    ],
    calls: [
      { operation: 'isMaster', namespace: 'admin', target: '', status: 'OK' },
      { operation: 'find', namespace: 'shop', target: 'users', status: 'OK' },
      { operation: 'insert', target: 'users', outcome: 'oneway' },
      { operation: 'getMore', target: 'users', status: 'OK' },
      { operation: 'count', namespace: 'shop', target: 'users', status: '13', error: '13' },
      { operation: 'killCursors', outcome: 'oneway' },
      { operation: 'getMore', target: 'users', status: '43', error: 'CursorNotFound' },
    ],
  },
  {
    name: 'compressed messages are counted',
    pieces: [
      client(frame(2012, 1, 0, `${int32(2013)}${int32(100)}${byte(1)}abcdefgh`)),
      server(frame(2012, 9, 1, `${int32(2013)}${int32(100)}${byte(2)}abcdefgh`)),
    ],
    calls: [{ operation: 'COMPRESSED', status: 'OK', outcome: 'complete', complete: false }],
  },
  {
    name: 'a large insert and a large result beyond the capture limit',
    whole: 'bytes are missing',
    pieces: [
      client(msg(1, 0, { insert: 'big', $db: 'shop', documents: [{ a: 'x'.repeat(20_000) }] }).slice(0, 8000), 12_098),
      server(msg(9, 1, { n: 1, ok: 1 })),
      client(msg(2, 0, { find: 'big', $db: 'shop' })),
      server(msg(10, 2, { cursor: { firstBatch: ['x'.repeat(50_000)] }, ok: 1 }).slice(0, 6000), 44_082),
      client(msg(3, 0, { ping: 1, $db: 'shop' })),
      server(msg(11, 3, { ok: 1 })),
    ],
    calls: [
      { operation: 'insert', target: 'big', namespace: 'shop', status: 'OK', complete: true },
      { operation: 'find', target: 'big', status: 'OK', complete: true },
      { operation: 'ping', status: 'OK' },
    ],
  },
]; // biome-ignore format: one case reads as one block
