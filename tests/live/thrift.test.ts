import { describe, test } from 'vitest';
import { converse, expectExactly, serveNode, skipReason } from './live.ts';

const reason = skipReason();

describe.skipIf(reason !== '')(`Thrift ${reason}`, () => {
  test.each(['binary', 'compact', 'buffered'])('23 calls of thrift, %s', async (kind) => {
    const seen = await converse(serveNode('thrift.mjs', [kind]), 'thrift.mjs', [kind]);
    expectExactly(seen, {
      'thrift: get = OK': 14,
      'thrift: get = EXCEPTION !declared_exception': 2,
      'thrift: count = OK': 3,
      'thrift: note (oneway)': 3,
      // The library leaves the type out, which is UNKNOWN then.
      'thrift: refund = EXCEPTION !UNKNOWN': 1,
    });
  });
});
