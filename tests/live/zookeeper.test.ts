import { describe, test } from 'vitest';
import { converse, expectExactly, serveNode, skipReason } from './live.ts';

const reason = skipReason();

describe.skipIf(reason !== '')(`ZooKeeper ${reason}`, () => {
  test('23 operations of node-zookeeper-client', async () => {
    const seen = await converse(serveNode('zookeeper.mjs'), 'zookeeper.mjs');
    expectExactly(
      seen,
      {
        'zookeeper: create /locks = 0': 1,
        'zookeeper: create /locks/lock-{id} = 0': 3,
        'zookeeper: getData /locks/lock-{id} = 0': 3,
        'zookeeper: getChildren2 /locks = 0': 4,
        'zookeeper: getData /locks = 0': 1,
        'zookeeper: setData /locks = 0': 1,
        'zookeeper: nodeDataChanged /locks (oneway)': 1,
        'zookeeper: exists /locks = 0': 5,
        'zookeeper: create /locks = -110 !NodeExists': 1,
        'zookeeper: getData /nothing = -101 !NoNode': 1,
        'zookeeper: delete /locks = -111 !NotEmpty': 1,
        'zookeeper: delete /locks/lock-{id} = 0': 1,
      },
      { around: { 'zookeeper: connect = 0': 1, 'zookeeper: closeSession = 0': 1 } },
    );
  });
});
