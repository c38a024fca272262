import { client, type ProtocolCase, server } from './case.ts';

const int32 = (value: number): string =>
  String.fromCharCode((value >>> 24) & 255, (value >> 16) & 255, (value >> 8) & 255, value & 255);
const int64 = (value: number): string => int32(0) + int32(value);
const text = (value: string): string => int32(value.length) + value;
const frame = (body: string): string => int32(body.length) + body;
const request = (xid: number, type: number, body = ''): string => frame(int32(xid) + int32(type) + body);
const response = (xid: number, error = 0, body = ''): string => frame(int32(xid) + int64(7) + int32(error) + body);
const connect = frame(`${int32(0)}${int64(0)}${int32(30_000)}${int64(0)}${text('secretsecretsecr')}\0`);
const connected = frame(`${int32(0)}${int32(30_000)}${int64(5)}${text('secretsecretsecr')}\0`);

export const zookeeperCases: readonly ProtocolCase[] = [
  {
    name: 'connect, operations out of order, errors, pings, watches; data is not kept',
    pieces: [
      client(connect),
      server(connected),
      client(request(1, 4, `${text('/app/locks/lock-0000000012')}\x01`) + request(2, 1, `${text('/app/config')}${text('secret')}`)),
      client(request(-2, 11)),
      server(response(-2)),
      server(response(2, -110)),
      server(response(1, 0, text('secret'))),
      server(response(-1, 0, int32(3) + int32(3) + text('/app/config'))),
      client(request(3, 14, 'operations')),
      client(request(-4, 100, 'digest')),
      server(response(-4, -115)),
      server(response(3)),
      client(request(4, -11)),
      server(response(4)),
    ],
    calls: [
      { protocol: 'zookeeper', operation: 'connect', status: '0', error: '', outcome: 'complete' },
      { operation: 'ping', status: '0' },
      { operation: 'create', target: '/app/config', status: '-110', error: 'NodeExists' },
      {
        operation: 'getData', target: '/app/locks/lock-{id}', statement: '', status: '0', error: '', outcome: 'complete',
        requestBytes: 43, responseBytes: 30, complete: true,
      },
      { operation: 'nodeDataChanged', target: '/app/config', outcome: 'oneway' },
      { operation: 'auth', status: '-115', error: 'AuthFailed' },
      { operation: 'multi', status: '0' },
      { operation: 'closeSession', status: '0' },
    ],
  },
  {
    name: 'seen from the middle on',
    pieces: [client(request(9, 8, `${text('/')}\0`)), server(response(9, -101))],
    calls: [{ operation: 'getChildren', target: '/', status: '-101', error: 'NoNode' }],
  },
]; // biome-ignore format: one case reads as one block
