import { client, type ProtocolCase, server } from './case.ts';

const byte = (...values: number[]): string => String.fromCharCode(...values);
const int16 = (value: number): string => byte((value >> 8) & 255, value & 255);
const int32 = (value: number): string => int16(value >>> 16) + int16(value & 0xffff);
const text = (value: string): string => int16(value.length) + value;
const long = (value: string): string => int32(value.length) + value;

const envelope = (version: number, stream: number, opcode: number, body = '', flags = 0): string =>
  byte(version, flags) + int16(stream) + byte(opcode) + int32(body.length) + body;
const request = (stream: number, opcode: number, body = '', flags = 0): string =>
  envelope(4, stream, opcode, body, flags);
const response = (stream: number, opcode: number, body = '', flags = 0): string =>
  envelope(0x84, stream, opcode, body, flags);
const query = (stream: number, cql: string): string => request(stream, 7, `${long(cql)}${int16(1)}${byte(0)}`);
const rows = int32(2) + int32(0) + int32(0) + int32(0);
const voided = int32(1);
const error = (code: number, message: string): string => int32(code) + text(message);
/** A frame of version 5; checksums are not read. */
const frame = (content: string, whole = true, length = content.length): string =>
  byte(length & 255, length >> 8, (length >> 16) | (whole ? 2 : 0), 1, 2, 3) + content + int32(7);

export const cassandraCases: readonly ProtocolCase[] = [
  {
    name: 'start, queries out of order, keyspace, errors; literals and rows are not kept',
    pieces: [
      client(request(0, 5)),
      server(response(0, 6, int16(0))),
      client(request(1, 1, int16(1) + text('CQL_VERSION') + text('3.0.0'))),
      server(response(1, 2)),
      client(query(2, 'USE shop')),
      server(response(2, 8, int32(3) + text('shop'))),
      client(query(3, "SELECT * FROM users WHERE mail = 'secret' AND id IN (1, 2)") + query(4, 'SELECT a FROM nowhere')),
      server(response(4, 0, error(0x2200, 'unconfigured table nowhere'))),
      server(response(3, 8, rows)),
    ],
    calls: [
      { operation: 'OPTIONS', status: 'OK' },
      { operation: 'STARTUP', status: 'OK' },
      { operation: 'USE', statement: 'USE shop', namespace: 'shop' },
      { operation: 'SELECT', target: 'nowhere', namespace: 'shop', status: '0x2200', error: 'INVALID' },
      {
        protocol: 'cassandra', operation: 'SELECT', target: 'users', namespace: 'shop', outcome: 'complete', complete: true,
        statement: 'SELECT * FROM users WHERE mail = ? AND id IN (?)', status: 'OK', error: '', requestBytes: 74,
      },
    ],
  },
  {
    name: 'prepared statements are resolved at execute; a batch has its first statement; events are one-way',
    pieces: [
      client(request(5, 9, long('INSERT INTO t (a) VALUES (?)'))),
      server(response(5, 8, int32(4) + text('0123456789abcdef') + int32(0))),
      client(request(5, 10, text('0123456789abcdef') + int16(1) + byte(0))),
      server(response(-1, 12, text('STATUS_CHANGE') + text('UP'))),
      server(response(5, 8, voided)),
      client(request(6, 13, byte(0) + int16(2) + byte(1) + text('0123456789abcdef') + int16(0))),
      server(response(6, 0, error(0x1100, 'Operation timed out'))),
      client(request(7, 10, text('never seen before') + int16(1) + byte(0))),
      server(response(7, 0, error(0x2500, 'unknown'), 0)),
    ],
    calls: [
      { operation: 'PREPARE', target: 't', statement: 'INSERT INTO t (a) VALUES (?)', status: 'OK' },
      { operation: 'EVENT', target: 'STATUS_CHANGE', outcome: 'oneway' },
      { operation: 'INSERT', target: 't', statement: 'INSERT INTO t (a) VALUES (?)', status: 'OK' },
      { operation: 'BATCH', target: 't', status: '0x1100', error: 'WRITE_TIMEOUT' },
      { operation: 'EXECUTE', statement: '', status: '0x2500', error: 'UNPREPARED' },
    ],
  },
  {
    name: 'version 3; tracing, warnings and custom payload before the body; compressed bodies are counted',
    pieces: [
      client(envelope(3, 1, 7, `${int16(1)}${text('key')}${int32(2)}ab${long('SELECT 1')}${int16(1)}${byte(0)}`, 4)),
      server(envelope(0x83, 1, 0, `${'t'.repeat(16)}${int16(1)}${text('careful')}${error(0x1001, 'overloaded')}`, 0x0a)),
      client(envelope(3, 2, 7, 'compressed', 1)),
      server(envelope(0x83, 2, 8, 'compressed', 1)),
    ],
    calls: [
      { operation: 'SELECT', statement: 'SELECT ?', status: '0x1001', error: 'OVERLOADED' },
      { operation: 'QUERY', statement: '', status: 'OK', complete: false },
    ],
  },
  {
    name: 'version 5: envelopes in frames, several in one, one in several',
    pieces: [
      client(envelope(5, 0, 1, int16(1) + text('CQL_VERSION') + text('3.0.0'))),
      server(envelope(0x85, 0, 2)),
      client(frame(envelope(5, 1, 7, long('SELECT 1')) + envelope(5, 2, 7, long('SELECT a FROM t')))),
      server(frame(envelope(0x85, 2, 8, voided) + envelope(0x85, 1, 0, error(0x2000, 'line 1')))),
      client(frame(envelope(5, 3, 7, long('DELETE FROM t')))),
      server(frame(envelope(0x85, 3, 8, rows).slice(0, 12), false) + frame(envelope(0x85, 3, 8, rows).slice(12), false)),
      client(frame(envelope(5, 4, 5))),
      server(frame(envelope(0x85, 4, 6, int16(0)))),
    ],
    calls: [
      { operation: 'STARTUP', status: 'OK' },
      { operation: 'SELECT', target: 't', status: 'OK' },
      { operation: 'SELECT', statement: 'SELECT ?', status: '0x2000', error: 'SYNTAX_ERROR' },
      { operation: 'DELETE', target: 't', status: 'OK', outcome: 'complete', responseBytes: 45 },
      { operation: 'OPTIONS', status: 'OK', outcome: 'complete' },
    ],
  },
  {
    name: 'large requests and results beyond the capture limit',
    whole: 'bytes are missing',
    pieces: [
      client(request(1, 7, `${long('SELECT a FROM t')}${int16(1)}${byte(1)}${'x'.repeat(20_000)}`).slice(0, 16_384), 3647),
      server(response(1, 8, `${rows}${'x'.repeat(60_000)}`).slice(0, 16_384), 43_641),
      client(query(2, 'SELECT 1')),
      server(response(2, 8, rows)),
    ],
    calls: [
      { operation: 'SELECT', target: 't', status: 'OK', complete: true },
      { operation: 'SELECT', status: 'OK', complete: true },
    ],
  },
]; // biome-ignore format: one case reads as one block
