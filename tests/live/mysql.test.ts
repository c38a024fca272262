import { describe, test } from 'vitest';
import { converse, expectExactly, mariadb, skipReason } from './live.ts';

const reason = skipReason('mariadbd');

describe.skipIf(reason !== '')(`MariaDB ${reason}`, () => {
  test('23 statements of mysql2', async () => {
    const seen = await converse(mariadb, 'mysql.mjs');
    expectExactly(
      seen,
      {
        'mysql: CREATE orders [CREATE TABLE orders (id INT PRIMARY KEY, state VARCHAR(?), note TEXT)] = OK': 1,
        'mysql: INSERT orders [INSERT INTO orders VALUES (?, ?, ?)] = OK': 3,
        'mysql: SELECT orders [SELECT * FROM orders WHERE id = ?] = OK': 2,
        'mysql: PREPARE orders [SELECT state FROM orders WHERE id = ?] = OK': 1,
        'mysql: SELECT orders [SELECT state FROM orders WHERE id = ?] = OK': 4,
        'mysql: PREPARE orders [UPDATE orders SET state = ? WHERE id = ?] = OK': 1,
        'mysql: UPDATE orders [UPDATE orders SET state = ? WHERE id = ?] = OK': 2,
        'mysql: INSERT orders [INSERT INTO orders VALUES (?, ?, ?)] = 1062 !23000': 1,
        'mysql: SELECT nothing [SELECT * FROM nothing] = 1146 !42S02': 1,
        'mysql: SELEC [SELEC ?] = 1064 !42000': 1,
        'mysql: START [START TRANSACTION] = OK': 1,
        'mysql: DELETE orders [DELETE FROM orders WHERE id IN (?)] = OK': 1,
        'mysql: COMMIT [COMMIT] = OK': 1,
        'mysql: SELECT orders [SELECT note FROM orders] = OK': 1,
        'mysql: PING = OK': 2,
      },
      { around: { 'mysql: CONNECT = OK': 1, 'mysql: QUIT (oneway)': 1 } },
    );
  });
});
