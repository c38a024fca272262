import { describe, test } from 'vitest';
import { converse, expectExactly, serveNode, skipReason } from './live.ts';

const reason = skipReason();

describe.skipIf(reason !== '')(`Cassandra ${reason}`, () => {
  test('23 statements of cassandra-driver', async () => {
    const seen = await converse(serveNode('cassandra.mjs'), 'cassandra.mjs');
    expectExactly(
      seen,
      {
        'cassandra: CREATE orders [CREATE TABLE orders (id text PRIMARY KEY, state text)] = OK': 1,
        'cassandra: INSERT orders [INSERT INTO orders (id, state) VALUES (?, ?)] = OK': 3,
        'cassandra: PREPARE orders [SELECT state FROM orders WHERE id = ?] = OK': 1,
        'cassandra: SELECT orders [SELECT state FROM orders WHERE id = ?] = OK': 10,
        'cassandra: PREPARE orders [UPDATE orders SET state = ? WHERE id = ?] = OK': 1,
        'cassandra: UPDATE orders [UPDATE orders SET state = ? WHERE id = ?] = OK': 2,
        'cassandra: BATCH orders [DELETE FROM orders WHERE id = ?] = OK': 1,
        'cassandra: SELECT nothing [SELECT * FROM nothing] = 0x2200 !INVALID': 1,
        'cassandra: PREPARE nothing [SELECT * FROM nothing WHERE id = ?] = 0x2200 !INVALID': 1,
        'cassandra: SELEC [SELEC ?] = 0x2000 !SYNTAX_ERROR': 1,
        'cassandra: TRUNCATE orders [TRUNCATE orders] = OK': 1,
      },
      {
        around: {
          'cassandra: OPTIONS = OK': 1,
          'cassandra: STARTUP = OK': 1,
          'cassandra: REGISTER = OK': 1,
          'cassandra: SELECT system.local [SELECT * FROM system.local WHERE key = ?] = OK': 1,
          'cassandra: SELECT system.peers [SELECT * FROM system.peers] = OK': 1,
          'cassandra: USE [USE "shop"] = OK': 1,
        },
      },
    );
  });
});
