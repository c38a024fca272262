import { client, type ProtocolCase, server } from './case.ts';

const byte = (...values: number[]): string => String.fromCharCode(...values);
const int32 = (value: number): string => byte(value & 255, (value >> 8) & 255, (value >> 16) & 255, value >>> 24);
const varint = (value: number): string => (value < 128 ? byte(value) : byte((value & 127) | 128) + varint(value >>> 7));
const text = (value: string): string => varint(value.length) + value;

const hello = (revision: number): string =>
  `\0${text('ClickHouse client')}${byte(24, 8)}${varint(revision)}${text('shop')}${text('me')}${text('secret')}`;
const welcome = (revision: number): string =>
  `\0${text('ClickHouse')}${byte(24, 8)}${varint(revision)}${text('UTC')}${text('host')}${byte(1)}`;
const INFO = `${byte(1)}${text('')}${text('')}${text('0.0.0.0:0')}`;
const TCP = `${byte(1)}${text('me')}${text('host')}${text('ClickHouse client')}${byte(24, 8)}`;
const settings = `${text('max_threads')}\0${text('4')}${text('send_logs_level')}${byte(1)}${text('secret')}${text('')}`;
const block = `${byte(2)}${text('')}${byte(1, 0, 2)}${int32(-1)}${byte(0, 0, 0)}`;

/** As revision 54476 writes it; with a trace. */
const query = (sql: string): string =>
  `${byte(1)}${text('id-1')}${INFO}${'\0'.repeat(8)}${TCP}${varint(54476)}${text('')}${byte(0, 3)}${byte(1)}${'t'.repeat(24)}${text('')}${byte(1)}${byte(0, 0, 0)}${byte(0, 0)}\0${settings}${text('\0')}${text('')}${byte(2, 1)}${text(sql)}${text('')}${block}`;
/** As revision 54488 writes it. */
const newQuery = (sql: string): string =>
  `${byte(1)}${text('')}${INFO}${'\0'.repeat(8)}${TCP}${varint(54488)}${text('')}${byte(0, 3)}\0${byte(0, 0, 0)}${byte(0, 0)}\0${text('agent')}\0\0${settings}${text('\0')}${text('')}${byte(2, 1)}${text(sql)}${text('')}${block}`;
/** As revision 54441 writes it. */
const oldQuery = (sql: string): string =>
  `${byte(1)}${text('')}${INFO}${TCP}${varint(54441)}${text('')}${byte(3)}${settings}${text('')}${byte(2, 0)}${text(sql)}${block}`;
const rows = `${byte(1)}${text('')}${byte(1, 0, 2)}${int32(-1)}${byte(0, 1, 1)}${text('a')}${text('UInt8')}${byte(0, 7)}`;
const end = `${byte(6, 1, 1, 7, 1, 0, 1)}${byte(5)}`;
const exception = (code: number, message: string): string =>
  `${byte(2)}${int32(code)}${text('DB::Exception')}${text(`DB::Exception: ${message}`)}${text('stack')}\0`;

const whole = 'blocks do not say how long they are';

export const clickhouseCases: readonly ProtocolCase[] = [
  {
    name: 'hello, ping, queries, an exception; values are not kept',
    whole,
    pieces: [
      client(hello(54480)),
      server(welcome(54476)),
      client(byte(4)),
      server(byte(4)),
      client(query("SELECT a FROM t WHERE b = 'secret'")),
      server(`${rows}${rows}${end}`),
      client(query('SELECT a FROM nowhere')),
      server(exception(60, "Unknown table expression identifier 'nowhere'")),
    ],
    calls: [
      { protocol: 'clickhouse', operation: 'CONNECT', namespace: 'shop', status: 'OK', outcome: 'complete' },
      { operation: 'PING', status: 'OK' },
      {
        operation: 'SELECT', target: 't', statement: 'SELECT a FROM t WHERE b = ?', namespace: 'shop', status: 'OK',
        error: '', outcome: 'complete', responseBytes: rows.length * 2 + end.length, complete: true,
      },
      { operation: 'SELECT', target: 'nowhere', status: '60', error: '60' },
    ],
  },
  {
    name: 'an insert with its data; results in several pieces; an exception between them',
    whole,
    pieces: [
      client(query('INSERT INTO t (a) VALUES')),
      server(rows),
      client(block),
      client(block),
      server(end),
      client(query('SELECT a FROM t')),
      server(rows),
      server(exception(241, 'Memory limit (total) exceeded')),
    ],
    calls: [
      { operation: 'INSERT', target: 't', status: 'OK', outcome: 'complete' },
      { operation: 'SELECT', target: 't', status: '241', error: '241', outcome: 'complete' },
    ],
  },
  {
    name: 'an older revision, seen from the middle on',
    whole,
    pieces: [client(oldQuery('SHOW TABLES FROM db')), server(rows + end)],
    calls: [{ operation: 'SHOW', target: 'db', status: 'OK', outcome: 'complete' }],
  },
  {
    name: 'a newer revision, seen from the middle on',
    whole,
    pieces: [client(newQuery('DROP TABLE t')), server(end)],
    calls: [{ operation: 'DROP', target: 't', status: 'OK', outcome: 'complete' }],
  },
  {
    name: 'the first bytes of a query',
    pieces: [client(oldQuery('SELECT 1'))],
    whole,
    calls: [{ operation: 'SELECT', outcome: 'closed' }],
  },
]; // biome-ignore format: one case reads as one block
