// node unix-socket.mjs PATH: an HTTP request over a unix-domain socket to itself; prints the status.
import { createServer, request } from 'node:http';

const [socketPath] = process.argv.slice(2);
const server = createServer((_, response) => response.end('ok')).listen(socketPath, () => {
  request({ socketPath, path: '/over-unix' }, (response) => {
    console.log(response.statusCode);
    response.resume().on('end', () => server.close());
  }).end();
});
