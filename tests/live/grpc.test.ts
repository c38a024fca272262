import { describe, test } from 'vitest';
import { converse, expectExactly, serveNode, skipReason } from './live.ts';

const reason = skipReason();

describe.skipIf(reason !== '')(`gRPC ${reason}`, () => {
  test('23 calls of @grpc/grpc-js', async () => {
    const seen = await converse(serveNode('grpc.mjs'), 'grpc.mjs');
    expectExactly(seen, {
      'grpc: Get shop.Orders = 0': 13,
      'grpc: Get shop.Orders = 5 !NOT_FOUND': 1,
      'grpc: Get shop.Orders = 13 !INTERNAL': 1,
      'grpc: Get shop.Orders (reset) !CANCEL': 1,
      'grpc: Refund shop.Orders = 12 !UNIMPLEMENTED': 1,
      'grpc: List shop.Orders = 0': 3,
      'grpc: Import shop.Orders = 0': 2,
      'grpc: Chat shop.Orders = 0': 1,
    });
  });
});
