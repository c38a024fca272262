import { client, type ProtocolCase, server } from './case.ts';

const byte = (...values: number[]): string => String.fromCharCode(...values);
const record = (type: number, body: string, padding = 0, id = 1): string =>
  byte(1, type, 0, id, body.length >> 8, body.length & 255, padding, 0) + body + '\0'.repeat(padding);
const size = (text: string): string =>
  text.length < 128 ? byte(text.length) : byte(0x80, 0, text.length >> 8, text.length & 255);
const param = (name: string, value: string): string => size(name) + size(value) + name + value;
const begin = record(1, byte(0, 1, 1, 0, 0, 0, 0, 0));
const end = (status = 0, protocol = 0): string => record(3, byte(0, 0, 0, status, protocol, 0, 0, 0));
const params = (method: string, uri: string): string =>
  record(
    4,
    param('SCRIPT_FILENAME', `/srv/${'x'.repeat(200)}.php`) +
      param('QUERY_STRING', 'a=secret') +
      param('REQUEST_METHOD', method) +
      param('REQUEST_URI', uri) +
      param('HTTP_HOST', 'shop.example'),
    5,
  ) + record(4, '');

export const fastcgiCases: readonly ProtocolCase[] = [
  {
    name: 'method, path and host of the request; query and bodies are not kept',
    pieces: [
      client(begin + params('POST', '/orders/123?secret=1') + record(5, 'a=secret', 0) + record(5, '')),
      server(record(7, 'PHP message: secret', 5) + record(6, 'Content-type: text/html\r\nStatus: 404 Not Found\r\n\r\nsecret', 2) + record(6, 'more') + record(6, '') + end()),
      client(begin + params('GET', '/') + record(5, '')),
      server(record(6, 'Content-type: text/html\r\n\r\n<p>') + end()),
    ],
    calls: [
      {
        protocol: 'fastcgi', operation: 'POST', target: '/orders/{id}', namespace: 'shop.example', statement: '', status: '404',
        error: '', outcome: 'complete', complete: true,
      },
      { operation: 'GET', target: '/', status: '200', outcome: 'complete' },
    ],
  },
  {
    name: 'failures: of the script, of the server, a refused request; a redirect; values',
    pieces: [
      client(begin + params('GET', '/a') + record(5, '')),
      server(record(6, 'Status: 500 Internal Server Error\r\n\r\n') + end(255)),
      client(begin + params('GET', '/b') + record(5, '')),
      server(end(0, 2)),
      client(begin + params('GET', '/c') + record(5, '')),
      server(record(6, 'Location: /d\r\n\r\n') + end()),
      client(record(9, param('FCGI_MAX_CONNS', ''), 0, 0)),
      server(record(10, param('FCGI_MAX_CONNS', '1'), 0, 0)),
    ],
    calls: [
      { target: '/a', status: '500', error: 'app_status' },
      { target: '/b', status: 'OVERLOADED', error: 'OVERLOADED' },
      { target: '/c', status: '302', error: '' },
      { operation: 'GET_VALUES', status: 'OK' },
    ],
  },
  {
    name: 'a page beyond the capture limit',
    whole: 'bytes are missing',
    pieces: [
      client(begin + params('GET', '/big') + record(5, '')),
      server(record(6, `Content-type: text/html\r\n\r\n${'x'.repeat(8000)}`).slice(0, 512), 40_000),
      client(begin + params('GET', '/next') + record(5, '')),
      server(record(6, 'Content-type: text/html\r\n\r\n<p>') + end()),
    ],
    calls: [
      { target: '/big', status: '200', outcome: 'complete' },
      { target: '/next', status: '200', outcome: 'complete' },
    ],
  },
]; // biome-ignore format: one case reads as one block
