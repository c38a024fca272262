import { describe, test } from 'vitest';
import { startNginx } from '../capture/nginx.ts';
import { converse, expectExactly, type Server, skipReason } from './live.ts';

const reason = skipReason('nginx');

const nginx: Server = { start: (sandbox, port) => startNginx(sandbox, port, 'http2') };

describe.skipIf(reason !== '')(`HTTP/2 of nginx, without TLS ${reason}`, () => {
  test('23 requests of Node over one connection', async () => {
    const seen = await converse(nginx, 'http2.mjs');
    expectExactly(seen, {
      'http2: GET /s200/orders/{id} = 200': 3,
      'http2: POST /s201/orders = 201': 3,
      'http2: PUT /s201/uploads = 201': 1,
      'http2: HEAD /s200/orders/{id} = 200': 1,
      'http2: DELETE /s204/orders/{id} = 204': 1,
      'http2: GET /s404/nothing = 404': 1,
      'http2: GET /s400/bad = 400': 1,
      'http2: GET /s500/broken = 500': 1,
      'http2: GET /s301/old = 301': 1,
      'http2: GET /s200/parts/{id} = 200': 9,
      'http2: GET /s503/away = 503': 1,
    });
  });
});
