// node hostile-server.mjs HOST PORT: ends connections in the way its path says; prints its port.
import { createServer } from 'node:net';

const answer = (body) => `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`;

const server = createServer((socket) => {
  socket.on('error', () => {});
  let text = '';
  let answered = false;
  socket.on('data', (piece) => {
    text += piece.toString('latin1');
    const path = text.split(' ')[1];
    if (path === '/close') socket.destroy();
    else if (path === '/reset') socket.resetAndDestroy();
    else if (path === '/early' && !answered) {
      answered = true;
      socket.write('HTTP/1.1 413 Content Too Large\r\ncontent-length: 0\r\n\r\n');
    } else if (path === '/chunked' && text.endsWith('0\r\n\r\n')) {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n');
      setTimeout(() => socket.write('6\r\n world\r\n0\r\n\r\n'), 20);
      text = '';
    } else if (path === '/paused' || path === '/paused-chunked') {
      const chunked = path === '/paused-chunked';
      socket.write(`HTTP/1.1 200 OK\r\n${chunked ? 'transfer-encoding: chunked' : 'content-length: 11'}\r\n\r\n`);
      socket.write(chunked ? '5\r\nhello\r\n' : 'hello');
      setTimeout(() => socket.write(chunked ? '6\r\n world\r\n0\r\n\r\n' : ' world'), 600);
      text = '';
    } else if (path?.startsWith('/late')) {
      const requests = text.split('\r\n\r\n').slice(0, -1);
      text = text.slice(text.lastIndexOf('\r\n\r\n') + 4);
      setTimeout(() => requests.forEach(() => socket.write(answer('late'))), 40);
    } else if (path === '/continue' && !answered && text.endsWith('\r\n\r\n')) {
      answered = true;
      socket.write('HTTP/1.1 100 Continue\r\n\r\n');
    } else if (path === '/continue' && text.endsWith('body')) {
      socket.write(answer('ok'));
    } else if (path?.startsWith('/pipelined')) {
      const requests = text.split('\r\n\r\n').slice(0, -1);
      text = '';
      for (const request of requests) socket.write(answer(request.split(' ')[1].repeat(200)));
    } else if (path === '/websocket') {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n');
      text = '/';
    } else if (path === '/until-close') {
      socket.write('HTTP/1.0 200 OK\r\n\r\n');
      setTimeout(() => socket.end('x'.repeat(5000)), 20);
    }
  });
});
const [host, port] = process.argv.slice(2);
server.listen(Number(port), host, () => console.log(server.address().port));
