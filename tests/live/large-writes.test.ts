import { SELF } from '@sonde/model';
import { describe, expect, test } from 'vitest';
import { type Counts, converse, measured, redisServer, type Seen, SIDES, serveNode, skipReason } from './live.ts';

const reason = skipReason();
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
