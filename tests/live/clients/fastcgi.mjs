// node fastcgi.mjs PORT: 23 HTTP requests, which a web server hands on.
const base = `http://127.0.0.1:${process.argv[2]}`;
const ask = async (method, path, body) => (await fetch(base + path, { method, body })).text();

for (const id of [1, 22, 333]) await ask('GET', `/orders/${id}?status=200`);
for (const size of [10, 1000, 20_000]) await ask('POST', '/orders?status=201', 'x'.repeat(size));
for (const status of [404, 404, 500, 503]) await ask('GET', `/broken?status=${status}`);
for (const size of [10, 3000, 50_000]) await ask('GET', `/reports?size=${size}`);
await Promise.all(Array.from({ length: 10 }, (_, id) => ask('GET', `/parts/${id}`)));
