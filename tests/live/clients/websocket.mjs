// node websocket.mjs PORT: Node's own WebSocket says texts and bytes, short and long ones; the server says each back.
import { once } from 'node:events';

const socket = new WebSocket(`ws://127.0.0.1:${process.argv[2]}/feeds/42`);
await once(socket, 'open');
const said = [1, 10, 100, 1000, 2000, 3000].map((length) => 'x'.repeat(length));
for (const message of [...said, ...said.slice(0, 4).map((text) => Buffer.from(text))]) {
  socket.send(message);
  await once(socket, 'message');
}
socket.send('enough');
await once(socket, 'close');
