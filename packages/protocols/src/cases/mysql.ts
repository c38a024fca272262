import { client, type Piece, type ProtocolCase, server } from './case.ts';

const byte = (...values: number[]): string => String.fromCharCode(...values);
const int16 = (value: number): string => byte(value & 255, (value >> 8) & 255);
const int32 = (value: number): string => int16(value & 0xffff) + int16(value >>> 16);
const packet = (sequence: number, body: string): string =>
  byte(body.length & 255, body.length >> 8, 0, sequence) + body;
const command = (number: number, body = ''): string => packet(0, byte(number) + body);
const text = (value: string): string => byte(value.length) + value;

const query = (statement: string): string => command(3, statement);
const prepare = (statement: string): string => command(0x16, statement);
const execute = (id: number): string => command(0x17, int32(id) + byte(0) + int32(1));
const ok = (sequence = 1, status = 2): string => packet(sequence, byte(0, 1, 0) + int16(status) + int16(0));
const eof = (sequence: number, status = 2): string => packet(sequence, byte(0xfe) + int16(0) + int16(status));
const error = (sequence: number, code: number, state: string, message: string): string =>
  packet(sequence, `${byte(0xff)}${int16(code)}#${state}${message}`);
const column = (sequence: number): string =>
  packet(
    sequence,
    `${text('def')}${text('shop')}${text('t')}${text('t')}${text('a')}${text('a')}${byte(12)}${int16(33)}${int32(80)}${byte(253)}${int16(0)}${byte(0)}${int16(0)}`,
  );
const result = (first: number, ...rows: string[]): string =>
  packet(first, byte(1)) +
  column(first + 1) +
  eof(first + 2) +
  rows.map((row, i) => packet(first + 3 + i, text(row))).join('');
const resultUntil = (first: number, status: number, ...rows: string[]): string =>
  result(first, ...rows) + eof(first + 3 + rows.length, status);
/** The end of a result where EOF packets are deprecated. */
const okEnd = (sequence: number): string => packet(sequence, byte(0xfe, 0, 0) + int16(2) + int16(0));

const greeting = packet(
  0,
  `${byte(10)}8.0.36\0${int32(7)}saltsalt\0${int16(0xffff)}${byte(33)}${int16(2)}${int16(0xdfff)}${byte(21)}${'\0'.repeat(10)}saltsaltsalt\0caching_sha2_password\0`,
);
const login = (flags: number): string =>
  packet(
    1,
    `${int32(flags)}${int32(1 << 24)}${byte(33)}${'\0'.repeat(23)}me\0${text('hash')}shop\0mysql_native_password\0`,
  );
const FLAGS = 0x200 | 0x8000 | 0x8 | 0x80000;
const QUERY_ATTRIBUTES = 0x8000000;

const pair = (request: string, answer: string): Piece[] => [client(request), server(answer)];

export const mysqlCases: readonly ProtocolCase[] = [
  {
    name: 'a text query; literals and rows are not kept',
    pieces: pair(query("SELECT a FROM `t` WHERE b = 'secret' AND c IN (1,2,3)"), resultUntil(1, 2, 'x', 'y')),
    calls: [
      {
        protocol: 'mysql', operation: 'SELECT', target: 't', statement: 'SELECT a FROM `t` WHERE b = ? AND c IN (?)',
        status: 'OK', error: '', outcome: 'complete', requestBytes: 58, complete: true,
      },
    ],
  },
  {
    name: 'greeting, login, database, errors with number and SQLSTATE, quit',
    pieces: [
      server(greeting),
      ...pair(login(FLAGS), packet(2, `${byte(0xfe)}caching_sha2_password\0saltsaltsaltsalt`)),
      ...pair(packet(3, 'hash'), packet(4, byte(1, 3)) + ok(5)),
      ...pair(query('SELECT * FROM nowhere'), error(1, 1146, '42S02', "Table 'shop.nowhere' doesn't exist")),
      ...pair(command(2, 'other'), ok()),
      ...pair(query('use `third`'), ok()),
      ...pair(command(0x0e), ok()),
      client(command(1)),
    ],
    calls: [
      { operation: 'CONNECT', namespace: 'shop', status: 'OK', outcome: 'complete' },
      { operation: 'SELECT', target: 'nowhere', namespace: 'shop', status: '1146', error: '42S02' },
      { operation: 'INIT_DB', namespace: 'other', status: 'OK' },
      { operation: 'USE', namespace: 'third', status: 'OK' },
      { operation: 'PING', namespace: 'third', status: 'OK' },
      { operation: 'QUIT', outcome: 'oneway' },
    ],
  },
  {
    name: 'a refused login',
    pieces: [server(greeting), ...pair(login(FLAGS), error(2, 1045, '28000', "Access denied for user 'me'"))],
    calls: [{ operation: 'CONNECT', status: '1045', error: '28000' }],
  },
  {
    name: 'a prepared statement is resolved at execute',
    pieces: [
      ...pair(prepare('INSERT INTO t (a) VALUES (?)'), packet(1, byte(0) + int32(7) + int16(0) + int16(1) + byte(0) + int16(0)) + column(2) + eof(3)),
      ...pair(prepare('SELECT a FROM u WHERE b = ?'), packet(1, byte(0) + int32(8) + int16(1) + int16(1) + byte(0) + int16(0)) + column(2) + eof(3) + column(4) + eof(5)),
      ...pair(execute(7), ok()),
      ...pair(execute(8), resultUntil(1, 2, 'x')),
      ...pair(execute(7), error(1, 1062, '23000', "Duplicate entry '1' for key 'PRIMARY'")),
      client(command(0x19, int32(7))),
      ...pair(execute(7), error(1, 1243, 'HY000', 'Unknown prepared statement handler (7)')),
    ],
    calls: [
      { operation: 'PREPARE', target: 't', statement: 'INSERT INTO t (a) VALUES (?)', status: 'OK' },
      { operation: 'PREPARE', target: 'u', statement: 'SELECT a FROM u WHERE b = ?', status: 'OK' },
      { operation: 'INSERT', target: 't', statement: 'INSERT INTO t (a) VALUES (?)', status: 'OK', outcome: 'complete' },
      { operation: 'SELECT', target: 'u', statement: 'SELECT a FROM u WHERE b = ?', status: 'OK', outcome: 'complete' },
      { operation: 'INSERT', status: '1062', error: '23000' },
      { operation: 'CLOSE', statement: 'INSERT INTO t (a) VALUES (?)', outcome: 'oneway' },
      { operation: 'EXECUTE', statement: '', status: '1243', error: 'HY000' },
    ],
  },
  {
    name: 'several results, no EOF packets, rows of a cursor, a list of fields',
    pieces: [
      ...pair(query('CALL p(1)'), resultUntil(1, 10, 'x') + ok(6)),
      ...pair(query('SELECT 1; SELECT 2'), `${packet(1, byte(1))}${column(2)}${packet(3, text('x'))}${packet(4, byte(0xfe, 0, 0) + int16(10) + int16(0))}${packet(5, byte(1))}${column(6)}${okEnd(7)}`),
      ...pair(command(0x1c, int32(1) + int32(100)), packet(1, byte(0, 0) + text('x')) + eof(2, 0x82)),
      ...pair(command(4, 't\0%'), column(1) + eof(2)),
      ...pair(query('SELECT 3'), resultUntil(1, 2)),
    ],
    calls: [
      { operation: 'CALL', target: 'p', statement: 'CALL p(?)', status: 'OK', outcome: 'complete' },
      { operation: 'SELECT', statement: 'SELECT ?; SELECT ?', status: 'OK', outcome: 'complete' },
      { operation: 'FETCH', status: 'OK', outcome: 'complete' },
      { operation: 'FIELD_LIST', target: 't', status: 'OK', outcome: 'complete' },
      { operation: 'SELECT', statement: 'SELECT ?', status: 'OK', outcome: 'complete' },
    ],
  },
  {
    name: 'query attributes stand before the text; a local file is sent in between',
    pieces: [
      server(greeting),
      ...pair(login(FLAGS | QUERY_ATTRIBUTES), ok(2)),
      ...pair(command(3, `${byte(0, 1)}SELECT 1`), resultUntil(1, 2)),
      ...pair(command(3, `${byte(1, 1, 0, 1, 0xfe, 0)}${text('traceparent')}${text('00-secret')}SELECT 2 FROM t`), resultUntil(1, 2)),
      ...pair(command(3, `${byte(0, 1)}LOAD DATA LOCAL INFILE 'secret' INTO TABLE t`), packet(1, `${byte(0xfb)}secret`)),
      ...pair(packet(2, 'a,b\n') + packet(3, ''), ok(4)),
    ],
    calls: [
      { operation: 'CONNECT', status: 'OK' },
      { operation: 'SELECT', statement: 'SELECT ?' },
      { operation: 'SELECT', target: 't', statement: 'SELECT ? FROM t' },
      { operation: 'LOAD', target: 't', statement: 'LOAD DATA LOCAL INFILE ? INTO TABLE t', status: 'OK', outcome: 'complete' },
    ],
  },
  {
    name: 'MariaDB: prepare and execute at once, metadata left out, reports of progress',
    pieces: [
      client(prepare('SELECT a FROM t') + execute(0xffffffff)),
      server(packet(1, byte(0) + int32(3) + int16(1) + int16(0) + byte(0) + int16(0)) + column(2) + eof(3)),
      server(packet(1, byte(1, 0)) + eof(2) + packet(3, byte(0, 0) + text('x')) + eof(4)),
      ...pair(query('ALTER TABLE t ENGINE = InnoDB'), packet(1, `${byte(0xff, 0xff, 0xff, 1, 1, 2, 0, 0, 0)}${text('copy')}`) + ok(2)),
    ],
    calls: [
      { operation: 'PREPARE', target: 't', status: 'OK' },
      { operation: 'SELECT', target: 't', statement: 'SELECT a FROM t', status: 'OK', outcome: 'complete' },
      { operation: 'ALTER', target: 't', status: 'OK', error: '', outcome: 'complete' },
    ],
  },
  {
    name: 'compressed: short packets are read, others counted',
    whole: 'the packets that answer are told apart only by what comes after them',
    pieces: [
      server(greeting),
      ...pair(login(FLAGS | 0x20), ok(2)),
      ...pair(`${byte(13, 0, 0, 0, 0, 0, 0)}${query('SELECT 1')}`, `${byte(11, 0, 0, 1, 0, 0, 0)}${ok()}`),
      ...pair(`${byte(6, 0, 0, 0, 200, 0, 0)}abcdef`, `${byte(4, 0, 0, 1, 99, 0, 0)}wxyz`),
    ],
    calls: [
      { operation: 'CONNECT', status: 'OK' },
      { operation: 'SELECT', statement: 'SELECT ?', status: 'OK', complete: true },
      { operation: 'COMPRESSED', statement: '', status: 'OK', complete: false },
    ],
  },
  {
    name: 'long statements and long results beyond the capture limit',
    whole: 'bytes are missing',
    pieces: [
      client(`${byte(0x88, 0x13, 0, 0, 3)}SELECT a FROM t WHERE b = 'aaaa`, 4968),
      server(result(1, 'x', 'y'), 40_000),
      ...pair(query('SELECT 2'), resultUntil(1, 2)),
    ],
    calls: [
      { operation: 'SELECT', target: 't', statement: 'SELECT a FROM t WHERE b = ?', status: 'OK', complete: false, requestBytes: 5004 },
      { operation: 'SELECT', statement: 'SELECT ?', status: 'OK', complete: true },
    ],
  },
]; // biome-ignore format: one case reads as one block
