// node dubbo.mjs PORT: answers as a Dubbo 2 provider does, with texts; some methods throw, some are not there.
import { createServer } from 'node:net';

const HEADER = 16;
const RESPONSE_OF_HESSIAN2 = 2;
const [OK, SERVICE_NOT_FOUND, SERVER_ERROR] = [20, 60, 80];
const [THREW, VALUE] = [0x90, 0x91];
const text = (value) => Buffer.from(String.fromCharCode(value.length) + value, 'latin1');

/** The first `count` strings of Hessian 2, each shorter than 1024. */
function strings(bytes, count) {
  const found = [];
  for (let at = 0; found.length < count; ) {
    const isLong = bytes[at] >= 0x30;
    const length = isLong ? (bytes[at] - 0x30) * 256 + bytes[at + 1] : bytes[at];
    const start = at + (isLong ? 2 : 1);
    at = start + length;
    found.push(bytes.toString('utf8', start, at));
  }
  return found;
}

function answer(body) {
  const [, service, , method] = strings(body, 4);
  if (service !== 'shop.Orders') return [SERVICE_NOT_FOUND, text('no such service')];
  if (method === 'crash') return [SERVER_ERROR, text('broken')];
  if (method === 'refund') return [OK, Buffer.concat([Buffer.from([THREW]), text('not paid')])];
  return [OK, Buffer.concat([Buffer.from([VALUE]), text('paid')])];
}

createServer((socket) => {
  let bytes = Buffer.alloc(0);
  socket.on('data', (piece) => {
    bytes = Buffer.concat([bytes, piece]);
    while (bytes.length >= HEADER && bytes.length >= HEADER + bytes.readInt32BE(12)) {
      const length = HEADER + bytes.readInt32BE(12);
      const [status, body] = answer(bytes.subarray(HEADER, length));
      const head = Buffer.from(bytes.subarray(0, HEADER));
      head[2] = RESPONSE_OF_HESSIAN2;
      head[3] = status;
      head.writeInt32BE(body.length, 12);
      socket.write(Buffer.concat([head, body]));
      bytes = bytes.subarray(length);
    }
  });
  socket.on('error', () => socket.destroy());
}).listen(Number(process.argv[2]), '127.0.0.1');
