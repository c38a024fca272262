import { describe, test } from 'vitest';
import { converse, expectExactly, redisServer, skipReason } from './live.ts';

const reason = skipReason('redis-server');

describe.skipIf(reason !== '')(`Redis ${reason}`, () => {
  test('23 commands of @redis/client', async () => {
    const seen = await converse(redisServer, 'redis.mjs');
    expectExactly(
      seen,
      {
        'redis: SET order:{id}:state = OK': 3,
        'redis: GET order:{id}:state = OK': 4,
        'redis: HSET cart = OK': 3,
        'redis: HGETALL cart = OK': 1,
        'redis: LPUSH cart = WRONGTYPE': 1,
        'redis: NOSUCH = ERR': 1,
        'redis: MULTI = OK': 1,
        'redis: INCR visits = OK': 1,
        'redis: INCRBY visits = OK': 1,
        'redis: EXEC = OK': 1,
        'redis: SUBSCRIBE news = OK': 1,
        'redis: PUBLISH news = OK': 2,
        'redis: message news (oneway)': 2,
        'redis: DEL cart = OK': 1,
      },
      {
        around: {
          'redis: HELLO = OK': 2,
          'redis: CLIENT [CLIENT MAINT_NOTIFICATIONS] = ERR': 2,
          'redis: CLIENT [CLIENT SETINFO] = ERR': 4,
        },
      },
    );
  });
});
