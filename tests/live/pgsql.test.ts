import { execFileSync } from 'node:child_process';
import { chownSync, globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'vitest';
import { converse, expectExactly, type Server, serve, skipReason } from './live.ts';

const programs = dirname(globSync('/usr/lib/postgresql/*/bin/postgres').at(-1) ?? '');
const reason = programs === '.' ? 'needs postgres' : skipReason('setpriv');

const NOBODY = 65534;
/** PostgreSQL refuses to run as root. */
const AS_NOBODY = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'];

const postgres: Server = {
  start(sandbox, port) {
    const { folder } = sandbox;
    chownSync(folder, NOBODY, NOBODY);
    const data = join(folder, 'data');
    const [command, ...words] = [...AS_NOBODY, join(programs, 'initdb'), '-D', data];
    const options = ['--username=tester', '--auth=trust', '--no-sync', '--no-locale', '--encoding=UTF8'];
    execFileSync(command, [...words, ...options], { cwd: '/', stdio: 'ignore' });
    const settings = {
      listen_addresses: '127.0.0.1',
      port,
      unix_socket_directories: '',
      shared_buffers: '16MB',
      dynamic_shared_memory_type: 'mmap',
      log_min_messages: 'fatal',
      fsync: 'off',
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    return serve(sandbox, [...AS_NOBODY, join(programs, 'postgres'), '-D', data, ...flags]);
  },
};

describe.skipIf(reason !== '')(`PostgreSQL ${reason}`, () => {
  test('23 statements of pg', async () => {
    const seen = await converse(postgres, 'pgsql.mjs');
    expectExactly(
      seen,
      {
        'pgsql: CREATE orders [CREATE TABLE orders (id INT PRIMARY KEY, state TEXT, note TEXT)] = OK': 1,
        'pgsql: INSERT orders [INSERT INTO orders VALUES (?, ?, ?)] = OK': 3,
        'pgsql: SELECT orders [SELECT * FROM orders WHERE id = ?] = OK': 2,
        'pgsql: SELECT orders [SELECT state FROM orders WHERE id = ?] = OK': 3,
        'pgsql: UPDATE orders [UPDATE orders SET state = ? WHERE id = ?] = OK': 3,
        'pgsql: INSERT orders [INSERT INTO orders VALUES (?, ?, ?)] = 23505': 1,
        'pgsql: SELECT nothing [SELECT * FROM nothing WHERE id = ?] = 42P01': 1,
        'pgsql: SELEC [SELEC ?] = 42601': 1,
        'pgsql: BEGIN [BEGIN] = OK': 1,
        'pgsql: DELETE orders [DELETE FROM orders WHERE id IN (?)] = OK': 1,
        'pgsql: SELECT [SELECT ? / ?] = 22012': 1,
        'pgsql: ROLLBACK [ROLLBACK] = OK': 1,
        'pgsql: SELECT orders [SELECT note FROM orders] = OK': 1,
        'pgsql: SELECT orders [SELECT count(*) FROM orders] = OK': 1,
        'pgsql: DROP orders [DROP TABLE orders] = OK': 1,
        'pgsql: = OK': 1,
      },
      { around: { 'pgsql: CONNECT = OK': 1 } },
    );
  });
});
