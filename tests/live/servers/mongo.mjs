// node mongo.mjs PORT: answers as a MongoDB server of one node does, with what each command needs and no more.
import { createServer } from 'node:net';
import { BSON } from 'mongodb';

const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const MORE_TO_COME = 2;
const hello = () => ({
  isWritablePrimary: true,
  ismaster: true,
  helloOk: true,
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  localTime: new Date(),
  logicalSessionTimeoutMinutes: 30,
  connectionId: 1,
  minWireVersion: 0,
  maxWireVersion: 21,
  readOnly: false,
  ok: 1,
});
const cursor = (command, batch, firstBatch, id = 0) => ({
  cursor: { [batch]: firstBatch, id: BSON.Long.fromNumber(id), ns: `shop.${command}` },
  ok: 1,
});
const orders = (count) => Array.from({ length: count }, (_, _id) => ({ _id, state: 'paid' }));
const failure = (code, codeName) => ({ ok: 0, code, codeName, errmsg: codeName });

const COMMANDS = {
  hello,
  ismaster: hello,
  isMaster: hello,
  ping: () => ({ ok: 1 }),
  endSessions: () => ({ ok: 1 }),
  insert({ insert, documents }) {
    if (insert === 'forbidden') return failure(13, 'Unauthorized');
    const again = documents.findIndex(({ _id }) => _id === 'again');
    if (again < 0) return { n: documents.length, ok: 1 };
    return { n: 0, ok: 1, writeErrors: [{ index: again, code: 11000, errmsg: 'E11000 duplicate key error' }] };
  },
  find: ({ find, limit = 3 }) => cursor(find, 'firstBatch', orders(Math.min(2, limit)), limit > 2 ? 7 : 0),
  getMore: ({ collection }) => cursor(collection, 'nextBatch', orders(1)),
  aggregate: ({ aggregate }) => cursor(aggregate, 'firstBatch', [{ n: 3 }]),
  update: () => ({ n: 1, nModified: 1, ok: 1 }),
  delete: () => ({ n: 1, ok: 1 }),
  distinct: () => ({ values: ['paid'], ok: 1 }),
  findAndModify: () => ({ value: { _id: 1 }, ok: 1 }),
  listCollections: () => cursor('$cmd.listCollections', 'firstBatch', [{ name: 'orders', type: 'collection' }]),
  createIndexes: () => ({ ok: 1 }),
  drop: () => failure(26, 'NamespaceNotFound'),
};

function answer(message) {
  const id = message.readInt32LE(4);
  const isQuery = message.readInt32LE(12) === OP_QUERY;
  let command;
  if (isQuery) command = BSON.deserialize(message.subarray(message.indexOf(0, 20) + 9));
  else {
    const size = message.readInt32LE(21);
    command = BSON.deserialize(message.subarray(21, 21 + size));
    if (message.length > 21 + size) Object.assign(command, sequence(message, 21 + size));
  }
  const name = Object.keys(command)[0];
  const body = BSON.serialize(COMMANDS[name]?.(command) ?? failure(59, 'CommandNotFound'));
  const head = Buffer.alloc(isQuery ? 36 : 21);
  head.writeInt32LE(head.length + body.length, 0);
  head.writeInt32LE(id, 8);
  head.writeInt32LE(isQuery ? OP_REPLY : OP_MSG, 12);
  if (isQuery) head.writeInt32LE(1, 32);
  return Buffer.concat([head, body]);
}

/** A section of kind 1: documents beside the command. */
function sequence(message, at) {
  const stop = at + 1 + message.readInt32LE(at + 1);
  const nameEnd = message.indexOf(0, at + 5);
  const documents = [];
  for (let next = nameEnd + 1; next < stop; next += message.readInt32LE(next)) {
    documents.push(BSON.deserialize(message.subarray(next, next + message.readInt32LE(next))));
  }
  return { [message.toString('latin1', at + 5, nameEnd)]: documents };
}

createServer((socket) => {
  let bytes = Buffer.alloc(0);
  socket.on('data', (piece) => {
    bytes = Buffer.concat([bytes, piece]);
    while (bytes.length >= 16 && bytes.length >= bytes.readInt32LE(0)) {
      const length = bytes.readInt32LE(0);
      const message = bytes.subarray(0, length);
      const isSilent = message.readInt32LE(12) === OP_MSG && (message.readInt32LE(16) & MORE_TO_COME) !== 0;
      if (!isSilent) socket.write(answer(message));
      bytes = bytes.subarray(length);
    }
  });
  socket.on('error', () => socket.destroy());
}).listen(Number(process.argv[2]), '127.0.0.1');
