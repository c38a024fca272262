import { client, hex, type Piece, type ProtocolCase, server } from './case.ts';

const u16 = (value: number) => value.toString(16).padStart(4, '0');

function nameHex(name: string): string {
  const labels = name === '' ? [] : name.split('.');
  const texts = labels.map((label) => `${u16(label.length).slice(2)}${Buffer.from(label, 'latin1').toString('hex')}`);
  return `${texts.join('')}00`;
}

/** A message of one question; `records` answers of type A behind it. */
function message(id: number, flags: number, name: string, type: number, records = 0): string {
  const answer = 'c00c 0001 0001 0000003c 0004 c0000201'.repeat(records);
  return `${u16(id)} ${u16(flags)} 0001 ${u16(records)} 0000 0000 ${nameHex(name)} ${u16(type)} 0001 ${answer}`;
}

const framed = (...messages: string[]) =>
  hex(messages.map((text) => u16(text.replace(/\s+/g, '').length / 2) + text).join(''));

const QUERY = 0x0100;
const ANSWER = 0x8180;

const ask = (id: number, name: string, type = 1): Piece => client(hex(message(id, QUERY, name, type)));
const answer = (id: number, name: string, type = 1, code = 0, records = 1): Piece =>
  server(hex(message(id, ANSWER | code, name, type, records)));

const DATAGRAM = 'a datagram is whole';

export const dnsCases: readonly ProtocolCase[] = [
  {
    name: 'a question and its answer, over UDP',
    datagrams: true,
    whole: DATAGRAM,
    pieces: [ask(7, 'Shop.Example.com'), answer(7, 'shop.example.com')],
    calls: [
      {
        protocol: 'dns', operation: 'A', target: 'shop.example.com', status: 'NOERROR', error: '', outcome: 'complete',
        requestBytes: 34, responseBytes: 50, complete: true,
      },
    ],
  },
  {
    name: 'answers out of order, errors by their code',
    datagrams: true,
    whole: DATAGRAM,
    pieces: [
      ask(1, 'a.test', 28),
      ask(2, 'b.test'),
      ask(3, '', 2),
      answer(2, 'b.test', 1, 3, 0),
      answer(3, '', 2, 5, 0),
      answer(1, 'a.test', 28),
    ],
    calls: [
      { operation: 'A', target: 'b.test', status: 'NXDOMAIN', error: 'NXDOMAIN' },
      { operation: 'NS', target: '.', status: 'REFUSED', error: 'REFUSED' },
      { operation: 'AAAA', target: 'a.test', status: 'NOERROR', error: '' },
    ],
  },
  {
    name: 'asked again before an answer',
    datagrams: true,
    whole: DATAGRAM,
    pieces: [
      ask(9, 'slow.test', 65), ask(9, 'slow.test', 65), answer(9, 'slow.test', 65, 2, 0),
      ask(9, 'slow.test', 65), answer(9, 'slow.test', 65),
    ],
    calls: [
      { operation: 'HTTPS', target: 'slow.test', status: 'SERVFAIL', outcome: 'complete' },
      { operation: 'HTTPS', target: 'slow.test', status: 'NOERROR', outcome: 'complete' },
      { operation: 'HTTPS', target: 'slow.test', status: '', outcome: 'closed', complete: false },
    ],
  },
  {
    name: 'an error without the question',
    datagrams: true,
    whole: DATAGRAM,
    pieces: [ask(5, 'odd.test', 65280), server(hex(`0005 ${u16(ANSWER | 1)} 0000 0000 0000 0000`))],
    calls: [{ operation: 'TYPE65280', target: 'odd.test', status: 'FORMERR', error: 'FORMERR' }],
  },
  {
    name: 'an opcode that means nothing, refused',
    pieces: [client(hex(message(9, 0x3900, 'a.example', 6))), server(hex('0009 b984 0000 0000 0000 0000'))],
    datagrams: true,
    whole: DATAGRAM,
    calls: [{ protocol: 'dns', operation: 'SOA', target: 'a.example', status: 'NOTIMP', error: 'NOTIMP' }],
  },
  {
    name: 'a response longer than the capture limit',
    datagrams: true,
    whole: DATAGRAM,
    pieces: [ask(6, 'big.test', 16), server(hex(message(6, ANSWER, 'big.test', 16, 4)), 900)],
    calls: [{ operation: 'TXT', target: 'big.test', status: 'NOERROR', responseBytes: 990 }],
  },
  {
    name: 'over TCP, two in one segment',
    pieces: [
      client(framed(message(1, QUERY, 'a.test', 1), message(2, QUERY, 'b.test', 15))),
      server(framed(message(2, ANSWER | 3, 'b.test', 15))),
      server(framed(message(1, ANSWER, 'a.test', 1, 3))),
    ],
    calls: [
      { operation: 'MX', target: 'b.test', status: 'NXDOMAIN' },
      { operation: 'A', target: 'a.test', status: 'NOERROR', requestBytes: 26, responseBytes: 74 },
    ],
  },
]; // biome-ignore format: one case reads as one block
