import { client, type ProtocolCase, server } from './case.ts';

const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const byte = String.fromCharCode;
const unhex = (text: string): string => text.replace(/\s*(..)\s*/g, (_, pair) => byte(Number.parseInt(pair, 16)));

function frame(type: number, flags: number, id: number, payload = ''): string {
  const { length } = payload;
  return byte(length >> 16, (length >> 8) & 255, length & 255, type, flags, 0, 0, id >> 8, id & 255) + payload;
}
const settings = frame(4, 0, 0) + frame(4, 1, 0);
const headers = (id: number, block: string, flags = 4) => frame(1, flags, id, block);
const data = (id: number, payload: string, flags = 0) => frame(0, flags, id, payload);
const [END, WHOLE] = [1, 5];

/** Fields as literals: inserted, or (`plain`) not. */
const field = (name: string, value: string) => byte(0x40, name.length) + name + byte(value.length) + value;
const plain = (name: string, value: string) => byte(0x00, name.length) + name + byte(value.length) + value;
const [GET, POST, HTTP, OK, NOT_FOUND] = [byte(0x82), byte(0x83), byte(0x86), byte(0x88), byte(0x8d)];

const grpcRequest =
  POST + HTTP + field(':path', '/shop.Cart/GetItem') + field('content-type', 'application/grpc+proto');
const grpcOk = OK + field('content-type', 'application/grpc');

export const http2Cases: readonly ProtocolCase[] = [
  {
    name: 'prior knowledge: Huffman, the dynamic table, streams answered out of order',
    pieces: [
      client(PREFACE + settings + headers(1, unhex('8286 84 41 8c f1e3c2e5f23a6ba0ab90f4ff'), WHOLE)),
      server(settings),
      client(headers(3, unhex('8286 84 be 58 86 a8eb10649cbf'), WHOLE)),
      client(headers(5, unhex('8287 85 bf 40 88 25a849e95ba97d7f 89 25a849e95bb8e8b4bf'), WHOLE)),
      server(headers(5, NOT_FOUND, WHOLE) + headers(1, OK) + data(1, 'hel') + data(1, 'lo', END) + headers(3, OK, WHOLE)),
    ],
    calls: [
      { protocol: 'http2', operation: 'GET', target: '/index.html', status: '404', error: '', namespace: 'www.example.com', version: '2' },
      { operation: 'GET', target: '/', status: '200', requestBytes: 26, responseBytes: 33, complete: true, outcome: 'complete' },
      { operation: 'GET', target: '/', status: '200', namespace: 'www.example.com' },
    ],
  },
  {
    name: 'gRPC: status in the trailers, errors, trailers only, streaming both ways',
    pieces: [
      client(PREFACE + settings + headers(1, grpcRequest) + data(1, '\0\0\0\0\x02ab', END)),
      server(settings + headers(1, grpcOk) + data(1, '\0\0\0\0\x01c') + headers(1, field('grpc-status', '0'), WHOLE)),
      client(headers(3, POST + HTTP + byte(0xbf, 0xbe), WHOLE)),
      server(headers(3, grpcOk + field('grpc-status', '5') + field('grpc-message', 'item%2042 not found'), WHOLE)),
      client(headers(5, POST + HTTP + field(':path', '/shop.Cart/Watch') + byte(0xbf)) + data(5, 'a')),
      server(headers(5, OK + byte(0xc0)) + data(5, 'x')),
      client(data(5, 'b') + data(5, '', END)),
      server(data(5, 'y') + headers(5, byte(0xbf), WHOLE)),
    ],
    calls: [
      { protocol: 'grpc', operation: 'GetItem', target: 'shop.Cart', status: '0', error: '', outcome: 'complete' },
      { protocol: 'grpc', operation: 'GetItem', status: '5', error: 'NOT_FOUND' },
      { protocol: 'grpc', operation: 'Watch', target: 'shop.Cart', status: '5', responseBytes: 11 + 10 + 10 + 10 },
    ],
  },
  {
    name: 'CONTINUATION, padding, priority, an informational response, trailers of a request',
    pieces: [
      client(PREFACE + frame(4, 0, 0, unhex('0003 00000064'))),
      client(frame(1, 0x28, 1, `\x03${unhex('80000000 0f')}${GET}${HTTP}\0\0\0`) + frame(9, 0, 1, '\x04\x07/')),
      client(frame(9, 4, 1, 'orders') + data(1, 'x') + headers(1, plain('x-sum', '1'), WHOLE)),
      server(headers(1, plain(':status', '103')) + headers(1, plain(':status', '503'), WHOLE)),
    ],
    calls: [{ operation: 'GET', target: '/orders', status: '503', error: '503', outcome: 'complete' }],
  },
  {
    name: 'reset by either end, ping, window update, goaway',
    pieces: [
      client(PREFACE + settings + headers(1, GET + HTTP + plain(':path', '/slow?x=1'), WHOLE)),
      client(headers(3, GET + HTTP + plain(':path', '/b'), WHOLE)),
      server(settings + frame(6, 0, 0, '12345678') + frame(8, 0, 1, unhex('00000010'))),
      client(frame(3, 0, 1, unhex('00000008')) + frame(6, 1, 0, '12345678')),
      server(frame(3, 0, 3, unhex('0000000b')) + frame(7, 0, 0, unhex('00000003 00000000'))),
    ],
    calls: [
      { target: '/slow', error: 'CANCEL', outcome: 'reset' },
      { target: '/b', error: 'ENHANCE_YOUR_CALM', outcome: 'reset' },
    ],
  },
  {
    name: 'a pushed stream is one-way',
    pieces: [
      client(PREFACE + settings + headers(1, GET + HTTP + byte(0x84), WHOLE)),
      server(settings + frame(5, 4, 1, unhex('00000002') + GET + HTTP + plain(':path', '/style.css'))),
      server(headers(1, OK, WHOLE) + headers(2, OK) + data(2, 'body', END)),
    ],
    calls: [
      { target: '/', status: '200' },
      { operation: 'GET', target: '/style.css', statement: 'PUSH', status: '200', outcome: 'oneway' },
    ],
  },
  {
    name: 'table size updates evict',
    pieces: [
      client(PREFACE + settings + headers(1, GET + HTTP + field(':path', '/a') + field('x-token', 'secret'), WHOLE)),
      client(headers(3, `${byte(0x3f, 0x14)}${GET}${HTTP}${byte(0xbe)}${plain(':path', '/b')}`, WHOLE)),
      client(headers(5, `\x20${byte(0x3f, 0xe1, 0x1f)}${GET}${HTTP}${field(':path', '/c')}`, WHOLE)),
      client(headers(7, GET + HTTP + byte(0xbe), WHOLE)),
      server(headers(1, OK, WHOLE) + headers(3, OK, WHOLE) + headers(5, OK, WHOLE) + headers(7, OK, WHOLE)),
    ],
    calls: [{ target: '/a' }, { target: '/b' }, { target: '/c' }, { target: '/c', complete: true }],
  },
  {
    name: 'joined in its middle: what was said before is unknown, what is said after is known',
    pieces: [
      client(headers(41, GET + HTTP + byte(0xc5, 0xc4), WHOLE) + headers(43, GET + HTTP + field(':path', '/x/1'), WHOLE)),
      server(headers(41, byte(0xc6), WHOLE) + headers(43, OK, WHOLE) + headers(39, OK, WHOLE)),
      client(headers(45, byte(0xc3) + HTTP + byte(0xbe), WHOLE)),
      server(headers(45, OK, WHOLE)),
    ],
    calls: [
      { operation: 'GET', target: '(unknown)', status: '', complete: false },
      { operation: 'GET', target: '/x/{id}', status: '200', complete: true },
      { operation: '(unknown)', target: '/x/{id}', status: '200', complete: false },
    ],
  },
  {
    name: 'gRPC joined in its middle is told by its path, then by the connection',
    pieces: [
      client(headers(41, POST + HTTP + field(':path', '/shop.v1.Cart/GetItem') + byte(0xc4), WHOLE)),
      server(headers(41, byte(0xc6, 0xc5)) + headers(41, plain('grpc-status', '14'), WHOLE)),
      client(headers(43, POST + HTTP + field(':path', '/Plain/Method') + plain('content-type', 'application/grpc'), WHOLE)),
      client(headers(45, POST + HTTP + byte(0xbe, 0xc7), WHOLE) + headers(47, `${GET + HTTP + plain(':path', '/users/7') + byte(0x5f)}\x09text/html`, WHOLE)),
      server(headers(43, grpcOk + field('grpc-status', '0'), WHOLE) + headers(45, OK + byte(0xbf, 0xbe), WHOLE) + headers(47, OK, WHOLE)),
    ],
    calls: [
      { protocol: 'grpc', operation: 'GetItem', target: 'shop.v1.Cart', status: '14', error: 'UNAVAILABLE' },
      { protocol: 'grpc', operation: 'Method', target: 'Plain', status: '0' },
      { protocol: 'grpc', operation: 'Method', target: 'Plain', status: '0' },
      { protocol: 'http2', operation: 'GET', target: '/users/{id}', status: '200' },
    ],
  },
  {
    name: 'bodies beyond the capture limit; lost frames',
    whole: 'bytes are missing',
    pieces: [
      client(PREFACE + settings + headers(1, POST + HTTP + byte(0x84)) + frame(0, END, 1, 'x'.repeat(1000)).slice(0, 20), 989),
      server(settings + headers(1, OK) + frame(0, END, 1, 'y'.repeat(20_000)).slice(0, 9 + 100), 19_900),
      client(headers(3, GET + HTTP + field(':path', '/lost')).slice(0, 10), 5000),
      client(headers(5, GET + HTTP + field(':path', '/after'), WHOLE) + headers(7, GET + HTTP + byte(0xbe), WHOLE)),
      server(headers(5, OK, WHOLE) + headers(7, OK, WHOLE)),
    ],
    calls: [
      { operation: 'POST', status: '200', requestBytes: 12 + 1009, responseBytes: 10 + 20_009, complete: true },
      { target: '/after', status: '200' },
      { target: '/after', status: '200' },
      { operation: 'GET', complete: false },
    ],
  },
]; // biome-ignore format: one case reads as one block
