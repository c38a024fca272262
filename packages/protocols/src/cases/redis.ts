import { client, type ProtocolCase, server } from './case.ts';

const resp = (...words: string[]): string =>
  `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;

export const redisCases: readonly ProtocolCase[] = [
  {
    name: 'one exchange; the value is not kept, the key is a pattern',
    pieces: [client(resp('SET', 'user:1234:name', 'secret')), server('+OK\r\n')],
    calls: [
      {
        protocol: 'redis', operation: 'SET', target: 'user:{id}:name', statement: '', status: 'OK', error: '', outcome: 'complete',
        requestBytes: resp('SET', 'user:1234:name', 'secret').length, responseBytes: 5, complete: true,
      },
    ],
  },
  {
    name: 'a pipeline counts one by one, errors too',
    pieces: [
      client(resp('get', 'a') + resp('INCR', 'b') + resp('LPUSH', 'a', 'x') + resp('HGETALL', 'h')),
      server('$5\r\nhello\r\n:1\r\n-WRONGTYPE Operation against a key\r\n*4\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\nb\r\n$-1\r\n'),
    ],
    calls: [
      { operation: 'GET', target: 'a', status: 'OK', responseBytes: 11 },
      { operation: 'INCR', target: 'b', status: 'OK', responseBytes: 4 },
      { operation: 'LPUSH', status: 'WRONGTYPE', error: 'WRONGTYPE' },
      { operation: 'HGETALL', target: 'h', status: 'OK', responseBytes: 30 },
    ],
  },
  {
    name: 'MULTI and EXEC: each command, and the error inside EXEC',
    pieces: [
      client(resp('MULTI') + resp('SET', 'k', 'v') + resp('INCR', 'k') + resp('EXEC')),
      server('+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n+OK\r\n-ERR value is not an integer or out of range\r\n'),
    ],
    calls: [
      { operation: 'MULTI', status: 'OK' },
      { operation: 'SET', target: 'k', status: 'OK' },
      { operation: 'INCR', target: 'k', status: 'OK' },
      { operation: 'EXEC', target: '', status: 'OK', error: 'ERR' },
    ],
  },
  {
    name: 'redirects of a cluster are an outcome of their own',
    pieces: [
      client(resp('GET', 'x')),
      server('-MOVED 3999 127.0.0.1:6381\r\n'),
      client(resp('ASKING') + resp('GET', 'x')),
      server('+OK\r\n-ASK 3999 127.0.0.1:6381\r\n'),
    ],
    calls: [
      { operation: 'GET', status: 'MOVED', error: 'MOVED' },
      { operation: 'ASKING', status: 'OK' },
      { operation: 'GET', status: 'ASK', error: 'ASK' },
    ],
  },
  {
    name: 'pub/sub in RESP2: confirmations answer, deliveries are one-way',
    pieces: [
      client(resp('SUBSCRIBE', 'news:1001', 'b')),
      server('*3\r\n$9\r\nsubscribe\r\n$9\r\nnews:1001\r\n:1\r\n*3\r\n$9\r\nsubscribe\r\n$1\r\nb\r\n:2\r\n'),
      server('*3\r\n$7\r\nmessage\r\n$9\r\nnews:1001\r\n$2\r\nhi\r\n'),
      client(resp('PING')),
      server('*2\r\n$4\r\npong\r\n$0\r\n\r\n'),
      client(resp('UNSUBSCRIBE')),
      server('*3\r\n$11\r\nunsubscribe\r\n$1\r\nb\r\n:1\r\n*3\r\n$11\r\nunsubscribe\r\n$9\r\nnews:1001\r\n:0\r\n'),
    ],
    calls: [
      { operation: 'SUBSCRIBE', target: 'news:{id}', status: 'OK' },
      { operation: 'message', target: 'news:{id}', outcome: 'oneway', requestBytes: 40, responseBytes: 0 },
      { operation: 'PING', status: 'OK' },
      { operation: 'UNSUBSCRIBE', status: 'OK' },
    ],
  },
  {
    name: 'RESP3: pushes between replies, maps, attributes, null, blob errors',
    pieces: [
      client(resp('HELLO', '3', 'AUTH', 'me', 'secret')),
      server('%2\r\n$6\r\nserver\r\n$5\r\nredis\r\n$5\r\nproto\r\n:3\r\n'),
      client(resp('PSUBSCRIBE', 'F*') + resp('GET', 'k')),
      server('>3\r\n$10\r\npsubscribe\r\n$2\r\nF*\r\n:1\r\n'),
      server('>4\r\n$8\r\npmessage\r\n$2\r\nF*\r\n$3\r\nFoo\r\n$2\r\nhi\r\n'),
      server('|1\r\n+ttl\r\n:3600\r\n_\r\n'),
      client(resp('EVAL', 'return', '1', 'k')),
      server('>2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nk\r\n!21\r\nSYNTAX invalid syntax\r\n'),
    ],
    calls: [
      { operation: 'HELLO', target: '', status: 'OK' },
      { operation: 'PSUBSCRIBE', status: 'OK' },
      { operation: 'pmessage', target: 'F*', outcome: 'oneway' },
      { operation: 'GET', status: 'OK' },
      { operation: 'invalidate', outcome: 'oneway' },
      { operation: 'EVAL', target: 'k', status: 'SYNTAX', error: 'SYNTAX' },
    ],
  },
  {
    name: 'inline commands, CLIENT REPLY',
    pieces: [
      client('PING\r\nCLIENT REPLY OFF\r\nPING\r\nCLIENT REPLY ON\r\nGET key:77\r\nCLIENT REPLY SKIP\r\nPING\r\nPING\r\n'),
      server('+PONG\r\n+OK\r\n$-1\r\n+PONG\r\n'),
    ],
    calls: [
      { operation: 'CLIENT', statement: 'CLIENT REPLY', outcome: 'oneway' },
      { operation: 'PING', outcome: 'oneway' },
      { operation: 'CLIENT', outcome: 'oneway' },
      { operation: 'PING', outcome: 'oneway' },
      { operation: 'PING', outcome: 'complete' },
      { operation: 'CLIENT', outcome: 'complete' },
      { operation: 'GET', target: 'key:{id}', outcome: 'complete' },
      { operation: 'PING', outcome: 'complete' },
    ],
  },
  {
    name: 'a large value and a large reply beyond the capture limit',
    whole: 'bytes are missing',
    pieces: [
      client('*3\r\n$3\r\nSET\r\n$3\r\nbig\r\n$5000\r\nxxxx', 4998),
      server('+OK\r\n'),
      client('*5\r\n$4\r\nMSET\r\n$1\r\na\r\n$3000\r\nyy', 8000),
      server('+OK\r\n'),
      client(resp('GET', 'big')),
      server('$5000\r\nxx', 5000),
      client(resp('LRANGE', 'l', '0', '-1')),
      server('*100\r\n$1000\r\nzz', 100_000),
      client(resp('PING')),
      server('+PONG\r\n'),
    ],
    calls: [
      { operation: 'SET', target: 'big', status: 'OK', complete: true, requestBytes: 5031 },
      { operation: 'MSET', target: 'a', status: 'OK', complete: false },
      { operation: 'GET', responseBytes: 5009, complete: true },
      { operation: 'LRANGE', status: 'OK', complete: false },
      { operation: 'PING', status: 'OK' },
    ],
  },
  {
    name: 'mid-stream: a reply without its request is nobody\'s',
    whole: 'the first piece answers an unseen request',
    pieces: [server('$3\r\nabc\r\n'), client(resp('DEL', 'a@b.c:x')), server(':1\r\n')],
    calls: [{ operation: 'DEL', target: '{id}.c:x', status: 'OK' }],
  },
  {
    name: 'replication: the stream of the primary is one-way',
    pieces: [
      client(resp('PSYNC', '?', '-1')),
      server('+FULLRESYNC 0123 0\r\n$5\r\nREDIS'),
      server(resp('PING') + resp('SET', 'a', '1')),
      client(resp('REPLCONF', 'ACK', '14')),
    ],
    calls: [
      { operation: 'PSYNC', status: 'OK' },
      { operation: 'PING', outcome: 'oneway' },
      { operation: 'SET', target: 'a', outcome: 'oneway' },
      { operation: 'REPLCONF', outcome: 'oneway' },
    ],
  },
]; // biome-ignore format: one case reads as one block
