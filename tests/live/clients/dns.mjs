// node dns.mjs PORT: 22 lookups of Node's own resolver (c-ares) over UDP, the last of which needs a 23rd over TCP.
import { Resolver } from 'node:dns/promises';

const resolver = new Resolver({ tries: 1 });
resolver.setServers([`127.0.0.1:${process.argv[2]}`]);
const failure = (promise) => promise.catch(({ code }) => console.log(code));

for (let i = 0; i < 4; i++) await resolver.resolve4('orders.shop.test');
for (let i = 0; i < 3; i++) await resolver.resolve6('orders.shop.test');
await Promise.all(Array.from({ length: 6 }, () => resolver.resolve4('prices.shop.test')));
await resolver.resolveMx('shop.test');
await resolver.resolveSrv('_http._tcp.shop.test');
await resolver.resolveTxt('short.shop.test');
await resolver.resolveCname('www.shop.test');
await resolver.reverse('192.0.2.1');
await failure(resolver.resolve4('nothing.shop.test'));
await failure(resolver.resolve6('prices.shop.test'));
await failure(resolver.resolve4('elsewhere.test'));
console.log((await resolver.resolveTxt('long.shop.test')).flat().join('').length);
