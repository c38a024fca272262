// node resolve.mjs PORT NAME...: asks the server on that port of loopback for A records; prints what it got.
import { Resolver } from 'node:dns/promises';

const [port, ...names] = process.argv.slice(2);
const resolver = new Resolver({ timeout: 1000, tries: 1 });
resolver.setServers([`127.0.0.1:${port}`]);
for (const name of names) console.log(JSON.stringify(await resolver.resolve4(name).catch(({ code }) => code)));
setTimeout(() => {}, 300);
