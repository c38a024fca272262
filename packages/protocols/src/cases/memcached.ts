import { client, hex, type ProtocolCase, server } from './case.ts';

/** A binary packet: magic, opcode, extras, key, value, and status for a response. */
function packet(
  magic: string,
  opcode: number,
  key: string,
  { extras = '', value = '', status = 0, opaque = 7 } = {},
): string {
  const byte = String.fromCharCode;
  const body = extras + key + value;
  const head = byte(opcode, 0, key.length, extras.length, 0, 0, status, 0, 0, 0, body.length, 0, 0, 0, opaque);
  return `${magic}${head}${'\0'.repeat(8)}${body}`;
}
const ask = (...rest: [number, string, object?]) => packet('\x80', ...rest);
const answer = (...rest: [number, string, object?]) => packet('\x81', ...rest);

export const memcachedCases: readonly ProtocolCase[] = [
  {
    name: 'text: store, read, miss, count; values are passed by, keys are patterns',
    pieces: [
      client('set user:1234 0 900 5\r\nEND\r\n\r\n'),
      server('STORED\r\n'),
      client('gets user:1234 user:99\r\nincr hits 1\r\n'),
      server('VALUE user:1234 0 5 77\r\nEND\r\n\r\nVALUE user:99 0 0 78\r\n\r\nEND\r\n12\r\n'),
      client('get none\r\n'),
      server('END\r\n'),
    ],
    calls: [
      { protocol: 'memcached', operation: 'set', target: 'user:{id}', status: 'STORED', error: '', outcome: 'complete', requestBytes: 30, responseBytes: 8, complete: true },
      { operation: 'gets', target: 'user:{id}', status: 'VALUE', responseBytes: 24 + 7 + 22 + 2 + 5 },
      { operation: 'incr', target: 'hits', status: 'OK', responseBytes: 4 },
      { operation: 'get', target: 'none', status: 'END', error: '' },
    ],
  },
  {
    name: 'text: errors, noreply, several lines, quit',
    pieces: [
      client('add k 0 0 1 noreply\r\nx\r\ndelete k noreply\r\ngat 60 a b\r\n'),
      server('END\r\n'),
      client(`stats\r\nset k 0 0 2000000\r\n${'x'.repeat(20)}`),
      server('STAT pid 1\r\nSTAT uptime 2\r\nEND\r\nSERVER_ERROR object too large for cache\r\n'),
      client(`${'x'.repeat(1_999_980)}\r\nflush_all\r\nquit\r\n`),
      server('OK\r\n'),
    ],
    whole: 'a large value',
    calls: [
      { operation: 'add', target: 'k', outcome: 'oneway', requestBytes: 24 },
      { operation: 'delete', target: 'k', outcome: 'oneway' },
      { operation: 'gat', target: 'a', status: 'END' },
      { operation: 'stats', target: '', status: 'STAT', responseBytes: 12 + 15 + 5 },
      { operation: 'set', status: 'SERVER_ERROR', error: 'SERVER_ERROR', requestBytes: 19 + 2_000_002 },
      { operation: 'quit', outcome: 'oneway' },
      { operation: 'flush_all', status: 'OK' },
    ],
  },
  {
    name: 'meta commands',
    pieces: [
      client('ms session:ab12cd34ef 2 T90\r\nhi\r\nmg session:ab12cd34ef v t\r\nmg foo v q\r\nmn\r\nmd foo\r\n'),
      server('HD\r\nVA 2 t89\r\nhi\r\nMN\r\nNF\r\n'),
    ],
    calls: [
      { operation: 'mg', target: 'foo', outcome: 'oneway' },
      { operation: 'ms', target: 'session:{id}', status: 'HD', requestBytes: 33 },
      { operation: 'mg', status: 'VA', responseBytes: 14 },
      { operation: 'mn', status: 'MN' },
      { operation: 'md', target: 'foo', status: 'NF', error: '' },
    ],
  },
  {
    name: 'binary: store, read, miss, quiet commands, statistics, errors',
    pieces: [
      client(ask(0x01, 'user:1234', { extras: '\0'.repeat(8), value: 'secret' }) + ask(0x00, 'user:1234')),
      server(answer(0x01, '') + answer(0x00, '', { extras: '\0\0\0\0', value: 'secret' })),
      client(ask(0x0d, 'a') + ask(0x0d, 'b') + ask(0x0a, '')),
      server(answer(0x0d, 'b', { extras: '\0\0\0\0', value: 'v' }) + answer(0x0a, '')),
      client(ask(0x10, '') + ask(0x0c, 'miss') + ask(0x05, 'text', { extras: '\0'.repeat(20) })),
      server(answer(0x10, 'pid', { value: '1' }) + answer(0x10, 'up', { value: '2' }) + answer(0x10, '')),
      server(answer(0x0c, 'miss', { status: 1 }) + answer(0x05, '', { status: 6, value: 'Non-numeric' })),
    ],
    calls: [
      { operation: 'set', target: 'user:{id}', status: 'OK', requestBytes: 24 + 8 + 9 + 6, responseBytes: 24 },
      { operation: 'get', target: 'user:{id}', status: 'OK', responseBytes: 34 },
      { operation: 'getkq', target: 'a', outcome: 'oneway' },
      { operation: 'getkq', target: 'b', outcome: 'oneway' },
      { operation: 'noop', target: '', status: 'OK' },
      { operation: 'stat', status: 'OK', responseBytes: 28 + 27 + 24 },
      { operation: 'getk', target: 'miss', status: 'NOT_FOUND', error: '' },
      { operation: 'incr', target: 'text', status: 'NON_NUMERIC', error: 'NON_NUMERIC' },
    ],
  },
  {
    name: 'UDP frames, a reply in two datagrams',
    datagrams: true,
    whole: 'a datagram is never cut',
    pieces: [
      client('\x12\x34\0\0\0\x01\0\0get big\r\n'),
      server('\x12\x34\0\0\0\x02\0\0VALUE big 0 10\r\n01234'),
      server('\x12\x34\0\x01\0\x02\0\x0056789\r\nEND\r\n'),
      client(hex('0001 0000 0001 0000 80110004 08000000 0000000d 00000000 0000000000000000 0000000000000000 61626364 78')),
    ],
    calls: [
      { operation: 'get', target: 'big', status: 'VALUE', requestBytes: 17, responseBytes: 29 + 20 },
      { operation: 'setq', target: 'abcd', outcome: 'oneway' },
    ],
  },
  {
    name: 'values beyond the capture limit',
    whole: 'bytes are missing',
    pieces: [
      client('set k 0 0 5000\r\nxxxx', 4998),
      server('STORED\r\n'),
      client('get k\r\n'),
      server('VALUE k 0 5000\r\nxx', 5005),
      client('get j\r\n'),
      server('END\r\n'),
    ],
    calls: [
      { operation: 'set', status: 'STORED', requestBytes: 5018, complete: true },
      { operation: 'get', target: 'k', status: 'VALUE' },
      { operation: 'get', target: 'j', status: 'END' },
    ],
  },
]; // biome-ignore format: one case reads as one block
