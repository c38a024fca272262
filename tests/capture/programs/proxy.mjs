// node proxy.mjs PORT MODE: an HTTP server that calls the server on PORT of loopback before it answers, with the id of the
// request in the path (/work/ID): `chain` three calls one after the other, `fan-out` three at once, `new` three over a new
// connection each, `pool` through one connection for all, `timer` after a pause, `lookup` with a question to the DNS server
// on port DNS of loopback before each. BACK_HOST is where the other server is, LISTEN the host and port of its own, both
// loopback without them. Prints its port.
import { Resolver } from 'node:dns/promises';
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const [port, mode] = process.argv.slice(2);
const { BACK_HOST: host = '127.0.0.1', LISTEN = '127.0.0.1:0' } = process.env;
const [listenHost, listenPort] = LISTEN.split(':');
const sockets = { new: { keepAlive: false }, pool: { keepAlive: true, maxSockets: 1 } }[mode];
const agent = new http.Agent(sockets ?? { keepAlive: true, maxSockets: 1000 });

const call = (path) =>
  new Promise((resolve, reject) => {
    http
      .get({ host, port: Number(port), path, agent }, (response) => response.resume().on('end', resolve))
      .on('error', reject);
  });

const resolver = new Resolver();
if (mode === 'lookup') resolver.setServers([`127.0.0.1:${process.env.DNS}`]);

const server = http.createServer(async (request, response) => {
  const paths = ['a', 'b', 'c'].map((step) => `/s200${request.url}/${step}`);
  if (mode === 'timer') await sleep(5);
  if (mode === 'fan-out') await Promise.all(paths.map(call));
  else {
    for (const path of paths) {
      if (mode === 'lookup') await resolver.resolve4(`${path.split('/')[3]}.known.example`);
      await call(path);
    }
  }
  response.end('done');
});
server.listen(Number(listenPort), listenHost, () => console.log(server.address().port));
