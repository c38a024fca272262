import { client, type ProtocolCase, server } from './case.ts';

const byte = (...values: number[]): string => String.fromCharCode(...values);
const tlv = (tag: number, content: string): string =>
  content.length < 128
    ? byte(tag, content.length) + content
    : byte(tag, 0x82, content.length >> 8, content.length & 255) + content;
const message = (id: number, operation: string): string => tlv(0x30, tlv(2, byte(id)) + operation);
const octets = (text: string): string => tlv(4, text);
const enumerated = (value: number): string => tlv(0x0a, byte(value));
const result = (id: number, tag: number, code = 0, text = ''): string =>
  message(id, tlv(tag, enumerated(code) + octets('') + octets(text)));

const bind = (id: number, name: string): string =>
  message(id, tlv(0x60, tlv(2, byte(3)) + octets(name) + tlv(0x80, 'secret')));
const equal = (attribute: string, value: string): string => tlv(0xa3, octets(attribute) + octets(value));
const filter = tlv(
  0xa0,
  equal('objectClass', 'person') +
    tlv(0xa2, tlv(0x87, 'locked')) +
    tlv(0xa4, octets('cn') + tlv(0x30, tlv(0x80, 'sec'))),
);
const search = (id: number, base: string): string =>
  message(
    id,
    tlv(
      0x63,
      octets(base) +
        enumerated(2) +
        enumerated(0) +
        tlv(2, byte(0)) +
        tlv(2, byte(0)) +
        tlv(1, byte(0)) +
        filter +
        tlv(0x30, octets('cn')),
    ),
  );
const entry = (id: number): string =>
  message(id, tlv(0x64, octets('cn=secret,dc=x') + tlv(0x30, octets('x'.repeat(200)))));

const signed = (content: string): string =>
  `${byte(0, 0, (content.length + 28) >> 8, (content.length + 28) & 255, 5, 4, 5, 0xff, 0, 12, 0, 12)}${'\0'.repeat(8)}checksum1234${content}`;

export const ldapCases: readonly ProtocolCase[] = [
  {
    name: 'bind, a search with its entries, errors, unbind; values are not kept',
    pieces: [
      client(bind(1, 'uid=secret,ou=People,dc=example,dc=com')),
      server(result(1, 0x61)),
      client(search(2, 'ou=People,dc=example,dc=com')),
      client(message(3, tlv(0x4a, 'cn=secret,ou=Groups,dc=example'))),
      server(entry(2)),
      server(result(3, 0x6b, 32, "no entry 'cn=secret'")),
      server(entry(2) + message(2, tlv(0x73, octets('ldap://other'))) + result(2, 0x65)),
      client(message(4, byte(0x42, 0))),
    ],
    calls: [
      { operation: 'bind', target: 'uid={id},ou=People,dc=example,dc=com', status: '0', error: '' },
      { operation: 'delete', target: 'cn={id},ou=Groups,dc=example', status: '32', error: 'noSuchObject' },
      {
        protocol: 'ldap', operation: 'search', target: 'ou=People,dc=example,dc=com', status: '0', error: '',
        statement: '(&(objectClass=?)(!(locked=*))(cn=?*))', outcome: 'complete', complete: true,
        responseBytes: 2 * entry(2).length + message(2, tlv(0x73, octets('ldap://other'))).length + result(2, 0x65).length,
      },
      { operation: 'unbind', outcome: 'oneway' },
    ],
  },
  {
    name: 'refused bind, abandoned search, several steps of SASL, notice',
    pieces: [
      client(bind(1, 'cn=Directory Manager')),
      server(result(1, 0x61, 49)),
      client(search(2, '')),
      client(message(3, tlv(0x50, byte(2)))),
      client(message(4, tlv(0x60, tlv(2, byte(3)) + octets('') + tlv(0xa3, octets('GSS-SPNEGO'))))),
      server(result(4, 0x61, 14)),
      server(result(0, 0x78, 52)),
    ],
    calls: [
      { operation: 'bind', target: 'cn={id}', status: '49', error: 'invalidCredentials' },
      { operation: 'search', target: '', outcome: 'oneway' },
      { operation: 'bind', status: '14', error: '' },
      { operation: 'notice', outcome: 'oneway' },
    ],
  },
  {
    name: 'signed packets of SASL are read, sealed ones passed by',
    pieces: [
      client(bind(1, 'cn=x')),
      server(result(1, 0x61)),
      client(signed(search(2, 'dc=example'))),
      server(signed(entry(2) + result(2, 0x65))),
      client(`${byte(0, 0, 0, 60)}${byte(5, 4, 2)}${'x'.repeat(57)}`),
    ],
    calls: [
      { operation: 'bind', status: '0' },
      { operation: 'search', target: 'dc=example', status: '0', outcome: 'complete' },
    ],
  },
  {
    name: 'a datagram',
    datagrams: true,
    whole: 'a datagram is not cut',
    pieces: [client(search(7, '')), server(entry(7) + result(7, 0x65))],
    calls: [{ operation: 'search', status: '0', outcome: 'complete' }],
  },
]; // biome-ignore format: one case reads as one block
