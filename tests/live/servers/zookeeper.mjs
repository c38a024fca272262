// node zookeeper.mjs PORT: a ZooKeeper server of one, whose tree lies in memory; watches of data are told once.
import { createServer } from 'node:net';

const [CREATE, DELETE, EXISTS, GET_DATA, SET_DATA, GET_CHILDREN, PING, GET_CHILDREN_2, CLOSE] = [1, 2, 3, 4, 5, 8, 11, 12, -11];
const [NO_NODE, BAD_VERSION, NODE_EXISTS, NOT_EMPTY] = [-101, -103, -110, -111];
const WATCH = { xid: -1, changed: 3, connected: 3 };

const int = (value) => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};
const long = (value) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(value));
  return bytes;
};
const all = (...parts) => Buffer.concat(parts);
const buffer = (bytes) => all(int(bytes.length), bytes);
const string = (text) => buffer(Buffer.from(text));

const tree = new Map([['/', { data: Buffer.alloc(0), version: 0 }]]);
const watchers = new Map();
let zxid = 0;

const childrenOf = (path) =>
  [...tree.keys()].filter((key) => key !== '/' && key.slice(0, key.lastIndexOf('/') || 1) === path);
const stat = (path) => {
  const { data, version } = tree.get(path);
  const numbers = [int(version), int(0), int(0), long(0), int(data.length), int(childrenOf(path).length), long(zxid)];
  return all(long(zxid), long(zxid), long(0), long(0), ...numbers);
};

/** Body of the answer, or the code of an error. */
function run(operation, path, rest, socket) {
  const node = tree.get(path);
  if (operation !== CREATE && !node) return NO_NODE;
  switch (operation) {
    case CREATE:
      if (node) return NODE_EXISTS;
      tree.set(path, { data: rest.subarray(4, 4 + Math.max(0, rest.readInt32BE(0))), version: 0 });
      return string(path);
    case DELETE:
      if (childrenOf(path).length > 0) return NOT_EMPTY;
      tree.delete(path);
      return Buffer.alloc(0);
    case EXISTS:
      return stat(path);
    case GET_DATA:
      if (rest[0]) watchers.set(path, socket);
      return all(buffer(node.data), stat(path));
    case SET_DATA: {
      const length = Math.max(0, rest.readInt32BE(0));
      const version = rest.readInt32BE(4 + length);
      if (version >= 0 && version !== node.version) return BAD_VERSION;
      tree.set(path, { data: rest.subarray(4, 4 + length), version: node.version + 1 });
      return stat(path);
    }
    case GET_CHILDREN:
    case GET_CHILDREN_2: {
      const names = childrenOf(path).map((key) => string(key.slice(key.lastIndexOf('/') + 1)));
      return all(int(names.length), ...names, operation === GET_CHILDREN_2 ? stat(path) : Buffer.alloc(0));
    }
  }
  throw new Error(`operation ${operation}`);
}

function answer(request, socket) {
  const xid = request.readInt32BE(0);
  const operation = request.readInt32BE(4);
  if (operation === PING || operation === CLOSE) return all(int(xid), long(zxid), int(0));
  const length = request.readInt32BE(8);
  const path = request.subarray(12, 12 + length).toString();
  zxid++;
  const result = run(operation, path, request.subarray(12 + length), socket);
  if (typeof result === 'number') return all(int(xid), long(zxid), int(result));
  const watcher = operation === SET_DATA ? watchers.get(path) : undefined;
  watchers.delete(operation === SET_DATA ? path : '');
  watcher?.write(buffer(all(int(WATCH.xid), long(-1), int(0), int(WATCH.changed), int(WATCH.connected), string(path))));
  return all(int(xid), long(zxid), int(0), result);
}

createServer((socket) => {
  let pending = Buffer.alloc(0);
  let connected = false;
  socket.on('data', (bytes) => {
    pending = all(pending, bytes);
    while (pending.length >= 4 && pending.length >= 4 + pending.readInt32BE(0)) {
      const request = pending.subarray(4, 4 + pending.readInt32BE(0));
      pending = pending.subarray(4 + request.length);
      const session = all(int(0), int(30_000), long(23), buffer(Buffer.alloc(16, 1)));
      socket.write(buffer(connected ? answer(request, socket) : session));
      if (connected && request.readInt32BE(4) === CLOSE) socket.end();
      connected = true;
    }
  });
  socket.on('error', () => {});
}).listen(Number(process.argv[2]), '127.0.0.1');
