import { describe, expect, it } from 'vitest';
import { hex } from './cases/case.ts';
import { CERTAIN, infer, likelihood } from './infer.ts';
import { TABLE } from './table.ts';

/** First words of protocols that are not read: client, then server. What they are must not be guessed. */
const OTHERS: readonly (readonly [string, string | { hex: string }, string | { hex: string }])[] = [
  ['SSH (RFC 4253 §4.2)', 'SSH-2.0-OpenSSH_9.6\r\n', 'SSH-2.0-dropbear\r\n'],
  ['FTP (RFC 959)', 'USER anonymous\r\n', '220 (vsFTPd 3.0.5)\r\n331 Please specify the password.\r\n'],
  ['FTP, only what SMTP has too', 'HELP\r\n', '220 ProFTPD ready\r\n214 none\r\n'],
  ['POP3 (RFC 1939)', 'CAPA\r\nAUTH PLAIN\r\nQUIT\r\n', '+OK POP3 server ready\r\n'],
  ['IMAP (RFC 9051)', 'a1 LOGIN user secret\r\n', '* OK IMAP4rev2 ready\r\n'],
  ['NNTP (RFC 3977)', 'GROUP misc.test\r\n', '200 news ready\r\n'],
  ['NNTP with STARTTLS (RFC 4642)', 'STARTTLS\r\n', '200 news ready\r\n382 go on\r\n'],
  ['IRC (RFC 2812)', 'NICK one\r\nUSER one 0 * :One\r\n', ':irc.example 001 one :Welcome\r\n'],
  ['IRC, pings', 'PONG :irc.example\r\n', 'PING :irc.example\r\n'],
  ['SIP (RFC 3261)', 'OPTIONS sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/TCP h\r\n\r\n', 'SIP/2.0 200 OK\r\nVia: x\r\n\r\n'],
  ['RTSP (RFC 7826)', 'DESCRIBE rtsp://example.com/a RTSP/1.0\r\nCSeq: 1\r\n\r\n', 'RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n'],
  ['XMPP (RFC 6120)', "<?xml version='1.0'?><stream:stream to='h' xmlns='jabber:client'>", "<?xml version='1.0'?><stream:stream>"],
  ['SOCKS 5 (RFC 1928)', hex('050100050100010a0000010050'), hex('050005000001000000000000')],
  ['SOCKS 4', hex('0401 0050 c0000201 75736572 00'), hex('005a 0050 c0000201')],
  ['telnet (RFC 854)', hex('fffb18 fffb20 fffb23'), hex('fffd18 fffd20 fffd23 fffd27')],
  ['RDP (X.224)', hex('03000013 0ee00000 00000001 00080003 000000'), hex('03000013 0ed00000 12340002 1f080002 000000')],
  ['SMB 2', hex('00000024 fe534d42 40000000 00000000 00000000 00000000 00000000 00000000 00000000'), hex('00000024 fe534d42 40000000 00000000 00000000 00000000 00000000 00000000 00000000')],
  ['BitTorrent (BEP 3)', `\x13BitTorrent protocol${'\0'.repeat(8)}${'h'.repeat(40)}`, `\x13BitTorrent protocol${'\0'.repeat(8)}${'p'.repeat(40)}`],
  ['RTMP', hex(`03 00000000 00000000 ${'a7'.repeat(64)}`), hex(`03 00000000 00000000 ${'5c'.repeat(64)}`)],
  ['Modbus', hex('0001 0000 0006 01 03 0000 000a'), hex('0001 0000 0005 01 03 02 0000')],
  ['Gearman', hex('00524551 00000007 00000006 6a6f6200 7531'), hex('00524553 00000008 00000002 4833')],
  ['git', '0032git-upload-pack /project.git\0host=example.com\0', '0000'],
  ['ZMTP 3.1', hex(`ff00000000000000017f 0301 4e554c4c ${'00'.repeat(48)}`), hex(`ff00000000000000017f 0301 4e554c4c ${'00'.repeat(48)}`)],
  ['NSQ', 'SUB orders billing\n', hex('00000006 00000000 4f4b')],
  ['beanstalkd', 'release 7 0 0\r\n', 'DELETED\r\n'],
  ['zeros', hex('00'.repeat(64)), hex('00'.repeat(64))],
  ['a text', 'hello there\n', 'general\n'],
  ['encrypted', hex('9f3a7c11e0558db24411aa90cc37fe0281d5b96a4e2f70133c'), hex('71e2b90d4fa8c6533e1097bb28dc45fa61f20389acd47e15b0')],
]; // biome-ignore format: one protocol a line

function bytesOf(of: string | { hex: string }): Uint8Array {
  if (typeof of === 'string') return Uint8Array.from(of, (char) => char.charCodeAt(0));
  return Uint8Array.from(of.hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

describe('what is not read is not guessed', () => {
  it.each(OTHERS)('%s', (_, client, server) => {
    const [one, two] = [bytesOf(client), bytesOf(server)];
    const both = new Uint8Array([...one, ...two]);
    expect(infer(TABLE, 'tcp', both, 0, one.length, one.length, both.length)?.name).toBeUndefined();
  });

  it.each(OTHERS)('%s: no protocol is sure of one end alone', (_, client, server) => {
    const [one, two] = [bytesOf(client), bytesOf(server)];
    for (const transport of ['tcp', 'udp'] as const) {
      const sure = TABLE.filter(
        (protocol) =>
          likelihood(protocol, transport, one, 0, one.length, 0, 0) >= CERTAIN ||
          likelihood(protocol, transport, two, 0, 0, 0, two.length) >= CERTAIN,
      );
      expect(sure.map(({ name }) => name)).toEqual([]);
    }
  });
});
