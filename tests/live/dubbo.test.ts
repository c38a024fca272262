import { describe, test } from 'vitest';
import { converse, expectExactly, serveNode, skipReason } from './live.ts';

const reason = skipReason();

describe.skipIf(reason !== '')(`Dubbo ${reason}`, () => {
  test('23 calls of apache-dubbo-js', async () => {
    const seen = await converse(serveNode('dubbo.mjs'), 'dubbo.mjs');
    expectExactly(seen, {
      'dubbo: get shop.Orders = 20': 16,
      'dubbo: refund shop.Orders = 20 !exception': 3,
      'dubbo: crash shop.Orders = 80 !SERVER_ERROR': 2,
      'dubbo: get shop.Parts = 60 !SERVICE_NOT_FOUND': 2,
    });
  });
});
