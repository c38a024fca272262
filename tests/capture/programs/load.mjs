// node load.mjs PORT REQUESTS IN-FLIGHT [PAUSE]: GET /work/ID for that many ids, so many at once, with that many milliseconds
// after each, or until its standard input ends; over one connection of HTTP/2 where HTTP2 is set; prints the mean in flight and how many they were.
import http from 'node:http';
import http2 from 'node:http2';
import { setTimeout as sleep } from 'node:timers/promises';

let [port, requests, inFlight, pause = 0] = process.argv.slice(2).map(Number);
const agent = new http.Agent({ keepAlive: true, maxSockets: inFlight });
const session = process.env.HTTP2 ? http2.connect(`http://127.0.0.1:${port}`) : null;
let next = 0;
process.stdin.resume().on('end', () => {
  requests = next;
});
let busy = 0;
const started = process.hrtime.bigint();
const worker = async () => {
  while (next < requests) {
    const path = `/work/${1_000_000 + next++}`;
    const begun = process.hrtime.bigint();
    await new Promise((resolve, reject) => {
      const sent =
        session?.request({ ':path': path }).resume().on('end', resolve) ??
        http.get({ host: '127.0.0.1', port, path, agent }, (response) => response.resume().on('end', resolve));
      sent.on('error', reject);
    });
    busy += Number(process.hrtime.bigint() - begun);
    if (pause > 0) await sleep(pause);
  }
};
await Promise.all(Array.from({ length: inFlight }, worker));
console.log((busy / Number(process.hrtime.bigint() - started)).toFixed(1));
console.log(next);
setTimeout(() => process.exit(), 300);
