import { client, type ProtocolCase, server } from './case.ts';

const byte = (...values: number[]): string => String.fromCharCode(...values);
const int16 = (value: number): string => byte((value >> 8) & 255, value & 255);
const int32 = (value: number): string => int16(value >>> 16) + int16(value & 0xffff);
const text = (value: string): string => int32(value.length) + value;

const REQUEST_CLASS = 'com.alipay.sofa.rpc.core.request.SofaRequest';
const RESPONSE_CLASS = 'com.alipay.sofa.rpc.core.response.SofaResponse';
const SERVICE = 'com.example.shop.StockService:1.0';

const request = (id: number, method: string, { type = 1, version = 1 } = {}): string => {
  const headers = `${text('sofa_head_target_service')}${text(SERVICE)}${text('sofa_head_method_name')}${text(method)}`;
  const before = version === 1 ? byte(1, type) : byte(2, 1, type);
  const after = version === 1 ? byte(1) : byte(1, 0);
  return `${before}${int16(1)}${byte(1)}${int32(id)}${after}${int32(3000)}${int16(REQUEST_CLASS.length)}${int16(headers.length)}${int32(6)}${REQUEST_CLASS}${headers}secret`;
};
/** As Node's client writes it: Hessian with a definition of five fields, the method in the second of them here. */
const nodeRequest = (id: number, method: string): string => {
  const string = (value: string): string => byte(value.length) + value;
  const fields = ['targetAppName', 'methodName', 'methodArgSigs', 'targetServiceUniqueName', 'requestProps'];
  const definition = `O${byte(0x90 + REQUEST_CLASS.length)}${REQUEST_CLASS}${byte(0x95)}${fields.map(string).join('')}`;
  const content = `${definition}o${byte(0x90)}N${string(method)}V`;
  const headers = `${text('service')}${text(SERVICE)}`;
  const fixed = `${byte(1, 1)}${int16(1)}${byte(1)}${int32(id)}${byte(1)}${int32(3000)}`;
  return `${fixed}${int16(REQUEST_CLASS.length)}${int16(headers.length)}${int32(content.length)}${REQUEST_CLASS}${headers}${content}`;
};
const response = (id: number, status: number, content: string, version = 1): string => {
  const before = version === 1 ? byte(1, 0) : byte(2, 1, 0);
  const after = version === 1 ? byte(1) : byte(1, 0);
  return `${before}${int16(2)}${byte(1)}${int32(id)}${after}${int16(status)}${int16(RESPONSE_CLASS.length)}${int16(0)}${int32(content.length)}${RESPONSE_CLASS}${content}`;
};
const sofa = (failed: boolean): string =>
  `O${byte(0xbe)}${RESPONSE_CLASS}${byte(0x91)}${byte(7)}isErroro${byte(0x90)}${failed ? 'T' : 'F'}N`;
const heartbeat = (id: number): string =>
  `${byte(1, 1)}${int16(0)}${byte(1)}${int32(id)}${byte(1)}${int32(3000)}${'\0'.repeat(8)}`;
const heartbeatAck = (id: number): string =>
  `${byte(1, 0)}${int16(0)}${byte(1)}${int32(id)}${byte(1)}${'\0'.repeat(10)}`;

export const sofarpcCases: readonly ProtocolCase[] = [
  {
    name: 'service and method, out of order; errors; values are not kept',
    pieces: [
      client(request(1, 'getStock') + request(2, 'reserve') + request(3, 'throws')),
      server(response(2, 7, '')),
      server(response(1, 0, sofa(false))),
      server(response(3, 0, sofa(true))),
    ],
    calls: [
      { operation: 'reserve', target: SERVICE, status: '7', error: 'TIMEOUT' },
      {
        protocol: 'sofarpc', operation: 'getStock', target: SERVICE, status: '0', error: '', outcome: 'complete',
        requestBytes: request(1, 'getStock').length, responseBytes: response(1, 0, sofa(false)).length, complete: true,
      },
      { operation: 'throws', status: '0', error: 'exception' },
    ],
  },
  {
    name: 'the method from a SofaRequest, where the header does not say it',
    pieces: [client(nodeRequest(1, 'find')), server(response(1, 0, sofa(false)))],
    calls: [{ operation: 'find', target: SERVICE, status: '0', complete: true }],
  },
  {
    name: 'version 2, one-way calls, heartbeats',
    pieces: [
      client(request(1, 'notify', { type: 2, version: 2 }) + request(2, 'get', { version: 2 })),
      server(response(2, 6, 'x', 2)),
      client(heartbeat(3)),
      server(heartbeatAck(3)),
    ],
    calls: [
      { operation: 'notify', target: SERVICE, outcome: 'oneway' },
      { operation: 'get', status: '6', error: 'NO_PROCESSOR', outcome: 'complete' },
      { operation: 'heartbeat', status: '0', outcome: 'complete' },
    ],
  },
  { name: 'a heartbeat first', pieces: [client(heartbeat(3)), server(heartbeatAck(3))], calls: [{ operation: 'heartbeat', status: '0', outcome: 'complete' }] },
]; // biome-ignore format: one case reads as one block
