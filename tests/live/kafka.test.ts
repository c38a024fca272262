import { describe, test } from 'vitest';
import { converse, expectExactly, serveNode, skipReason } from './live.ts';

const reason = skipReason();

describe.skipIf(reason !== '')(`Kafka ${reason}`, () => {
  test('23 requests of kafkajs', async () => {
    const seen = await converse(serveNode('kafka.mjs'), 'kafka.mjs');
    expectExactly(
      seen,
      {
        'kafka: CreateTopics parts = 0': 1,
        'kafka: CreateTopics parts = 36 !TOPIC_ALREADY_EXISTS': 1,
        'kafka: ListGroups = 0': 1,
        'kafka: DeleteTopics parts = 0': 1,
        'kafka: Produce orders = 0': 14,
        'kafka: Produce secret = 29 !TOPIC_AUTHORIZATION_FAILED': 1,
        'kafka: ListOffsets orders = 0': 1,
        'kafka: Fetch orders = 0': 2,
        'kafka: OffsetCommit orders = 0': 1,
      },
      {
        around: {
          'kafka: ApiVersions = 0': 4,
          'kafka: Metadata = 0': 5,
          'kafka: Metadata orders = 0': 3,
          'kafka: Metadata secret = 0': 1,
          'kafka: FindCoordinator billing = 0': 1,
          'kafka: JoinGroup billing = 0': 1,
          'kafka: SyncGroup billing = 0': 1,
          'kafka: OffsetFetch orders = 0': 1,
          'kafka: LeaveGroup billing = 0': 1,
        },
      },
    );
  });
});
