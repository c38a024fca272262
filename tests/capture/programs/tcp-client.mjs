// node tcp-client.mjs HOST PORT PIECES: opens a connection, writes the pieces (JSON list of texts, a number waits so many
// milliseconds, null half-closes) and prints the bytes received once the connection ends or WAIT ms after the last piece.
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const [host, port, pieces] = process.argv.slice(2);
let received = 0;
const socket = connect(Number(port), host);
socket.setNoDelay(true);
const closed = new Promise((resolve) => {
  socket.on('data', (piece) => {
    received += piece.length;
  });
  socket.on('error', ({ code }) => console.log(code));
  socket.on('close', resolve);
});
const opened = await Promise.race([new Promise((resolve) => socket.once('connect', () => resolve(true))), closed]);
if (opened) {
  for (const piece of JSON.parse(pieces)) {
    if (typeof piece === 'number') await sleep(piece);
    else if (piece === null) socket.end();
    else socket.write(piece);
  }
  await Promise.race([closed, sleep(Number(process.env.WAIT ?? 100))]);
}
console.log(received);
socket.destroy();
