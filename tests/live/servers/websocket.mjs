// node websocket.mjs PORT: says back what it hears, and closes when it hears 'enough'.
import { WebSocketServer } from 'ws';

new WebSocketServer({ host: '127.0.0.1', port: Number(process.argv[2]) }).on('connection', (socket) => {
  socket.on('message', (message, isBinary) => {
    if (message.toString() === 'enough') socket.close(1000);
    else socket.send(message, { binary: isBinary });
  });
});
