// node proxy.mjs PORT MODE: an HTTP server that calls the server on PORT of loopback before it answers, with the id of the
// request in the path (/work/ID): `chain` three calls one after the other, `fan-out` three at once, `new` three over a new
// connection each, `pool` through one connection for all, `pool-4` through four, `timer` after a pause, `random-timer` each
// after one of random length, `fs` each after a file was read, `mix` one of chain, fan-out, new, pool-4 and random-timer by
// id, `hang-up` a chain whose second call is never answered, `http2` a chain for requests of HTTP/2, `lookup` with a question to the DNS server on port DNS of loopback before each. BACK_HOST is where the other server
// is, LISTEN the host and port of its own, both loopback without them. Prints its port.
import { Resolver } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import http2 from 'node:http2';
import { setTimeout as sleep } from 'node:timers/promises';

const [port, chosen] = process.argv.slice(2);
const { BACK_HOST: host = '127.0.0.1', LISTEN = '127.0.0.1:0' } = process.env;
const [listenHost, listenPort] = LISTEN.split(':');
const MIX = ['chain', 'fan-out', 'new', 'pool-4', 'random-timer'];
const kept = (maxSockets) => new http.Agent({ keepAlive: true, maxSockets });
const [open, one, four, none] = [kept(1000), kept(1), kept(4), new http.Agent({ keepAlive: false })];
const agents = { new: none, pool: one, 'pool-4': four };

const call = (path, mode) =>
  new Promise((resolve, reject) => {
    http
      .get({ host, port: Number(port), path, agent: agents[mode] ?? open }, (response) => response.resume().on('end', resolve))
      .on('error', mode === 'hang-up' ? resolve : reject);
  });

const resolver = new Resolver();
if (chosen === 'lookup') resolver.setServers([`127.0.0.1:${process.env.DNS}`]);

/** What comes before a call. */
const before = {
  lookup: (path) => resolver.resolve4(`${path.split('/')[3]}.known.example`),
  fs: () => readFile(process.argv[1]),
  'random-timer': () => sleep(1 + Math.random() * 5),
};

const server = (chosen === 'http2' ? http2 : http).createServer(async (request, response) => {
  const mode = chosen === 'mix' ? MIX[Number(request.url.slice(-6)) % MIX.length] : chosen;
  const status = (step) => (mode === 'hang-up' && step === 'b' ? '000' : '200');
  const paths = ['a', 'b', 'c'].map((step) => `/s${status(step)}${request.url}/${step}`);
  if (mode === 'timer') await sleep(5);
  if (mode === 'fan-out') await Promise.all(paths.map((path) => call(path, mode)));
  else {
    for (const path of paths) {
      await before[mode]?.(path);
      await call(path, mode);
    }
  }
  response.end('done');
});
server.listen(Number(listenPort), listenHost, () => console.log(server.address().port));
