// node thrift.mjs PORT binary|compact|buffered: 23 calls, the last ten at once.
import thrift from 'thrift';
import { Client, options } from '../servers/warehouse.mjs';

const connection = thrift.createConnection('127.0.0.1', Number(process.argv[2]), options[process.argv[3]]);
const client = thrift.createClient(Client, connection);

for (const id of [1, 22, 333, 2222]) await client.ask('get', id);
for (const name of ['a', 'b', 'x'.repeat(2000)]) await client.ask('count', name);
for (let i = 0; i < 3; i++) await client.ask('note', 'x'.repeat(100 * i));
for (let i = 0; i < 2; i++) await client.ask('get', 404);
await client.ask('refund', 1);
await Promise.all(Array.from({ length: 10 }, (_, id) => client.ask('get', id)));
connection.end();
