// node cassandra.mjs PORT: answers as a Cassandra node does, in native protocol 4: one row to each SELECT, its own to those
// of system tables, errors where the statement has a mistake.
import { createHash } from 'node:crypto';
import { createServer } from 'node:net';

const [ERROR, STARTUP, READY, OPTIONS, SUPPORTED, QUERY, RESULT, PREPARE, EXECUTE, REGISTER, BATCH] = [
  0, 1, 2, 5, 6, 7, 8, 9, 10, 11, 13,
];
const [VOID, ROWS, KEYSPACE, PREPARED] = [1, 2, 3, 4];
const [VARCHAR, UUID] = [13, 12];
const [SYNTAX_ERROR, INVALID] = [0x2000, 0x2200];

const int16 = (value) => Buffer.from([value >> 8, value & 0xff]);
function int32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
const all = (...parts) => Buffer.concat(parts);
const string = (text) => all(int16(text.length), Buffer.from(text));
const value = (bytes) => all(int32(bytes.length), Buffer.from(bytes));

/** Columns: name to [type, value]. */
function rows(table, columns, count = 1) {
  const entries = Object.entries(columns);
  const specifications = entries.map(([name, [type]]) => all(string(name), int16(type)));
  const head = all(int32(ROWS), int32(1), int32(entries.length), string('shop'), string(table), ...specifications);
  const row = all(...entries.map(([, [, bytes]]) => value(bytes)));
  return all(head, int32(count), ...Array.from({ length: count }, () => row));
}

const LOCAL = {
  key: [VARCHAR, 'local'],
  cluster_name: [VARCHAR, 'test'],
  data_center: [VARCHAR, 'here'],
  rack: [VARCHAR, 'first'],
  partitioner: [VARCHAR, 'org.apache.cassandra.dht.Murmur3Partitioner'],
  release_version: [VARCHAR, '4.1.0'],
  host_id: [UUID, Buffer.alloc(16, 7)],
  schema_version: [UUID, Buffer.alloc(16, 9)],
};
const error = (code, text) => [ERROR, all(int32(code), string(text))];

function run(statement) {
  if (/^SELEC /.test(statement)) return error(SYNTAX_ERROR, "line 1:0 no viable alternative at input 'SELEC'");
  if (/\bnothing\b/.test(statement)) return error(INVALID, 'table nothing does not exist');
  if (/system\.local/.test(statement)) return [RESULT, rows('local', LOCAL)];
  if (/system\.peers/.test(statement)) return [RESULT, rows('peers', { rack: [VARCHAR, ''] }, 0)];
  if (/^SELECT/.test(statement)) return [RESULT, rows('orders', { state: [VARCHAR, 'paid'] })];
  if (/^USE/.test(statement)) return [RESULT, all(int32(KEYSPACE), string('shop'))];
  return [RESULT, int32(VOID)];
}

const prepared = new Map();

function prepare(statement) {
  if (/\bnothing\b/.test(statement)) return run(statement);
  const id = createHash('md5').update(statement).digest();
  prepared.set(id.toString('hex'), statement);
  const names = Array.from(statement.matchAll(/\?/g), (_, i) => all(string(`p${i}`), int16(VARCHAR)));
  const variables = all(int32(1), int32(names.length), int32(0), string('shop'), string('orders'), ...names);
  return [RESULT, all(int32(PREPARED), int16(id.length), id, variables, int32(0), int32(0))];
}

function answer(opcode, body) {
  const long = () => body.toString('utf8', 4, 4 + body.readInt32BE(0));
  switch (opcode) {
    case STARTUP:
    case REGISTER:
      return [READY, Buffer.alloc(0)];
    case OPTIONS:
      return [SUPPORTED, all(int16(1), string('CQL_VERSION'), int16(1), string('3.4.5'))];
    case QUERY:
      return run(long());
    case PREPARE:
      return prepare(long());
    case EXECUTE:
      return run(prepared.get(body.subarray(2, 2 + body.readUInt16BE(0)).toString('hex')));
    case BATCH:
      return [RESULT, int32(VOID)];
    default:
      return error(0x000a, 'unknown opcode');
  }
}

createServer((socket) => {
  let bytes = Buffer.alloc(0);
  socket.on('data', (piece) => {
    bytes = Buffer.concat([bytes, piece]);
    while (bytes.length >= 9 && bytes.length >= 9 + bytes.readInt32BE(5)) {
      const length = 9 + bytes.readInt32BE(5);
      const [opcode, body] = answer(bytes[4], bytes.subarray(9, length));
      socket.write(all(Buffer.from([0x84, 0, bytes[2], bytes[3], opcode]), int32(body.length), body));
      bytes = bytes.subarray(length);
    }
  });
  socket.on('error', () => socket.destroy());
}).listen(Number(process.argv[2]), '127.0.0.1');
