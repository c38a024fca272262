// node http-long.mjs PORT: 23 requests whose trace context stands behind long cookies, every second one with a body.
import { request } from 'node:http';

for (let i = 0; i < 23; i++) {
  const headers = { cookie: `session=${'c'.repeat(1500 + i)}`, traceparent: `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01` };
  const method = i % 2 === 0 ? 'GET' : 'POST';
  await new Promise((resolve) => {
    const call = request({ port: process.argv[2], path: '/s200/orders/7', method, headers }, (response) => {
      response.resume().on('end', resolve);
    });
    call.end(method === 'POST' ? 'x'.repeat(5000) : undefined);
  });
}
