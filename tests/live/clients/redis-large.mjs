// node redis-large.mjs PORT: 211 commands as the first write of a connection, 401 in its second, large values between.
import { connect } from 'node:net';

const socket = connect(Number(process.argv[2]), '127.0.0.1').setNoDelay(true);
let wanted = 0;
let done = () => {};
socket.on('data', (bytes) => {
  for (let at = bytes.indexOf('\n'); at >= 0; at = bytes.indexOf('\n', at + 1)) wanted--;
  if (wanted <= 0) done();
});

const command = (...words) => `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;

/** Sends it in one write, and waits for so many lines of replies. */
async function send(text, lines) {
  wanted = lines;
  const answered = new Promise((resolve) => (done = resolve));
  socket.write(text);
  await answered;
}

const value = 'v'.repeat(100);
const pipeline = (count, name) =>
  Array.from({ length: count }, (_, i) => (i % 10 === 9 ? command('LPUSH', `${name}:1`, value) : command('SET', `${name}:${i + 1}`, value)));

await send(pipeline(211, 'first').join(''), 211);
await send(command('SET', 'large', 'x'.repeat(20_000)), 1);
await send(command('GET', 'large'), 2);
await send(pipeline(401, 'second').join(''), 401);
for (let i = 0; i < 20; i++) await send(command('SET', 'bulk', 'y'.repeat(1_000_000)), 1);
for (let i = 0; i < 23; i++) await send(command('GET', 'first:1'), 2);
socket.end();
