import { client, type Piece, type ProtocolCase, server } from './case.ts';

const byte = (...values: number[]): string => String.fromCharCode(...values);
const le16 = (value: number): string => byte(value & 255, (value >> 8) & 255);
const le32 = (value: number): string => le16(value & 0xffff) + le16(value >>> 16);
const wide = (text: string): string => Array.from(text, (char) => `${char}\0`).join('');

const packet = (type: number, body: string, last = true): string =>
  `${byte(type, last ? 1 : 0, (body.length + 8) >> 8, (body.length + 8) & 255, 0, 0, 1, 0)}${body}`;
const headers = le32(22) + le32(18) + le16(2) + '\0'.repeat(8) + le32(1);
const batch = (text: string): string => packet(1, headers + wide(text));
const nvarchar = (text: string): string =>
  `${byte(0, 0, 0xe7)}${le16(8000)}${byte(9, 4, 0xd0, 0, 0x34)}${le16(text.length * 2)}${wide(text)}`;
const integer = (value: number, status = 0): string => byte(0, status, 0x26, 4, 4) + le32(value);
const nullInteger = byte(0, 1, 0x26, 4, 0);
const rpc = (id: number, parameters: string): string =>
  packet(3, headers + le16(0xffff) + le16(id) + le16(0) + parameters);
const response = (tokens: string): string => packet(4, tokens);
const done = (status = 0): string => byte(0xfd) + le16(status) + le16(0xc1) + '\0'.repeat(8);
const doneProcedure = byte(0xfe) + '\0'.repeat(12);
const rows = byte(0x81) + le16(1) + '\0'.repeat(20) + byte(0xd1, 1, 2);
const error = (code: number, text: string): string => {
  const body = `${le32(code)}${byte(1, 16)}${le16(text.length)}${wide(text)}${byte(0, 0)}${le32(1)}`;
  return byte(0xaa) + le16(body.length) + body;
};
const returned = (handle: number): string =>
  `${byte(0xac)}${le16(0)}${byte(0, 1)}${le32(0)}${le16(0)}${byte(0x26, 4, 4)}${le32(handle)}`;
const status = byte(0x79) + le32(0);

const prelogin = (encryption: number): string =>
  `${byte(0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xff)}${byte(16, 0, 0, 0, 0, 0)}${byte(encryption)}`;
const login = (database: string): string => {
  const fixed =
    le32(94 + database.length * 2) +
    byte(4, 0, 0, 0x74) +
    '\0'.repeat(28) +
    '\0'.repeat(32) +
    le16(94) +
    le16(database.length) +
    '\0'.repeat(22);
  return packet(16, fixed + wide(database));
};

const pair = (request: string, answer: string): Piece[] => [client(request), server(answer)];

export const tdsCases: readonly ProtocolCase[] = [
  {
    name: 'login, batches, errors; literals and rows are not kept',
    pieces: [
      ...pair(packet(18, prelogin(2)), packet(4, prelogin(2))),
      ...pair(login('shop'), response(`${byte(0xe3)}${le16(2)}${byte(1, 0)}${byte(0xad)}${le16(3)}abc${done()}`)),
      ...pair(batch("SELECT * FROM [dbo].[Users] WHERE name = N'secret'"), response(rows + done())),
      ...pair(batch('SELECT * FROM nowhere'), response(error(208, "Invalid object name 'nowhere'.") + done(2))),
    ],
    calls: [
      { operation: 'PRELOGIN', status: 'OK', outcome: 'complete' },
      { operation: 'CONNECT', namespace: 'shop', status: 'OK', error: '' },
      {
        protocol: 'tds', operation: 'SELECT', target: 'dbo.Users', statement: 'SELECT * FROM [dbo].[Users] WHERE name = ?',
        namespace: 'shop', status: 'OK', error: '', outcome: 'complete', requestBytes: 130, complete: true,
      },
      { operation: 'SELECT', target: 'nowhere', status: '208', error: '208' },
    ],
  },
  {
    name: 'procedures: executesql, prepare and execute by handle, a named one, transactions, attention',
    pieces: [
      ...pair(rpc(10, nvarchar('SELECT a FROM t WHERE b = @p1') + nvarchar('@p1 int') + integer(5)), response(rows + status + doneProcedure)),
      ...pair(rpc(13, nullInteger + nvarchar('@p1 int') + nvarchar('UPDATE t SET a = @p1') + integer(5)), response(byte(0xff) + '\0'.repeat(12) + status + returned(7) + doneProcedure)),
      ...pair(rpc(12, integer(7) + integer(6)), response(status + doneProcedure)),
      ...pair(rpc(15, integer(7)), response(status + doneProcedure)),
      ...pair(rpc(12, integer(7)), response(error(8179, 'Could not find prepared statement with handle 7.') + doneProcedure)),
      ...pair(packet(3, headers + le16(8) + wide('dbo.Proc') + le16(0) + integer(1)), response(status + doneProcedure)),
      ...pair(packet(14, headers + le16(5) + byte(0, 0)), response(done())),
      client(packet(6, '')),
    ],
    calls: [
      { operation: 'SELECT', target: 't', statement: 'SELECT a FROM t WHERE b = @p1', status: 'OK' },
      { operation: 'UPDATE', target: 't', statement: 'UPDATE t SET a = @p1', status: 'OK' },
      { operation: 'UPDATE', target: 't', statement: 'UPDATE t SET a = @p1', status: 'OK' },
      { operation: 'sp_unprepare', statement: 'UPDATE t SET a = @p1', status: 'OK' },
      { operation: 'EXEC', target: 'sp_execute', statement: '', status: '8179', error: '8179' },
      { operation: 'EXEC', target: 'dbo.Proc', status: 'OK' },
      { operation: 'BEGIN', status: 'OK' },
      { operation: 'ATTENTION', outcome: 'oneway' },
    ],
  },
  {
    name: 'messages of several packets; an encrypted login',
    pieces: [
      ...pair(packet(18, prelogin(0)), packet(4, prelogin(0))),
      ...pair(packet(18, `${byte(0x16, 3, 1, 0, 4)}abcd`), packet(18, `${byte(0x16, 3, 3, 0, 4)}abcd`)),
      ...pair(`${byte(0x17, 3, 3, 0, 5)}abcde`, response(`${byte(0xad)}${le16(3)}abc${done()}`)),
      client(packet(1, headers + wide('SELECT a FROM t WHERE b IN (1, 2, '), false) + packet(1, wide('3)'))),
      server(packet(4, rows, false) + packet(4, byte(0xd1, 1, 2), false) + packet(4, done())),
    ],
    calls: [
      { operation: 'PRELOGIN' },
      { operation: 'CONNECT', status: 'OK' },
      { operation: 'SELECT', target: 't', statement: 'SELECT a FROM t WHERE b IN (?)', status: 'OK', outcome: 'complete', responseBytes: 66 },
    ],
  },
  {
    name: 'before TDS 7: the login in two packets, statements in bytes',
    pieces: [
      ...pair(packet(2, 'x'.repeat(504), false) + packet(2, 'x'.repeat(50)), response(`${byte(0xad)}${le16(3)}abc${done()}`)),
      ...pair(packet(1, "select a from t where b = 'secret'"), response(rows + done())),
    ],
    calls: [
      { operation: 'CONNECT', status: 'OK', outcome: 'complete' },
      { operation: 'SELECT', target: 't', statement: 'select a from t where b = ?', status: 'OK' },
    ],
  },
  {
    name: 'TDS 5: login, a statement, a procedure, logout',
    pieces: [
      ...pair(packet(2, 'x'.repeat(504), false) + packet(2, 'x'.repeat(50)), response(`${byte(0xad)}${le16(3)}abc${done()}`)),
      ...pair(
        packet(15, `${byte(0x21)}${le32(34)}${byte(0)}select a from t where b = 'secret'`),
        response(byte(0xee, 4, 0, 0, 0, 0, 0) + done()),
      ),
      ...pair(packet(15, `${byte(0xe6)}${le16(10)}${byte(7)}sp_help${le16(0)}`), response(status + done())),
      ...pair(packet(15, byte(0x71, 0)), response(done())),
    ],
    calls: [
      { operation: 'CONNECT', status: 'OK', outcome: 'complete' },
      { operation: 'SELECT', target: 't', statement: 'select a from t where b = ?', status: 'OK' },
      { operation: 'EXEC', target: 'sp_help', status: 'OK' },
      { operation: 'LOGOUT', status: 'OK', outcome: 'complete' },
    ],
  },
  {
    name: 'large requests and results beyond the capture limit',
    whole: 'bytes are missing',
    pieces: [
      client(batch(`SELECT a FROM t WHERE b = '${'x'.repeat(1500)}'`).slice(0, 1024), 2060),
      server(packet(4, rows + 'x'.repeat(3000)).slice(0, 512), 20_000),
      ...pair(batch('SELECT 2'), response(rows + done())),
    ],
    calls: [
      { operation: 'SELECT', target: 't', statement: 'SELECT a FROM t WHERE b = ?', status: 'OK', complete: false },
      { operation: 'SELECT', statement: 'SELECT ?', status: 'OK', complete: true },
    ],
  },
]; // biome-ignore format: one case reads as one block
