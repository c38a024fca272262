// node http2.mjs PORT: 23 requests of Node's HTTP/2 client over one connection without TLS, the last ten at once.
import { once } from 'node:events';
import { connect } from 'node:http2';

const session = connect(`http://127.0.0.1:${process.argv[2]}`);

async function request(method, path, body = '') {
  const stream = session.request({ ':method': method, ':path': path }, { endStream: body === '' });
  if (body !== '') stream.end(body);
  const [headers] = await once(stream, 'response');
  stream.resume();
  await once(stream, 'close');
  return headers[':status'];
}

for (const id of [1, 22, 333]) await request('GET', `/s200/orders/${id}?page=${id}`);
for (const n of [1, 2, 3]) await request('POST', '/s201/orders', 'x'.repeat(1000 * n));
await request('PUT', '/s201/uploads', 'y'.repeat(100_000));
await request('HEAD', '/s200/orders/7');
await request('DELETE', '/s204/orders/5');
for (const path of ['/s404/nothing', '/s400/bad', '/s500/broken', '/s301/old']) await request('GET', path);
await Promise.all(Array.from({ length: 9 }, (_, i) => request('GET', `/s200/parts/${i}`)));
await request('GET', '/s503/away');
session.close();
