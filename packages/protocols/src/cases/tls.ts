import { client, hex, type ProtocolCase, server } from './case.ts';

const u16 = (value: number) => value.toString(16).padStart(4, '0');
const u24 = (value: number) => value.toString(16).padStart(6, '0');
const size = (text: string) => text.replace(/\s+/g, '').length / 2;

function extension(type: number, body: string): string {
  return `${u16(type)}${u16(size(body))}${body}`;
}

function serverName(name: string): string {
  const text = Buffer.from(name).toString('hex');
  return extension(0, `${u16(name.length + 3)}00${u16(name.length)}${text}`);
}

function applicationProtocols(...names: string[]): string {
  const list = names.map((name) => u16(name.length).slice(2) + Buffer.from(name).toString('hex')).join('');
  return extension(16, `${u16(size(list))}${list}`);
}

const record = (type: string, version: string, body: string) => `${type}${version}${u16(size(body))}${body}`;

function handshake(type: string, body: string): string {
  return `${type}${u24(size(body))}${body}`;
}

function hello(type: string, version: string, suites: string, ...extensions: string[]): string {
  const list = extensions.join('');
  const random = 'a5'.repeat(32);
  return handshake(type, `${version}${random}00${suites}${u16(size(list))}${list}`);
}

const clientHello = (...extensions: string[]) => hello('01', '0303', '0004130113020100', ...extensions);
const serverHello = (...extensions: string[]) => hello('02', '0303', '130100', ...extensions);

const NAMED = clientHello(
  serverName('shop.example'),
  applicationProtocols('h2', 'http/1.1'),
  extension(10, '00020017'),
);
const TLS13 = extension(43, '0304');
const DATA = record('17', '0303', '00'.repeat(40));

export const tlsCases: readonly ProtocolCase[] = [
  {
    name: 'TLS 1.3, then what cannot be read',
    pieces: [
      client(hex(record('16', '0301', NAMED))),
      server(hex(record('16', '0303', serverHello(TLS13)) + record('14', '0303', '01') + DATA)),
      client(hex(DATA + DATA)),
      server(hex(DATA)),
    ],
    calls: [
      {
        protocol: 'tls', operation: 'ClientHello', target: 'shop.example', status: 'OK', error: '', version: '1.3',
        namespace: 'h2,http/1.1', outcome: 'complete', requestBytes: size(record('16', '0301', NAMED)),
      },
    ],
  },
  {
    name: 'TLS 1.2 without a name',
    pieces: [client(hex(record('16', '0301', clientHello(extension(10, '00020017'))))), server(hex(record('16', '0303', serverHello())))],
    calls: [{ operation: 'ClientHello', target: '', status: 'OK', version: '1.2' }],
  },
  {
    name: 'a hello spread over records',
    pieces: [
      client(hex(record('16', '0301', NAMED.slice(0, 100)) + record('16', '0301', NAMED.slice(100)))),
      server(hex(record('16', '0303', serverHello(TLS13)))),
    ],
    calls: [{ target: 'shop.example', version: '1.3' }],
  },
  {
    name: 'refused',
    pieces: [client(hex(record('16', '0301', NAMED))), server(hex(record('15', '0303', '0228')))],
    calls: [{ target: 'shop.example', status: 'handshake_failure', error: 'handshake_failure', outcome: 'complete' }],
  },
  {
    name: 'a hello longer than the capture limit, the name within it',
    whole: 'bytes are missing',
    pieces: [
      client(hex(record('16', '0301', clientHello(serverName('shop.example'), extension(51, '00'.repeat(900)))).slice(0, 400)), 800),
      server(hex(record('16', '0303', serverHello(TLS13)))),
    ],
    calls: [{ target: 'shop.example', status: 'OK', complete: false }],
  },
]; // biome-ignore format: one case reads as one block
