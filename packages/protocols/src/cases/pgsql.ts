import { client, type Piece, type ProtocolCase, server } from './case.ts';

const int16 = (value: number): string => String.fromCharCode((value >> 8) & 255, value & 255);
const int32 = (value: number): string => int16(value >>> 16) + int16(value);
const frame = (type: string, body = ''): string => `${type}${int32(body.length + 4)}${body}`;

const query = (text: string): string => frame('Q', `${text}\0`);
const parse = (text: string, name = ''): string => frame('P', `${name}\0${text}\0${int16(0)}`);
const bind = (name = '', portal = '', ...values: string[]): string =>
  frame(
    'B',
    `${portal}\0${name}\0${int16(0)}${int16(values.length)}${values.map((value) => int32(value.length) + value).join('')}${int16(0)}`,
  );
const describe = (what = 'P', name = ''): string => frame('D', `${what}${name}\0`);
const execute = (portal = ''): string => frame('E', `${portal}\0${int32(0)}`);
const close = (name: string): string => frame('C', `S${name}\0`);
const sync = frame('S');
const flush = frame('H');
const startup = (body: string): string => `${int32(body.length + 8)}${int32(196608)}${body}`;

const columns = frame('T', `${int16(1)}a\0${int32(0)}${int16(0)}${int32(23)}${int16(4)}${int32(-1)}${int16(0)}`);
const row = (value: string): string => frame('D', `${int16(1)}${int32(value.length)}${value}`);
const complete = (tag: string): string => frame('C', `${tag}\0`);
const ready = (status = 'I'): string => frame('Z', status);
const error = (code: string, text: string, severity = 'ERROR'): string =>
  frame('E', `S${severity}\0V${severity}\0C${code}\0M${text}\0\0`);
const [parsed, bound, closed, noData] = ['1', '2', '3', 'n'].map((type) => frame(type));

const pair = (text: string, answer: string): Piece[] => [client(query(text)), server(answer)];

export const pgsqlCases: readonly ProtocolCase[] = [
  {
    name: 'a simple query; literals and rows are not kept',
    pieces: pair("SELECT a FROM users WHERE mail = 'x@y.z'", columns + row('1') + row('2') + complete('SELECT 2') + ready()),
    calls: [
      {
        protocol: 'pgsql', operation: 'SELECT', target: 'users', statement: 'SELECT a FROM users WHERE mail = ?', status: 'OK',
        error: '', outcome: 'complete', requestBytes: 46, responseBytes: 71, complete: true,
      },
    ],
  },
  {
    name: 'an error has its SQLSTATE; the empty query and several statements are one exchange each',
    pieces: [
      ...pair('SELECT * FROM nowhere', error('42P01', 'relation "nowhere" does not exist') + ready()),
      ...pair('', frame('I') + ready()),
      ...pair("BEGIN; INSERT INTO t VALUES (1, 'a'), (2, 'b'); COMMIT", complete('BEGIN') + complete('INSERT 0 2') + complete('COMMIT') + ready()),
    ],
    calls: [
      { operation: 'SELECT', target: 'nowhere', status: '42P01', error: '42P01' },
      { operation: '', statement: '', status: 'OK', error: '' },
      { operation: 'BEGIN', target: 't', statement: 'BEGIN; INSERT INTO t VALUES (?, ?); COMMIT', status: 'OK' },
    ],
  },
  {
    name: 'start-up: refused encryption, password, parameters; the database is the namespace',
    pieces: [
      client(int32(8) + int32(80877103)),
      server('N'),
      client(startup('user\0me\0database\0shop\0\0')),
      server(frame('R', `${int32(5)}salt`)),
      client(frame('p', 'md5secret\0')),
      server(frame('R', int32(0)) + frame('S', 'server_version\x0016.1\0') + frame('K', int32(1) + int32(2)) + ready()),
      ...pair('SELECT 1', columns + row('1') + complete('SELECT 1') + ready()),
      client(frame('X')),
    ],
    calls: [
      { operation: 'CONNECT', namespace: 'shop', status: 'OK', error: '' },
      { operation: 'SELECT', namespace: 'shop', statement: 'SELECT ?', status: 'OK' },
    ],
  },
  {
    name: 'a refused password',
    pieces: [
      client(startup('user\0me\0\0')),
      server(frame('R', int32(3))),
      client(frame('p', 'secret\0')),
      server(error('28P01', 'password authentication failed for user "me"', 'FATAL')),
    ],
    calls: [{ operation: 'CONNECT', namespace: 'me', status: '28P01', error: '28P01', outcome: 'complete' }],
  },
  {
    name: 'an extended query is one exchange',
    pieces: [
      client(parse('UPDATE t SET a = $1 WHERE b = $2') + bind('', '', 'secret', '5') + describe() + execute() + sync),
      server(parsed + bound + noData + complete('UPDATE 1') + ready()),
    ],
    calls: [
      {
        operation: 'UPDATE', target: 't', statement: 'UPDATE t SET a = ? WHERE b = ?', status: 'OK', outcome: 'complete',
        requestBytes: 91,
      },
    ],
  },
  {
    name: 'named statements are resolved at Execute',
    pieces: [
      client(parse('SELECT a FROM t WHERE b = $1', 's1') + describe('S', 's1') + sync),
      server(parsed + frame('t', int16(1) + int32(23)) + columns + ready()),
      client(parse('DELETE FROM u', 's2') + flush),
      server(parsed),
      client(bind('s1', '', '7') + execute() + sync),
      server(bound + row('1') + complete('SELECT 1') + ready()),
      client(bind('s2', 'p2') + execute('p2') + sync),
      server(bound + complete('DELETE 3') + ready()),
      client(close('s1') + sync),
      server(closed + ready()),
      client(bind('s1') + execute() + sync),
      server(error('26000', 'prepared statement "s1" does not exist') + ready()),
    ],
    calls: [
      { operation: 'PREPARE', target: 't', statement: 'SELECT a FROM t WHERE b = ?', status: 'OK' },
      { operation: 'PREPARE', target: 'u', statement: 'DELETE FROM u', status: 'OK' },
      { operation: 'SELECT', target: 't', statement: 'SELECT a FROM t WHERE b = ?', status: 'OK' },
      { operation: 'DELETE', target: 'u', statement: 'DELETE FROM u', status: 'OK' },
      { operation: 'CLOSE', status: 'OK' },
      { operation: 'EXECUTE', statement: '', status: '26000', error: '26000' },
    ],
  },
  {
    name: 'pipelines: each Execute is counted, after an error the rest up to the Sync is skipped',
    pieces: [
      client(parse('INSERT INTO t VALUES ($1)', 'i') + bind('i', '', '1') + execute() + bind('i', '', '2') + execute() + sync),
      client(bind('i', '', '1') + execute() + bind('i', '', 'x') + execute() + bind('i', '', '3') + execute() + sync),
      client(query('SELECT 1')),
      server(parsed + bound + complete('INSERT 0 1') + bound + complete('INSERT 0 1') + ready()),
      server(bound + complete('INSERT 0 1') + error('22P02', 'invalid input syntax') + ready()),
      server(columns + row('1') + complete('SELECT 1') + ready()),
    ],
    calls: [
      { operation: 'INSERT', target: 't', status: 'OK', outcome: 'complete' },
      { operation: 'INSERT', status: 'OK', error: '' },
      { operation: 'INSERT', status: 'OK', error: '' },
      { operation: 'INSERT', status: '22P02', error: '22P02' },
      { operation: 'INSERT', status: 'skipped', error: 'skipped', outcome: 'complete' },
      { operation: 'SELECT', status: 'OK', outcome: 'complete' },
    ],
  },
  {
    name: 'COPY in both directions; notifications are one-way; cancel has no answer',
    pieces: [
      client(query('COPY t (a) FROM STDIN')),
      server(frame('G', `\0${int16(1)}${int16(0)}`)),
      client(frame('d', 'secret\n') + frame('d', 'secret\n') + frame('c')),
      server(complete('COPY 2') + ready()),
      client(query('COPY t TO STDOUT')),
      server(frame('H', `\0${int16(1)}${int16(0)}`) + frame('d', '1\n') + frame('c') + complete('COPY 1') + ready()),
      server(frame('A', `${int32(5)}channel\0payload\0`)),
    ],
    calls: [
      { operation: 'COPY', target: 't', statement: 'COPY t (a) FROM STDIN', status: 'OK', responseBytes: 28 },
      { operation: 'COPY', statement: 'COPY t TO STDOUT', status: 'OK', responseBytes: 40 },
      { operation: 'NOTIFY', target: 'channel', outcome: 'oneway' },
    ],
  },
  {
    name: 'COPY by an extended query: libpq sends its Sync at once, the server ignores it up to the end of the data',
    pieces: [
      client(parse('COPY t FROM STDIN') + bind() + execute() + sync),
      server(parsed + bound + frame('G', `\0${int16(1)}${int16(0)}`)),
      client(frame('d', '1\n') + frame('c') + sync),
      server(complete('COPY 1') + ready()),
      ...pair('SELECT 1', columns + row('1') + complete('SELECT 1') + ready()),
    ],
    calls: [
      { operation: 'COPY', target: 't', status: 'OK', outcome: 'complete' },
      { operation: 'SELECT', status: 'OK', outcome: 'complete' },
    ],
  },
  {
    name: 'a request to cancel',
    pieces: [client(int32(16) + int32(80877102) + int32(1) + int32(2))],
    calls: [{ operation: 'CANCEL', outcome: 'oneway' }],
  },
  {
    name: 'seen from the middle on: the command tag names what was prepared before',
    pieces: [
      server(row('1') + complete('SELECT 1') + ready()),
      client(bind('s9', '', '1') + execute() + sync),
      server(bound + row('1') + complete('SELECT 1') + ready()),
    ],
    calls: [{ operation: 'SELECT', statement: '', status: 'OK', outcome: 'complete' }],
  },
  {
    name: 'long statements and long results beyond the capture limit',
    whole: 'bytes are missing',
    pieces: [
      client(`Q${int32(4004)}SELECT a FROM t WHERE b = 'aaaa`, 3969),
      server(`${columns}${row('1')}D${int32(5000)}${int16(1)}${int32(4990)}abc`, 40_000),
      client(query('SELECT 2')),
      server(columns + row('1') + complete('SELECT 1') + ready()),
    ],
    calls: [
      { operation: 'SELECT', target: 't', statement: 'SELECT a FROM t WHERE b = ?', status: 'OK', complete: false, requestBytes: 4005 },
      { operation: 'SELECT', statement: 'SELECT ?', status: 'OK', complete: true },
    ],
  },
]; // biome-ignore format: one case reads as one block
