// node grpc.mjs PORT: a service of shop.Orders with messages of JSON.
import { Server, ServerCredentials, status } from '@grpc/grpc-js';
import { orders } from './orders.mjs';

const server = new Server();
server.addService(orders, {
  Get({ request }, answer) {
    if (request.id === 404) answer({ code: status.NOT_FOUND, details: 'no such order' });
    else if (request.id === 500) answer({ code: status.INTERNAL, details: 'broken' });
    else if (request.id === 408) setTimeout(() => answer(null, {}), 2000).unref();
    else answer(null, { id: request.id, note: 'x'.repeat(request.size ?? 1) });
  },
  List(call) {
    for (let id = 0; id < call.request.count; id++) call.write({ id });
    call.end();
  },
  Import(call, answer) {
    let count = 0;
    call.on('data', () => count++);
    call.on('end', () => answer(null, { count }));
  },
  Chat(call) {
    call.on('data', (message) => call.write(message));
    call.on('end', () => call.end());
  },
});
server.bindAsync(`127.0.0.1:${process.argv[2]}`, ServerCredentials.createInsecure(), (error) => {
  if (error) throw error;
});
