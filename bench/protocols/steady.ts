import type { ProtocolName } from '@sonde/model';

/** A request and its response, each a segment. */
export type Exchange = readonly [Uint8Array, Uint8Array];

const COUNT = 2000;
const byte = String.fromCharCode;
const u16 = (value: number) => byte((value >> 8) & 255, value & 255);
const u32 = (value: number) => u16(value >>> 16) + u16(value & 65_535);

function exchanges(make: (i: number) => readonly [string, string]): Exchange[] {
  return Array.from({ length: COUNT }, (_, i) => {
    const [request, response] = make(i);
    return [Buffer.from(request, 'latin1'), Buffer.from(response, 'latin1')];
  });
}

const HTTP_FIELDS = 'Host: shop.example\r\nUser-Agent: bench/1.0\r\nAccept: */*\r\nAccept-Encoding: gzip\r\n';
const HTTP_ANSWER =
  'Server: nginx\r\nDate: Sun, 22 Nov 2026 06:00:00 GMT\r\nContent-Type: application/json\r\nContent-Length: 100\r\n';

const resp = (...words: string[]) =>
  `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;

const h2 = (type: number, flags: number, id: number, payload: string) =>
  u32(payload.length).slice(1) + byte(type, flags) + u32(id) + payload;
const field = (name: string, value: string) => byte(0x40, name.length) + name + byte(value.length) + value;
const PREFACE = `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${h2(4, 0, 0, '')}`;

/** GET and POST of a few paths; names that repeat are in the dynamic table, as clients and servers do it. */
function http2(i: number): readonly [string, string] {
  const id = 2 * i + 1;
  const path = `/users/${i % 100}/orders`;
  const literal = byte(0x04, path.length) + path;
  const names = i === 0 ? field(':authority', 'shop.example') + field('user-agent', 'bench/1.0') : byte(0xbf, 0xbe);
  const answer = i === 0 ? field('content-type', 'application/json') + field('server', 'nginx') : byte(0xbf, 0xbe);
  const request = (i === 0 ? PREFACE : '') + h2(1, 5, id, byte(0x82, 0x86) + literal + names);
  const response = (i === 0 ? h2(4, 0, 0, '') : '') + h2(1, 4, id, byte(0x88) + answer) + h2(0, 1, id, 'x'.repeat(100));
  return [request, response];
}

const mysql = (sequence: number, payload: string) =>
  byte(payload.length & 255, payload.length >> 8, 0, sequence) + payload;
const pgsql = (type: string, payload: string) => type + u32(payload.length + 4) + payload;
const QUERY = (i: number) => `SELECT id, name FROM users WHERE id = ${i} AND state = 'active'`;

/** Ordinary exchanges of the protocols whose throughput is a goal. */
export const STEADY: Partial<Record<ProtocolName, () => Exchange[]>> = {
  http: () =>
    exchanges((i) => [
      `GET /users/${i % 100}/orders?page=2 HTTP/1.1\r\n${HTTP_FIELDS}\r\n`,
      `HTTP/1.1 200 OK\r\n${HTTP_ANSWER}\r\n${'x'.repeat(100)}`,
    ]),
  http2: () => exchanges(http2),
  redis: () => exchanges((i) => [resp('GET', `user:${i}`), '$5\r\nhello\r\n']),
  mysql: () => exchanges((i) => [mysql(0, `\x03${QUERY(i)}`), mysql(1, '\0\x01\0\x02\0\0\0')]),
  pgsql: () =>
    exchanges((i) => [
      pgsql('Q', `${QUERY(i)}\0`),
      pgsql('T', `${u16(1)}id\0${'\0'.repeat(18)}`) +
        pgsql('D', `${u16(1) + u32(1)}7`) +
        pgsql('C', 'SELECT 1\0') +
        pgsql('Z', 'I'),
    ]),
};
