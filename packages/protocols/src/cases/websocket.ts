import { client, hex, type ProtocolCase, server } from './case.ts';

export const websocketCases: readonly ProtocolCase[] = [
  {
    name: 'messages of both ends (the examples of RFC 6455)',
    pieces: [
      client(hex('818537fa213d7f9f4d5158')),
      server('\x81\x05Hello'),
      server(`\x82\x7e\x01\x00${'\xff'.repeat(256)}`),
      client(hex('8a8537fa213d7f9f4d5158')),
    ],
    calls: [
      { protocol: 'websocket', operation: 'text', outcome: 'oneway', requestBytes: 11, responseBytes: 0, complete: true },
      { operation: 'text', requestBytes: 7 },
      { operation: 'binary', requestBytes: 260 },
    ],
  },
  {
    name: 'fragments with a ping between them are one message',
    pieces: [client(hex('8180 00000000')), server('\x01\x03Hel\x89\x00\x00\x01l\x80\x01o'), server('\xc1\x01x')],
    calls: [{ operation: 'text' }, { operation: 'text', requestBytes: 5 + 2 + 3 + 3 }, { operation: 'text', requestBytes: 3 }],
  },
  {
    name: 'close, with its code once',
    pieces: [client(hex('888200000000 03e9')), server('\x88\x02\x03\xe9')],
    calls: [{ operation: 'close', status: '1001', error: '', requestBytes: 8 }],
  },
  {
    name: 'close for an error',
    pieces: [client(hex('8180 00000000')), server('\x88\x0c\x03\xf1too large!'), client(hex('8882 12345678 11c5'))],
    calls: [{ operation: 'text' }, { operation: 'close', status: '1009', error: '1009' }],
  },
  {
    name: 'a close that is longer than it may be',
    pieces: [client(hex('8180 00000000')), server(`\x88\x7e\x00\xc8\x03\xf1${'z'.repeat(198)}`)],
    calls: [{ operation: 'text' }, { operation: 'close', status: '1009' }],
  },
  {
    name: 'a long message beyond the capture limit',
    whole: 'bytes are missing',
    pieces: [client(hex('82ff 0000000000010000 00000000 0102'), 65_534), client(hex('8180 00000000'))],
    calls: [{ operation: 'binary', requestBytes: 65_550, complete: true }, { operation: 'text' }],
  },
]; // biome-ignore format: one case reads as one block
