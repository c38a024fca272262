import { ATTR, SELF } from '@sonde/model';
import { describe, expect, test } from 'vitest';
import { startNginx } from '../capture/nginx.ts';
import {
  type Counts,
  converse,
  mariadb,
  measured,
  redisServer,
  type Seen,
  SIDES,
  serveNode,
  skipReason,
} from './live.ts';

const reason = skipReason();
const withoutMariadb = skipReason('mariadbd');
const withoutNginx = skipReason('nginx');
const withoutRedis = skipReason('redis-server');

/** Both ends must have measured exactly these, whatever the size of the writes they came in. */
function expectMeasured({ sink }: Seen, wanted: Counts): void {
  for (const side of SIDES) expect(measured(sink, side), side).toEqual(wanted);
  expect(sink.total(SELF.dropped)).toBe(0);
}

describe.skipIf(withoutRedis !== '')(`Redis ${withoutRedis}`, () => {
  test('long pipelines are counted one by one, from the first write on', async () => {
    expectMeasured(await converse(redisServer, 'redis-large.mjs'), {
      'redis: SET first:{id} = OK': 190,
      'redis: LPUSH first:{id} = WRONGTYPE': 21,
      'redis: SET second:{id} = OK': 361,
      'redis: LPUSH second:{id} = WRONGTYPE': 40,
      'redis: SET large = OK': 1,
      'redis: GET large = OK': 1,
      'redis: SET bulk = OK': 20,
      'redis: GET first:{id} = OK': 23,
    });
  });
});

describe.skipIf(reason !== '')(`HTTP/2 ${reason}`, () => {
  test('many frames in one write, and header tables that outlive large bodies', async () => {
    expectMeasured(await converse(serveNode('http2-large.mjs'), 'http2-large.mjs'), {
      'http2: GET /parts = 200': 82 + 23,
      'http2: GET /missing = 418': 14,
      'http2: POST /uploads = 507': 5,
    });
  });
});

describe.skipIf(withoutMariadb !== '')(`MariaDB ${withoutMariadb}`, () => {
  test('long statements of one shape are one, with what stands at their end', async () => {
    const columns = Array.from({ length: 60 }, (_, n) => `? AS a_rather_long_name_${n}`).join(', ');
    expectMeasured(await converse(mariadb, 'long-requests.mjs'), {
      'mysql: CONNECT = OK': 1,
      'mysql: CREATE orders [CREATE TABLE orders (id INT PRIMARY KEY)] = OK': 1,
      [`mysql: SELECT orders [SELECT ${columns} FROM orders WHERE id = ?] = OK`]: 23,
      'mysql: QUIT (oneway)': 1,
    });
  });
});

describe.skipIf(withoutNginx !== '')(`HTTP/1 ${withoutNginx}`, () => {
  test('a trace context behind long cookies', async () => {
    const seen = await converse({ start: startNginx }, 'http-long.mjs');
    expectMeasured(seen, { 'http: GET /s200/orders/{id} = 200': 12, 'http: POST /s200/orders/{id} = 200': 11 });
    const contexts = seen.sink.spans.map(({ attributes }) => attributes[ATTR.contextTrace]);
    expect(contexts).toEqual(Array(46).fill('ab'.repeat(16)));
  });
});
