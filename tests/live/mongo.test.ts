import { describe, test } from 'vitest';
import { converse, expectExactly, serveNode, skipReason } from './live.ts';

const reason = skipReason();

describe.skipIf(reason !== '')(`MongoDB ${reason}`, () => {
  test('23 commands of mongodb', async () => {
    const seen = await converse(serveNode('mongo.mjs'), 'mongo.mjs');
    expectExactly(
      seen,
      {
        'mongo: insert orders = OK': 4,
        'mongo: insert orders = 11000': 1,
        'mongo: insert forbidden = 13 !Unauthorized': 1,
        'mongo: find orders = OK': 5,
        'mongo: getMore orders = OK': 1,
        'mongo: update orders = OK': 2,
        'mongo: findAndModify orders = OK': 1,
        'mongo: delete orders = OK': 1,
        'mongo: distinct orders = OK': 1,
        'mongo: aggregate orders = OK': 2,
        'mongo: listCollections = OK': 1,
        'mongo: createIndexes orders = OK': 1,
        'mongo: ping = OK': 1,
        'mongo: noSuchCommand = 59 !CommandNotFound': 1,
      },
      { around: { 'mongo: ismaster = OK': 2, 'mongo: endSessions (oneway)': 1 } },
    );
  });
});
