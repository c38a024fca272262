// node long-requests.mjs PORT: statements much longer than most, of one shape: what they work on stands at their end.
import { createConnection } from 'mysql2/promise';

const client = await createConnection({ host: '127.0.0.1', port: Number(process.argv[2]), user: 'root', database: 'shop' });
await client.query('CREATE TABLE orders (id INT PRIMARY KEY)');
for (let i = 0; i < 23; i++) {
  const columns = Array.from({ length: 60 }, (_, n) => `'${'x'.repeat(20 + i)}' AS a_rather_long_name_${n}`);
  await client.query(`SELECT ${columns.join(', ')} FROM orders WHERE id = ${i}`);
}
await client.end();
