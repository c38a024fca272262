import { client, type ProtocolCase, server } from './case.ts';

const byte = (...values: number[]): string => String.fromCharCode(...values);
const int32 = (value: number): string => byte(value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255);
const bytes = (field: number, value: string): string => byte((field << 3) | 2, value.length) + value;
const number = (field: number, value: number): string =>
  byte(field << 3) + (value < 128 ? byte(value) : byte((value & 127) | 128, value >> 7));
const frame = (meta: string, body: string, magic = 'PRPC'): string =>
  `${magic}${int32(meta.length + body.length)}${int32(meta.length)}${meta}${body}`;
const request = (id: number, method: string): string =>
  frame(bytes(1, bytes(1, 'shop.StockService') + bytes(2, method) + number(3, 7)) + number(4, id), 'secret');
const response = (id: number, failed = ''): string =>
  frame((failed ? bytes(2, number(1, 1008) + bytes(2, failed)) : bytes(2, '')) + number(4, id), failed ? '' : 'secret');

export const brpcCases: readonly ProtocolCase[] = [
  {
    name: 'service and method, out of order; errors; values are not kept; streams are passed by',
    pieces: [
      client(request(300, 'GetStock') + request(2, 'Reserve')),
      server(response(2, 'Reached timeout=3000ms')),
      server(frame('', 'stream', 'STRM')),
      server(response(300)),
    ],
    calls: [
      { operation: 'Reserve', target: 'shop.StockService', status: '1008', error: '1008' },
      {
        protocol: 'brpc', operation: 'GetStock', target: 'shop.StockService', status: '0', error: '', outcome: 'complete',
        requestBytes: request(300, 'GetStock').length, responseBytes: response(300).length, complete: true,
      },
    ],
  },
  {
    name: 'large bodies beyond the capture limit',
    whole: 'bytes are missing',
    pieces: [
      client(frame(bytes(1, bytes(1, 'a.B') + bytes(2, 'Put')) + number(4, 1), 'x'.repeat(9000)).slice(0, 4096), 4932),
      server(response(1)),
    ],
    calls: [{ operation: 'Put', target: 'a.B', status: '0', complete: true }],
  },
]; // biome-ignore format: one case reads as one block
