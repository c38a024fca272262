// node http2-large.mjs PORT: 101 requests at once with long headers that later ones refer to, and a large body in between.
import { once } from 'node:events';
import { connect } from 'node:http2';

const session = connect(`http://127.0.0.1:${process.argv[2]}`);

async function request(path, headers, body = '') {
  const stream = session.request({ ':method': body ? 'POST' : 'GET', ':path': path, ...headers }, { endStream: body === '' });
  if (body !== '') stream.end(body);
  stream.resume();
  await once(stream, 'close');
}

const headers = (i) => ({ 'x-session': `${i % 3}`.repeat(200), 'x-only-once': `${i}-`.repeat(60) });
await Promise.all(
  Array.from({ length: 101 }, (_, i) =>
    i % 20 === 10 ? request(`/uploads`, headers(i), 'b'.repeat(200_000)) : request(i % 7 === 0 ? '/missing' : '/parts', headers(i)),
  ),
);
for (let i = 0; i < 23; i++) await request('/parts', headers(i));
session.close();
