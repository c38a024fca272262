// node tds.mjs PORT: 23 requests of tedious: batches, statements with parameters, a transaction, some that fail.
import { once } from 'node:events';
import { Connection, Request, TYPES } from 'tedious';

const connection = new Connection({
  server: '127.0.0.1',
  authentication: { type: 'default', options: { userName: 'shop', password: 'secret' } },
  options: { port: Number(process.argv[2]), encrypt: false, trustServerCertificate: true, database: 'shop' },
});
connection.connect();
const [problem] = await once(connection, 'connect');
if (problem) throw problem;

const run = (method, statement, parameters = {}) =>
  new Promise((resolve) => {
    const request = new Request(statement, (error) => {
      if (error) console.log(error.number);
      resolve();
    });
    for (const [name, value] of Object.entries(parameters)) request.addParameter(name, TYPES.Int, value);
    connection[method](request);
  });
const step = (method) => new Promise((resolve, reject) => connection[method]((error) => (error ? reject(error) : resolve())));

for (const id of [1, 22, 333]) await run('execSqlBatch', `SELECT id FROM orders WHERE id = ${id}`);
for (const id of [1, 22, 333, 4]) await run('execSql', 'SELECT id FROM orders WHERE id = @id', { id });
await step('beginTransaction');
for (const id of [1, 22]) await run('execSql', 'UPDATE orders SET state = @state WHERE id = @id', { state: 1, id });
await step('commitTransaction');
await run('execSqlBatch', 'SELECT id FROM nothing');
await run('execSql', 'SELECT id FROM nothing WHERE id = @id', { id: 1 });
await run('execSqlBatch', 'SELEC 1');
for (let i = 0; i < 9; i++) await run('execSqlBatch', "INSERT INTO orders VALUES (1, 'a value')");
connection.close();
