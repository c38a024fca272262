import { client, type ProtocolCase, server } from './case.ts';

const byte = (...values: number[]): string => String.fromCharCode(...values);
const int32 = (value: number): string => byte(value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255);
const text = (value: string): string =>
  (value.length < 32 ? byte(value.length) : byte(0x30 + (value.length >> 8), value.length & 255)) + value;
const frame = (flags: number, status: number, id: number, body: string): string =>
  `\xda\xbb${byte(flags, status)}${int32(1)}${int32(id)}${int32(body.length)}${body}`;

const SERVICE = 'com.example.shop.api.inventory.StockService';
const invoke = (id: number, method: string, flags = 0xc2): string =>
  frame(
    flags,
    0,
    id,
    `${text('2.0.2')}${text(SERVICE)}${text('0.0.0')}${text(method)}${text('Ljava/lang/String;')}${text('secret')}H${text('path')}${text('x')}Z`,
  );
const result = (id: number, body: string, status = 20): string => frame(2, status, id, body);

export const dubboCases: readonly ProtocolCase[] = [
  {
    name: 'service and method, out of order; values are not kept',
    pieces: [
      client(invoke(1, 'getStock') + invoke(2, 'reserve')),
      server(result(2, byte(0x92))),
      server(result(1, `${byte(0x91)}${text('secret')}`)),
    ],
    calls: [
      { operation: 'reserve', target: SERVICE, status: '20', error: '' },
      {
        protocol: 'dubbo', operation: 'getStock', target: SERVICE, version: '2.0.2', statement: '', status: '20', error: '',
        outcome: 'complete', requestBytes: invoke(1, 'getStock').length, complete: true,
      },
    ],
  },
  {
    name: 'errors of the service, exceptions of the method, one-way calls, heartbeats of both ends',
    pieces: [
      client(invoke(3, 'lose')),
      server(result(3, text('No such service'), 60)),
      client(invoke(4, 'throws')),
      server(result(4, `${byte(0x90)}C${text('com.example.shop.SoldOutException')}${byte(0x91)}${text('message')}`)),
      client(invoke(5, 'notify', 0x82)),
      client(frame(0xe2, 0, 6, 'N')),
      server(frame(0xe2, 0, 6, 'N')),
      server(frame(0x22, 20, 6, 'N')),
      client(frame(0x22, 20, 6, 'N')),
    ],
    calls: [
      { operation: 'lose', status: '60', error: 'SERVICE_NOT_FOUND' },
      { operation: 'throws', status: '20', error: 'com.example.shop.SoldOutException' },
      { operation: 'notify', outcome: 'oneway' },
      { operation: 'heartbeat', status: '20', outcome: 'complete' },
      { operation: 'heartbeat', status: '20', outcome: 'complete' },
    ],
  },
  {
    name: 'other serializations: Kryo, Fastjson; what cannot be read is counted',
    pieces: [
      client(frame(0xc8, 0, 7, `2.0.${byte(0xb2)}a.${byte(0x42 | 0x80)}0.0.${byte(0xb0)}ge${byte(0x74 | 0x80)}rest`)),
      server(frame(8, 20, 7, byte(0x02))),
      client(frame(0xc6, 0, 8, `"2.0.2"\r\n"a.B"\n"0.0.0"\n"get"\n"I"\n5\n`)),
      server(frame(6, 20, 8, '1\n"secret"\n')),
      client(frame(0xc3, 0, 9, 'java')),
      server(frame(3, 20, 9, 'java')),
    ],
    calls: [
      { operation: 'get', target: 'a.B', version: '2.0.2', status: '20' },
      { operation: 'get', target: 'a.B', version: '2.0.2', status: '20', error: '' },
      { operation: '', target: '', status: '20', complete: false },
    ],
  },
  {
    name: 'large values beyond the capture limit',
    whole: 'bytes are missing',
    pieces: [
      client(frame(0xc2, 0, 1, `${text('2.0.2')}${text(SERVICE)}${text('0.0.0')}${text('put')}${text('[B')}${'x'.repeat(9000)}`).slice(0, 4096), 4995),
      server(`${result(1, byte(0x91)).slice(0, 12)}${int32(20_000)}${byte(0x91)}${'x'.repeat(4000)}`, 15_999),
      client(invoke(2, 'get')),
      server(result(2, byte(0x92))),
    ],
    calls: [
      { operation: 'put', target: SERVICE, status: '20', complete: true },
      { operation: 'get', status: '20', complete: true },
    ],
  },
]; // biome-ignore format: one case reads as one block
