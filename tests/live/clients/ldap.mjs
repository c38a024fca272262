// node ldap.mjs PORT: 23 operations: bind, add, search, compare, modify, rename, delete, some that fail.
import { Attribute, Change, Client } from 'ldapts';

const client = new Client({ url: `ldap://127.0.0.1:${process.argv[2]}` });
const failure = (promise) => promise.then(() => console.log('no failure'), ({ code }) => console.log(code));
const person = (name) => ({ objectClass: 'person', cn: name, sn: 'x'.repeat(30) });

await failure(client.bind('cn=admin,dc=shop', 'wrong'));
await client.bind('cn=admin,dc=shop', 'secret');
await client.add('dc=shop', { objectClass: ['dcObject', 'organization'], dc: 'shop', o: 'shop' });
for (const name of ['a', 'b', 'c']) await client.add(`cn=${name},dc=shop`, person(name));
await failure(client.add('cn=a,dc=shop', person('a')));
for (const filter of ['(cn=a)', '(cn=b)', '(cn=z)', '(objectClass=person)']) {
  await client.search('dc=shop', { scope: 'sub', filter });
}
await failure(client.search('dc=nothing', { filter: '(cn=a)' }));
await Promise.all(['a', 'b', 'c', 'a', 'b'].map((name) => client.compare(`cn=${name},dc=shop`, 'cn', name)));
const modification = new Attribute({ type: 'sn', values: ['changed'] });
await client.modify('cn=a,dc=shop', new Change({ operation: 'replace', modification }));
await failure(client.modify('cn=z,dc=shop', new Change({ operation: 'replace', modification })));
await client.modifyDN('cn=a,dc=shop', 'cn=d');
for (const name of ['b', 'c']) await client.del(`cn=${name},dc=shop`);
await client.exop('1.3.6.1.4.1.4203.1.11.3');
await client.unbind();
