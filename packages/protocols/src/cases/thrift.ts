import { client, type ProtocolCase, server } from './case.ts';

const byte = (...values: number[]): string => String.fromCharCode(...values);
const int16 = (value: number): string => byte((value >> 8) & 255, value & 255);
const int32 = (value: number): string => int16(value >>> 16) + int16(value & 0xffff);
const text = (value: string): string => int32(value.length) + value;

const [CALL, REPLY, EXCEPTION, ONEWAY] = [1, 2, 3, 4] as const;
const binary = (kind: number, name: string, sequence: number, struct: string): string =>
  `${byte(0x80, 1, 0, kind)}${text(name)}${int32(sequence)}${struct}`;
const compact = (kind: number, name: string, sequence: number, struct: string): string =>
  `${byte(0x82, 1 | (kind << 5), sequence, name.length)}${name}${struct}`;
const framed = (message: string): string => text(message);
const field = (type: number, id: number, value: string): string => byte(type) + int16(id) + value;
const STOP = '\0';
const argument = field(11, 1, text('secret'));
/** A struct with a list of structs, a map, a set, all numbers. */
const nested =
  field(12, 2, field(15, 1, byte(12) + int32(2) + field(8, 1, int32(5)) + STOP + STOP) + STOP) +
  field(13, 3, byte(11, 8) + int32(1) + text('key') + int32(1)) +
  field(14, 4, byte(10) + int32(1) + int32(0) + int32(1)) +
  field(2, 5, byte(1)) +
  field(4, 6, 'abcdefgh');
const success = field(11, 0, text('secret')) + STOP;
const failure = field(11, 1, text("Unknown function 'x'")) + field(8, 2, int32(1)) + STOP;

export const thriftCases: readonly ProtocolCase[] = [
  {
    name: 'binary, framed: in order with one sequence number; values are not kept',
    pieces: [
      client(framed(binary(CALL, 'getUser', 0, argument + STOP))),
      server(framed(binary(REPLY, 'getUser', 0, success))),
      client(framed(binary(CALL, 'getUser', 0, STOP)) + framed(binary(CALL, 'other', 0, STOP))),
      server(framed(binary(EXCEPTION, 'getUser', 0, failure)) + framed(binary(REPLY, 'other', 0, field(12, 1, STOP) + STOP))),
      client(framed(binary(ONEWAY, 'log', 0, STOP))),
    ],
    calls: [
      {
        protocol: 'thrift', operation: 'getUser', target: '', statement: '', status: 'OK', error: '', outcome: 'complete',
        requestBytes: 4 + 4 + 11 + 4 + 13 + 1, complete: true,
      },
      { operation: 'getUser', status: 'EXCEPTION', error: 'UNKNOWN_METHOD' },
      { operation: 'other', status: 'EXCEPTION', error: 'declared_exception' },
      { operation: 'log', outcome: 'oneway' },
    ],
  },
  {
    name: 'binary without frames, multiplexed, out of order',
    pieces: [
      client(binary(CALL, 'Users:get', 1, argument + nested + STOP) + binary(CALL, 'Users:put', 2, STOP)),
      server(binary(REPLY, 'put', 2, STOP) + binary(REPLY, 'get', 1, success)),
    ],
    calls: [
      { operation: 'put', target: 'Users', status: 'OK', outcome: 'complete' },
      { operation: 'get', target: 'Users', status: 'OK', outcome: 'complete' },
    ],
  },
  {
    name: 'compact, without frames and with',
    pieces: [
      client(compact(CALL, 'get', 5, `${byte(0x18, 6)}secret${byte(0x19, 0x25, 2, 4)}${byte(0x1b, 1, 0x85, 1)}k${byte(2)}${byte(0x1c, 0x11, 0)}${byte(0x06, 40, 6)}${byte(0x17)}abcdefgh${STOP}`)),
      server(compact(REPLY, 'get', 5, `${byte(0x08, 0, 6)}secret${STOP}`)),
      client(framed(compact(CALL, 'put', 6, STOP))),
      server(framed(compact(EXCEPTION, 'put', 6, `${byte(0x18, 4)}text${byte(0x15, 12)}${STOP}`))),
    ],
    calls: [
      { operation: 'get', status: 'OK', outcome: 'complete' },
      { operation: 'put', status: 'EXCEPTION', error: 'INTERNAL_ERROR' },
    ],
  },
  {
    name: 'THeader, and a trace header before the message',
    pieces: [
      client(framed(`${byte(0x0f, 0xff, 0, 0)}${int32(7)}${int16(1)}${byte(0, 0, 0, 0)}${binary(CALL, 'get', 7, STOP)}`)),
      server(framed(`${byte(0x0f, 0xff, 0, 0)}${int32(7)}${int16(1)}${byte(0, 0, 0, 0)}${binary(REPLY, 'get', 7, success)}`)),
      client(framed(`${field(10, 1, 'abcdefgh')}${STOP}${binary(CALL, 'traced', 8, STOP)}`)),
      server(framed(`${STOP}${binary(REPLY, 'traced', 8, success)}`)),
    ],
    calls: [
      { operation: 'get', status: 'OK', outcome: 'complete' },
      { operation: 'traced', status: 'OK', outcome: 'complete' },
    ],
  },
  {
    name: 'the old binary encoding without a version',
    pieces: [
      client(framed(`${text('old')}${byte(CALL)}${int32(1)}${argument}${STOP}`)),
      server(framed(`${text('old')}${byte(REPLY)}${int32(1)}${success}`)),
    ],
    calls: [{ operation: 'old', status: 'OK', outcome: 'complete' }],
  },
  {
    name: 'datagrams',
    datagrams: true,
    whole: 'a datagram is not cut',
    pieces: [client(compact(ONEWAY, 'emitBatch', 9, `${byte(0x1c, 0)}${STOP}`))],
    calls: [{ operation: 'emitBatch', outcome: 'oneway' }],
  },
  {
    name: 'large values beyond the capture limit',
    whole: 'bytes are missing',
    pieces: [
      client(framed(binary(CALL, 'put', 1, field(11, 1, text('x'.repeat(5000))) + STOP)).slice(0, 1024), 4010),
      server(framed(binary(REPLY, 'put', 1, field(11, 0, text('x'.repeat(5000))) + STOP)).slice(0, 512), 4522),
      client(framed(binary(CALL, 'get', 2, STOP))),
      server(framed(binary(REPLY, 'get', 2, STOP))),
    ],
    calls: [
      { operation: 'put', status: 'OK', complete: true },
      { operation: 'get', status: 'OK', complete: true },
    ],
  },
]; // biome-ignore format: one case reads as one block
