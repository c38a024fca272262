// node http-client.mjs HOST PORT REQUESTS: sends the requests (JSON: [{method, path, body?}]) one after the other over one
// connection, or over one each with CONNECTIONS=many; prints a line of JSON for each with what the client itself saw.
// With WAIT=1 it opens its connection, says 'connected', and goes on when it gets a line.
import { once } from 'node:events';
import { connect } from 'node:net';

const [host, port, list] = process.argv.slice(2);
const requests = JSON.parse(list);

async function open() {
  const socket = connect(Number(port), host);
  socket.setNoDelay(true);
  await once(socket, 'connect');
  return socket;
}

/** One exchange on the client's own clock (CLOCK_MONOTONIC), from the write of the request to the last byte read. */
function exchange(socket, { method, path, body = '' }) {
  const length = body === '' ? '' : `content-length: ${Buffer.byteLength(body)}\r\n`;
  const text = `${method} ${path} HTTP/1.1\r\nhost: test\r\n${length}\r\n${body}`;
  return new Promise((resolve) => {
    let received = Buffer.alloc(0);
    const started = process.hrtime.bigint();
    const onData = (piece) => {
      const now = process.hrtime.bigint();
      received = Buffer.concat([received, piece]);
      const end = received.indexOf('\r\n\r\n');
      if (end < 0) return;
      const head = received.subarray(0, end).toString();
      const bodiless = method === 'HEAD' || / 204 /.test(head);
      const expected = end + 4 + (bodiless ? 0 : Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0));
      if (received.length < expected) return;
      socket.off('data', onData);
      resolve({
        method,
        path,
        status: Number(head.split(' ')[1]),
        requestBytes: Buffer.byteLength(text),
        responseBytes: received.length,
        duration: Number(now - started),
      });
    };
    socket.on('data', onData);
    socket.write(text);
  });
}

let socket = await open();
if (process.env.WAIT) {
  for (const request of requests.splice(0, Number(process.env.WAIT) - 1)) await exchange(socket, request);
  console.log('connected');
  await once(process.stdin, 'data');
  process.stdin.pause();
}
for (const request of requests) {
  if (process.env.CONNECTIONS === 'many') {
    socket.destroy();
    socket = await open();
  }
  console.log(JSON.stringify(await exchange(socket, request)));
}
socket.end();
// Long enough to be asked who it is, on a busy machine too.
setTimeout(() => {}, 300);
