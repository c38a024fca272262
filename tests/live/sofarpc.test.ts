import { describe, test } from 'vitest';
import { converse, expectExactly, serveNode, skipReason } from './live.ts';

const reason = skipReason();

describe.skipIf(reason !== '')(`SOFARPC ${reason}`, () => {
  test('23 calls of sofa-rpc-node', async () => {
    const seen = await converse(serveNode('sofarpc.mjs'), 'sofarpc.mjs');
    expectExactly(seen, {
      'sofarpc: find com.shop.Orders:1.0 = 0': 11,
      'sofarpc: total com.shop.Orders:1.0 = 0': 10,
      'sofarpc: cancel com.shop.Orders:1.0 = 2 !SERVER_EXCEPTION': 1,
      'sofarpc: nothing com.shop.Orders:1.0 = 2 !SERVER_EXCEPTION': 1,
    });
  });
});
