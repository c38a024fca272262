// node http2-large.mjs PORT: an HTTP/2 server whose responses are large, with headers that later ones refer to.
import { createServer } from 'node:http2';

const server = createServer();
server.on('stream', (stream, headers) => {
  stream.resume();
  stream.on('end', () => {
    const status = headers[':path'] === '/missing' ? 418 : headers[':path'] === '/uploads' ? 507 : 200;
    stream.respond({ ':status': status, 'x-answer': `${status}`.repeat(50) });
    stream.end('z'.repeat(9000));
  });
});
server.listen(Number(process.argv[2]), '127.0.0.1');
