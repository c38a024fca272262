import { describe, test } from 'vitest';
import { converse, expectExactly, serveNode, skipReason } from './live.ts';

const reason = skipReason();

describe.skipIf(reason !== '')(`gRPC ${reason}`, () => {
  test('23 calls of @grpc/grpc-js', async () => {
    const seen = await converse(serveNode('grpc.mjs'), 'grpc.mjs');
    expectExactly(seen, {}, {});
  });
});
