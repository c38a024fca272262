import { client, type ProtocolCase, server } from './case.ts';

const INFO = 'INFO {"server_id":"N","version":"2.10.7","max_payload":1048576}\r\n';
const CONNECT = 'CONNECT {"verbose":false,"user":"me","pass":"secret","headers":true}\r\n';

export const natsCases: readonly ProtocolCase[] = [
  {
    name: 'handshake, subscribe, publish, deliver',
    pieces: [
      server(INFO),
      client(`${CONNECT}PING\r\n`),
      server('PONG\r\n'),
      client('SUB orders.* workers 1\r\nPUB orders.4711 5\r\nhello\r\npub\torders.9\t0\r\n\r\n'),
      server('MSG orders.4711 1 5\r\nhello\r\nPING\r\n'),
      client('PONG\r\nUNSUB 1 5\r\n'),
    ],
    calls: [
      { protocol: 'nats', operation: 'CONNECT', outcome: 'oneway', target: '' },
      { operation: 'PING', status: 'OK', requestBytes: 6, responseBytes: 6 },
      { operation: 'SUB', target: 'orders.*', outcome: 'oneway' },
      { operation: 'PUB', target: 'orders.{id}', outcome: 'oneway', requestBytes: 26, responseBytes: 0, complete: true },
      { operation: 'PUB', target: 'orders.{id}', requestBytes: 18 },
      { operation: 'MSG', target: 'orders.{id}', outcome: 'oneway', requestBytes: 28 },
      { operation: 'PING', status: 'OK' },
      { operation: 'UNSUB', outcome: 'oneway' },
    ],
  },
  {
    name: 'request and reply, seen by who asks, out of order; nobody answers',
    pieces: [
      client(`${CONNECT}SUB _INBOX.a1.* 1\r\nPUB time.now _INBOX.a1.7 0\r\n\r\nPUB user.get _INBOX.a1.8 2\r\n42\r\n`),
      server('MSG _INBOX.a1.8 1 4\r\nAnna\r\nMSG _INBOX.a1.7 1 2\r\n10\r\nMSG _INBOX.a1.7 1 2\r\n11\r\n'),
      client('HPUB void _INBOX.a1.9 12 14\r\nNATS/1.0\r\n\r\nhi\r\n'),
      server('HMSG _INBOX.a1.9 1 16 16\r\nNATS/1.0 503\r\n\r\n\r\n'),
    ],
    calls: [
      { operation: 'CONNECT' },
      { operation: 'SUB', target: '_INBOX.{id}' },
      { operation: 'PUB', target: 'user.get', status: 'OK', outcome: 'complete', requestBytes: 32, responseBytes: 27 },
      { operation: 'PUB', target: 'time.now', status: 'OK', outcome: 'complete' },
      { operation: 'MSG', target: '_INBOX.{id}', outcome: 'oneway' },
      { operation: 'PUB', target: 'void', status: '503', error: '503' },
    ],
  },
  {
    name: 'request and reply, seen by who answers; errors of the server',
    pieces: [
      client(`${CONNECT}SUB time.now 1\r\n`),
      server('MSG time.now 1 _INBOX.b.1 0\r\n\r\n'),
      client('PUB _INBOX.b.1 2\r\n10\r\nPUB secret.stuff 0\r\n\r\n'),
      server('-ERR \'Permissions Violation for Publish to "secret.stuff"\'\r\n'),
    ],
    calls: [
      { operation: 'CONNECT' },
      { operation: 'SUB' },
      { operation: 'MSG', target: 'time.now', status: 'OK', outcome: 'complete' },
      { operation: 'PUB', target: 'secret.stuff' },
      { operation: 'ERR', status: 'ERR', error: 'Permissions Violation', outcome: 'oneway' },
    ],
  },
  {
    name: 'a payload beyond the capture limit',
    whole: 'bytes are missing',
    pieces: [client('PUB big.one 90000\r\nxxxx', 89_998), client('PUB b 1\r\nx\r\n')],
    calls: [{ operation: 'PUB', target: 'big.one', requestBytes: 90_021, complete: true }, { operation: 'PUB', target: 'b' }],
  },
]; // biome-ignore format: one case reads as one block
