import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'vitest';
import { converse, expectExactly, type Server, serve, skipReason } from './live.ts';

const reason = skipReason('slapd');

const slapd: Server = {
  start(sandbox, port) {
    const data = join(sandbox.folder, 'data');
    const file = join(sandbox.folder, 'slapd.conf');
    mkdirSync(data);
    writeFileSync(
      file,
      `include /etc/ldap/schema/core.schema
pidfile ${data}/pid
modulepath /usr/lib/ldap
moduleload back_mdb
database mdb
suffix "dc=shop"
rootdn "cn=admin,dc=shop"
rootpw secret
directory ${data}
`,
    );
    return serve(sandbox, ['slapd', '-f', file, '-h', `ldap://127.0.0.1:${port}`, '-d', '0']);
  },
};

describe.skipIf(reason !== '')(`LDAP of slapd ${reason}`, () => {
  test('23 operations of ldapts', async () => {
    const seen = await converse(slapd, 'ldap.mjs');
    expectExactly(
      seen,
      {
        'ldap: bind cn={id},dc=shop = 49 !invalidCredentials': 1,
        'ldap: bind cn={id},dc=shop = 0': 1,
        'ldap: add dc=shop = 0': 1,
        'ldap: add cn={id},dc=shop = 0': 3,
        'ldap: add cn={id},dc=shop = 68 !entryAlreadyExists': 1,
        'ldap: search dc=shop [(cn=?)] = 0': 3,
        'ldap: search dc=shop [(objectClass=?)] = 0': 1,
        'ldap: search dc=nothing [(cn=?)] = 32 !noSuchObject': 1,
        'ldap: compare cn={id},dc=shop = 6': 5,
        'ldap: modify cn={id},dc=shop = 0': 1,
        'ldap: modify cn={id},dc=shop = 32 !noSuchObject': 1,
        'ldap: modifyDN cn={id},dc=shop = 0': 1,
        'ldap: delete cn={id},dc=shop = 0': 2,
        'ldap: extended 1.3.6.1.4.1.4203.1.11.3 = 0': 1,
      },
      { around: { 'ldap: unbind (oneway)': 1 } },
    );
  });
});
