// node pgsql.mjs PORT: 23 statements: simple and extended queries, prepared by name, some that fail, a transaction, COPY.
import pg from 'pg';

const client = new pg.Client({ host: '127.0.0.1', port: Number(process.argv[2]), user: 'tester', database: 'postgres' });
await client.connect();
const failure = (promise) =>
  promise.then(
    () => console.log('no failure'),
    ({ code }) => console.log(code),
  );

await client.query('CREATE TABLE orders (id INT PRIMARY KEY, state TEXT, note TEXT)');
for (const id of [1, 22, 333]) await client.query(`INSERT INTO orders VALUES (${id}, 'paid', '${'x'.repeat(id % 50)}')`);
for (const id of [1, 22]) await client.query(`SELECT * FROM orders WHERE id = ${id} /* by hand */`);
for (const id of [1, 22, 333]) await client.query('SELECT state FROM orders WHERE id = $1', [id]);
for (const id of [1, 22, 333]) {
  await client.query({ name: 'ship', text: 'UPDATE orders SET state = $1 WHERE id = $2', values: ['sent', id] });
}
await failure(client.query("INSERT INTO orders VALUES (1, 'twice', '')"));
await failure(client.query('SELECT * FROM nothing WHERE id = $1', [1]));
await failure(client.query('SELEC 1'));
await client.query('BEGIN');
await client.query('DELETE FROM orders WHERE id IN (22, 333)');
await failure(client.query('SELECT 1 / 0'));
await client.query('ROLLBACK');
await client.query('SELECT note FROM orders');

await client.query('SELECT count(*) FROM orders');
await client.query('DROP TABLE orders');
await client.query('');
await client.end();
