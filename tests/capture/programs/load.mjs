// node load.mjs PORT REQUESTS IN-FLIGHT: GET /work/ID for that many ids, so many at once; prints the mean in flight.
import http from 'node:http';

const [port, requests, inFlight] = process.argv.slice(2).map(Number);
const agent = new http.Agent({ keepAlive: true, maxSockets: inFlight });
let next = 0;
let busy = 0;
const started = process.hrtime.bigint();
const worker = async () => {
  while (next < requests) {
    const path = `/work/r${next++}x`;
    const begun = process.hrtime.bigint();
    await new Promise((resolve, reject) => {
      http
        .get({ host: '127.0.0.1', port, path, agent }, (response) => response.resume().on('end', resolve))
        .on('error', reject);
    });
    busy += Number(process.hrtime.bigint() - begun);
  }
};
await Promise.all(Array.from({ length: inFlight }, worker));
console.log((busy / Number(process.hrtime.bigint() - started)).toFixed(1));
setTimeout(() => process.exit(), 300);
