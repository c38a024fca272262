// node http-server.mjs HOST PORT: answers every request with the status its path begins with (/s404), after up to DELAY
// milliseconds if that is set, or closes the connection (/s000); prints its port.
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const [host, port] = process.argv.slice(2);
const delay = Number(process.env.DELAY ?? 0);
const server = createServer((request, response) => {
  request.resume().on('end', async () => {
    if (delay > 0) await sleep(Math.random() * delay);
    const status = Number(/^\/s(\d{3})\b/.exec(request.url)?.[1] ?? 200);
    if (status === 0) {
      request.socket.destroy();
      return;
    }
    const body = status === 204 ? '' : `answer to ${request.method} ${request.url}\n`;
    const length = status === 204 ? {} : { 'content-length': Buffer.byteLength(body) };
    response.writeHead(status, length).end(request.method === 'HEAD' ? '' : body);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(Number(port), host, () => console.log(server.address().port));
