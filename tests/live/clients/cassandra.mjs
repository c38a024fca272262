// node cassandra.mjs PORT: 23 statements: plain and prepared ones, several at once, batches, some that fail.
import cassandra from 'cassandra-driver';

const client = new cassandra.Client({
  contactPoints: [`127.0.0.1:${process.argv[2]}`],
  localDataCenter: 'here',
  keyspace: 'shop',
  isMetadataSyncEnabled: false,
  protocolOptions: { maxVersion: 4 },
  pooling: { coreConnectionsPerHost: { 0: 1 }, heartBeatInterval: 0 },
});
await client.connect();
const failure = (promise) => promise.then(() => console.log('no failure'), ({ code }) => console.log(code));
const prepare = { prepare: true };

await client.execute('CREATE TABLE orders (id text PRIMARY KEY, state text)');
for (const id of [1, 22, 333]) await client.execute(`INSERT INTO orders (id, state) VALUES ('${id}', 'paid')`);
for (const id of ['1', '22', '333']) await client.execute('SELECT state FROM orders WHERE id = ?', [id], prepare);
await Promise.all(
  Array.from({ length: 7 }, (_, i) => client.execute('SELECT state FROM orders WHERE id = ?', [`${i}`], prepare)),
);
for (const id of ['1', '22']) await client.execute('UPDATE orders SET state = ? WHERE id = ?', ['sent', id], prepare);
await client.batch(["DELETE FROM orders WHERE id = '1'", "DELETE FROM orders WHERE id = '22'"]);
await failure(client.execute('SELECT * FROM nothing'));
await failure(client.execute('SELECT * FROM nothing WHERE id = ?', ['1'], prepare));
await failure(client.execute('SELEC 1'));
await client.execute('TRUNCATE orders');
await client.shutdown();
