// node kafka.mjs PORT: answers as a Kafka cluster of one broker does: topics of one partition, one consumer of a group.
import { createServer } from 'node:net';

const port = Number(process.argv[2]);
/** By api key: name, version spoken. */
const APIS = {
  0: ['produce', 3], 1: ['fetch', 4], 2: ['listOffsets', 1], 3: ['metadata', 1], 8: ['offsetCommit', 2],
  9: ['offsetFetch', 1], 10: ['findCoordinator', 0], 11: ['joinGroup', 0], 12: ['heartbeat', 0], 13: ['leaveGroup', 0],
  14: ['syncGroup', 0], 16: ['listGroups', 0], 18: ['apiVersions', 0], 19: ['createTopics', 1], 20: ['deleteTopics', 0],
}; // biome-ignore format: one list
const UNKNOWN_TOPIC = 3;
const NOT_ALLOWED = 29;
const ALREADY_EXISTS = 36;
/** Topic to its record batches, the first offset of each in its first eight bytes. */
const topics = new Map([
  ['orders', []],
  ['secret', []],
]);

class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }
  #move(size) {
    this.at += size;
    return this.at - size;
  }
  int16 = () => this.bytes.readInt16BE(this.#move(2));
  int32 = () => this.bytes.readInt32BE(this.#move(4));
  int64 = () => Number(this.bytes.readBigInt64BE(this.#move(8)));
  take(size) {
    const start = this.#move(Math.max(0, size));
    return this.bytes.subarray(start, this.at);
  }
  string = () => this.take(this.int16()).toString();
  blob = () => this.take(this.int32());
  list = (item) => Array.from({ length: this.int32() }, item);
}

const number = (size, write) => (value) => {
  const bytes = Buffer.alloc(size);
  bytes[write](value);
  return bytes;
};
const int8 = number(1, 'writeInt8');
const int16 = number(2, 'writeInt16BE');
const int32 = number(4, 'writeInt32BE');
const int64 = (value) => number(8, 'writeBigInt64BE')(BigInt(value));
const all = (...parts) => Buffer.concat(parts);
const string = (text) => all(int16(text.length), Buffer.from(text));
const none = int16(-1);
const blob = (bytes) => all(int32(bytes.length), bytes);
const list = (items) => all(int32(items.length), ...items);
const end = (batches) => batches.length;

const ANSWERS = {
  apiVersions: () =>
    all(int16(0), list(Object.entries(APIS).map(([key, [, version]]) => all(int16(key), int16(version), int16(version))))),
  metadata(request) {
    const count = request.int32();
    const names = count < 0 ? [...topics.keys()] : Array.from({ length: count }, request.string);
    const partition = all(int16(0), int32(0), int32(1), list([int32(1)]), list([int32(1)]));
    return all(
      list([all(int32(1), string('127.0.0.1'), int32(port), none)]),
      int32(1),
      list(
        names.map((name) => {
          const known = topics.has(name);
          return all(int16(known ? 0 : UNKNOWN_TOPIC), string(name), int8(0), list(known ? [partition] : []));
        }),
      ),
    );
  },
  produce(request) {
    request.string();
    request.int16();
    request.int32();
    const written = request.list(() => {
      const name = request.string();
      return all(string(name), list(request.list(() => append(name, request.int32(), request.blob()))));
    });
    return all(list(written), int32(0));
  },
  fetch(request) {
    for (let i = 0; i < 4; i++) request.int32();
    request.take(1);
    const found = request.list(() => {
      const name = request.string();
      const partitions = request.list(() => {
        const partition = request.int32();
        const batches = topics.get(name).slice(request.int64());
        request.int32();
        const size = int64(end(topics.get(name)));
        return { batches, bytes: all(int32(partition), int16(0), size, size, list([]), blob(all(...batches))) };
      });
      return { empty: partitions.every(({ batches }) => batches.length === 0), name, partitions };
    });
    const bytes = found.map(({ name, partitions }) => all(string(name), list(partitions.map(({ bytes }) => bytes))));
    const answer = all(int32(0), list(bytes));
    if (!found.every(({ empty }) => empty)) return answer;
    return new Promise((resolve) => setTimeout(resolve, 500, answer));
  },
  listOffsets(request) {
    request.int32();
    const found = request.list(() => {
      const name = request.string();
      const partitions = request.list(() => {
        const partition = request.int32();
        const offset = request.int64() === -2 ? 0 : end(topics.get(name));
        return all(int32(partition), int16(0), int64(-1), int64(offset));
      });
      return all(string(name), list(partitions));
    });
    return list(found);
  },
  offsetCommit(request) {
    request.string();
    request.int32();
    request.string();
    request.int64();
    const done = request.list(() => {
      const name = request.string();
      const partitions = request.list(() => {
        const partition = request.int32();
        request.int64();
        request.string();
        return all(int32(partition), int16(0));
      });
      return all(string(name), list(partitions));
    });
    return list(done);
  },
  offsetFetch(request) {
    request.string();
    const found = request.list(() => {
      const name = request.string();
      return all(string(name), list(request.list(() => all(int32(request.int32()), int64(-1), none, int16(0)))));
    });
    return list(found);
  },
  findCoordinator: () => all(int16(0), int32(1), string('127.0.0.1'), int32(port)),
  joinGroup(request) {
    request.string();
    request.int32();
    request.string();
    request.string();
    const [[name, metadata]] = request.list(() => [request.string(), request.blob()]);
    const member = all(string('only'), blob(metadata));
    return all(int16(0), int32(1), string(name), string('only'), string('only'), list([member]));
  },
  syncGroup(request) {
    request.string();
    request.int32();
    request.string();
    const [assignment] = request.list(() => [request.string(), request.blob()][1]);
    return all(int16(0), blob(assignment));
  },
  heartbeat: () => int16(0),
  leaveGroup: () => int16(0),
  listGroups: () => all(int16(0), list([all(string('billing'), string('consumer'))])),
  createTopics(request) {
    const created = request.list(() => {
      const name = request.string();
      request.int32();
      request.int16();
      request.list(() => [request.int32(), request.list(request.int32)]);
      request.list(() => [request.string(), request.string()]);
      const code = topics.has(name) ? ALREADY_EXISTS : 0;
      if (code === 0) topics.set(name, []);
      return all(string(name), int16(code), none);
    });
    return list(created);
  },
  deleteTopics: (request) =>
    list(request.list(request.string).map((name) => all(string(name), int16(topics.delete(name) ? 0 : UNKNOWN_TOPIC)))),
};

function append(name, partition, batch) {
  const batches = topics.get(name);
  const code = name === 'secret' ? NOT_ALLOWED : 0;
  const kept = Buffer.from(batch);
  kept.writeBigInt64BE(BigInt(end(batches)));
  if (code === 0) batches.push(kept);
  return all(int32(partition), int16(code), int64(end(batches) - 1), int64(-1));
}

createServer((socket) => {
  let bytes = Buffer.alloc(0);
  let last = Promise.resolve();
  socket.on('data', (piece) => {
    bytes = Buffer.concat([bytes, piece]);
    while (bytes.length >= 4 && bytes.length >= 4 + bytes.readInt32BE(0)) {
      const request = new Reader(bytes.subarray(4, 4 + bytes.readInt32BE(0)));
      bytes = bytes.subarray(4 + bytes.readInt32BE(0));
      const [name] = APIS[request.int16()];
      request.int16();
      const id = request.int32();
      request.string();
      const answer = ANSWERS[name](request);
      last = last.then(async () => socket.write(blob(all(int32(id), await answer))));
    }
  });
  socket.on('error', () => socket.destroy());
}).listen(port, '127.0.0.1');
