// node mysql.mjs PORT: 23 statements: text and prepared ones, some that fail, a transaction.
import { createConnection } from 'mysql2/promise';

const client = await createConnection({ host: '127.0.0.1', port: Number(process.argv[2]), user: 'root', database: 'shop' });
const failure = (promise) =>
  promise.then(
    () => console.log('no failure'),
    ({ errno }) => console.log(errno),
  );

await client.query('CREATE TABLE orders (id INT PRIMARY KEY, state VARCHAR(20), note TEXT)');
for (const id of [1, 22, 333]) await client.query(`INSERT INTO orders VALUES (${id}, 'paid', '${'x'.repeat(id % 50)}')`);
for (const id of [1, 22]) await client.query(`SELECT * FROM orders WHERE id = ${id} /* by hand */`);
for (const id of [1, 22, 333, 4]) await client.execute('SELECT state FROM orders WHERE id = ?', [id]);
for (const id of [1, 22]) await client.execute('UPDATE orders SET state = ? WHERE id = ?', ['sent', id]);
await failure(client.query("INSERT INTO orders VALUES (1, 'twice', '')"));
await failure(client.query('SELECT * FROM nothing'));
await failure(client.query('SELEC 1'));
await client.beginTransaction();
await client.query('DELETE FROM orders WHERE id IN (22, 333)');
await client.commit();
await client.query('SELECT note FROM orders');
for (let i = 0; i < 2; i++) await client.ping();
await client.end();
