import { client, type ProtocolCase, server } from './case.ts';

const GET = 'GET /users/42?full=1 HTTP/1.1\r\nHost: shop.example\r\n\r\n';
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello';

export const httpCases: readonly ProtocolCase[] = [
  {
    name: 'one exchange',
    pieces: [client(GET), server(OK)],
    calls: [
      {
        protocol: 'http', operation: 'GET', target: '/users/{id}', status: '200', error: '', version: '1.1',
        namespace: 'shop.example', outcome: 'complete', requestBytes: GET.length, responseBytes: OK.length, complete: true,
      },
    ],
  },
  {
    name: 'pipelining: responses in the order of requests',
    pieces: [
      client('GET /a HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\nGET /c HTTP/1.1\r\n\r\n'),
      server('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n'),
      server('HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n'),
    ],
    calls: [
      { target: '/a', status: '200', responseBytes: 40 },
      { target: '/b', status: '404', error: '' },
      { target: '/c', status: '503', error: '503' },
    ],
  },
  {
    name: 'chunked both ways, with trailers',
    pieces: [
      client('POST /up HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nGET \r\n0\r\n\r\n'),
      server('HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n5;x=1\r\nab\r\nc\r\n0\r\nX-T: 1\r\n\r\n'),
      client('GET /next HTTP/1.1\r\n\r\n'),
      server('HTTP/1.1 204 No Content\r\n\r\n'),
    ],
    calls: [
      { operation: 'POST', target: '/up', status: '200', requestBytes: 63, responseBytes: 80 },
      { operation: 'GET', target: '/next', status: '204' },
    ],
  },
  {
    name: 'HEAD: a length without a body',
    pieces: [
      client('HEAD /f HTTP/1.1\r\n\r\n'),
      server('HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n'),
      client('GET /f HTTP/1.1\r\n\r\n'),
      server('HTTP/1.1 304 Not Modified\r\nContent-Length: 999\r\n\r\n'),
    ],
    calls: [
      { operation: 'HEAD', status: '200', responseBytes: 40 },
      { operation: 'GET', status: '304' },
    ],
  },
  {
    name: '100-continue and 103 do not settle',
    pieces: [
      client('PUT /big HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n'),
      server('HTTP/1.1 100 Continue\r\n\r\n'),
      client('abc'),
      server('HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n'),
    ],
    calls: [{ operation: 'PUT', status: '201', requestBytes: 65, complete: true }],
  },
  {
    name: 'a response before the request ended',
    pieces: [
      client('POST /up HTTP/1.1\r\nContent-Length: 10\r\n\r\nabcde'),
      server('HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n'),
      client('fghij'),
      client('GET /n HTTP/1.1\r\n\r\n'),
      server('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'),
    ],
    calls: [
      { operation: 'POST', status: '413', requestBytes: 51 },
      { operation: 'GET', target: '/n', status: '200' },
    ],
  },
  {
    name: 'upgrade to WebSocket is one exchange, the messages after it are named by its path',
    pieces: [
      client('GET /ws/7 HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'),
      server('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n\x81\x02hi'),
      client('\x81\x80\0\0\0\0'),
    ],
    calls: [
      { protocol: 'http', operation: 'GET', target: '/ws/{id}', status: '101' },
      { protocol: 'websocket', operation: 'text', target: '/ws/{id}', namespace: 'h', outcome: 'oneway' },
      { protocol: 'websocket', operation: 'text', target: '/ws/{id}', requestBytes: 6 },
    ],
  },
  {
    name: 'upgrade to HTTP/2: the request is answered by 101, and again in stream 1',
    pieces: [
      client('GET /h2c HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: \r\n\r\n'),
      server('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n\0\0\0\x04\0\0\0\0\0'),
      client('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0\0\0\x03\x01\x05\0\0\0\x03\x82\x86\x84'),
      server('\0\0\x01\x01\x05\0\0\0\x01\x88\0\0\x01\x01\x05\0\0\0\x03\x89'),
    ],
    calls: [
      { protocol: 'http', operation: 'GET', target: '/h2c', status: '101' },
      { protocol: 'http2', operation: 'GET', target: '/h2c', status: '200', namespace: 'h', requestBytes: 0, responseBytes: 10 },
      { protocol: 'http2', operation: 'GET', target: '/', status: '204' },
    ],
  },
  {
    name: 'body until close (HTTP/1.0)',
    pieces: [client('GET /old HTTP/1.0\r\n\r\n'), server('HTTP/1.0 200 OK\r\n\r\nall the '), server('rest')],
    calls: [{ target: '/old', status: '200', version: '1.0', responseBytes: 31, outcome: 'complete' }],
  },
  {
    name: 'empty lines before the first request',
    pieces: [
      client('\r\n\r\nGET /a HTTP/1.1\r\nHost: h\r\n\r\n'),
      server('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'),
    ],
    calls: [{ operation: 'GET', target: '/a', status: '200' }],
  },
  {
    name: 'absolute form, query and fragment never kept',
    pieces: [
      client('GET http://h/x/9?token=secret HTTP/1.1\r\nhost: h\r\n\r\n'),
      server('HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n'),
    ],
    calls: [{ target: '/x/{id}', status: '302', namespace: 'h' }],
  },
  {
    name: 'absolute form in capitals, without a path',
    pieces: [
      client('GET HTTP://h/a HTTP/1.1\r\n\r\nGET coap+x://h HTTP/1.1\r\n\r\n'),
      server('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'),
    ],
    calls: [{ target: '/a' }, { target: '' }],
  },
  {
    name: 'no version: HTTP/0.9, and clients that forget it',
    whole: 'where the line ends the segment, nobody knows whether fields follow',
    pieces: [
      client('GET /x?y=1\r\nHost: h\r\n\r\n'),
      server('HTTP/1.0 400 Bad Request\r\nContent-Length: 0\r\n\r\n'),
      client('GET /old\r\n'),
    ],
    calls: [
      { target: '/x', status: '400', namespace: 'h', version: '1.0' },
      { target: '/old', status: '', version: '', outcome: 'closed' },
    ],
  },
  {
    name: 'other versions, spaces too many, an empty line before a response, a length with a sign and zeros',
    pieces: [
      client('GET /a HTTP/0.9\r\n\r\n'),
      server('HTTP/2.0  201 ok\r\nContent-Length: +00000000000000000002\r\n\r\nok'),
      client('GET /b HTTP/1.10 \r\n\r\n'),
      server('\r\nHTTP/1 404 no\r\nContent-Length: 0\r\n\r\n'),
      client('GET /c http/1.1\r\n\r\n'),
      server('ICY 200 OK\r\n\r\n'),
    ],
    calls: [
      { operation: 'GET', target: '/a', status: '201', version: '', complete: true },
      { operation: 'GET', target: '/b', status: '404', version: '' },
      { operation: 'GET', target: '/c', status: '200', version: '1.1' },
    ],
  },
  {
    name: 'closed before a response',
    pieces: [client('GET /slow HTTP/1.1\r\n\r\n')],
    calls: [{ target: '/slow', status: '', outcome: 'closed', complete: false }],
  },
  {
    name: 'a header longer than the capture limit, then a whole exchange',
    whole: 'bytes are missing',
    pieces: [
      client('GET /long/7 HTTP/1.1\r\nCookie: aaaaaaaaaaaa', 3000),
      server('HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nxx', 99998),
      client('GET /next HTTP/1.1\r\n\r\n'),
      server('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'),
    ],
    calls: [
      { target: '/long/{id}', status: '200', complete: false, requestBytes: 3042, responseBytes: 100043 },
      { target: '/next', status: '200' },
    ],
  },
  {
    name: 'a response that was lost is not the next one',
    whole: 'bytes are missing',
    pieces: [
      client('GET /lost HTTP/1.1\r\n\r\n'),
      server('x', 112),
      client('GET /seen HTTP/1.1\r\n\r\n'),
      server('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n'),
    ],
    calls: [
      { target: '/lost', status: '', outcome: 'pending', complete: false },
      { target: '/seen', status: '404', outcome: 'complete', complete: true },
    ],
  },
  {
    name: 'mid-stream start: the rest of a body, then an exchange',
    whole: 'the first piece is the end of an unseen message',
    pieces: [
      server('tail of a body'),
      client('GET /first HTTP/1.1\r\n\r\n'),
      server('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'),
    ],
    calls: [{ target: '/first', status: '200' }],
  },
]; // biome-ignore format: one case reads as one block
