import { describe, test } from 'vitest';
import { converse, expectExactly, type Server, serve, skipReason } from './live.ts';

const reason = skipReason('memcached');

const memcached: Server = {
  start: (sandbox, port) => serve(sandbox, ['memcached', '-u', 'root', '-l', '127.0.0.1', '-p', `${port}`, '-m', '16']),
};

describe.skipIf(reason !== '')(`Memcached ${reason}`, () => {
  test('23 commands of memcached, in text', async () => {
    const seen = await converse(memcached, 'memcached-text.mjs');
    expectExactly(seen, {
      'memcached: set order:{id} = STORED': 3,
      'memcached: get order:{id} = VALUE': 4,
      'memcached: get order:{id} = END': 1,
      'memcached: add order:{id} = NOT_STORED': 1,
      'memcached: add order:{id} = STORED': 1,
      'memcached: replace order:{id} = NOT_STORED': 1,
      'memcached: append order:{id} = STORED': 1,
      'memcached: prepend order:{id} = STORED': 1,
      'memcached: gets order:{id} = VALUE': 1,
      'memcached: cas order:{id} = STORED': 1,
      'memcached: cas order:{id} = EXISTS': 1,
      'memcached: set visits = STORED': 1,
      'memcached: incr visits = OK': 1,
      'memcached: decr visits = OK': 1,
      'memcached: incr order:{id} = CLIENT_ERROR': 1,
      'memcached: touch visits = TOUCHED': 1,
      'memcached: delete visits = DELETED': 1,
      'memcached: delete visits = NOT_FOUND': 1,
    });
  });

  test('23 commands of memjs, in binary', async () => {
    const seen = await converse(memcached, 'memcached-binary.mjs');
    expectExactly(seen, {
      'memcached: set order:{id} = OK': 3,
      'memcached: get order:{id} = OK': 3,
      'memcached: get order:{id} = NOT_FOUND': 4,
      'memcached: add order:{id} = EXISTS': 1,
      'memcached: add order:{id} = OK': 1,
      'memcached: replace order:{id} = NOT_FOUND': 1,
      'memcached: append order:{id} = OK': 2,
      'memcached: incr visits = OK': 2,
      'memcached: decr visits = OK': 1,
      'memcached: incr order:{id} = NON_NUMERIC': 1,
      'memcached: touch visits = OK': 1,
      'memcached: delete visits = OK': 1,
      'memcached: delete visits = NOT_FOUND': 1,
      'memcached: flush_all = OK': 1,
    });
  });
});
