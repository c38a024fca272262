import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { block, readBlock } from './hpack.ts';
import { HeaderTable } from './hpack-table.ts';
import { http } from './http.ts';
import { Message } from './message.ts';
import { mysql } from './mysql.ts';
import { pgsql } from './pgsql.ts';
import { FROM_CLIENT, type Protocol } from './protocol.ts';
import { transient } from './recent-symbols.ts';
import { detail } from './symbols.ts';
import { tds } from './tds.ts';
import { SAMPLED, type Sampled } from './trace-context.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';
const encoder = new TextEncoder();

/** A header of SkyWalking whose ids become TRACE and SPAN: see sw8.test.ts. */
const base64 = (text: string) => Buffer.from(text).toString('base64');
const SW8 = `sw8: 1-${base64(TRACE)}-${base64(`00000000000000000${SPAN.slice(1)}`)}-0-${base64('shop')}-${base64('a')}-${base64('/')}-${base64('b:80')}`;

function contextOf(headers: readonly string[]): readonly [string, string] {
  const bytes = encoder.encode(`GET / HTTP/1.1\r\n${headers.map((line) => `${line}\r\n`).join('')}\r\n`);
  const message = new Message();
  expect(http.read(http.connect(), FROM_CLIENT, bytes, 0, bytes.length, message)).toBe(bytes.length);
  return [transient.text(message.contextTrace), transient.text(message.contextSpan)];
}

/** A string without Huffman coding (RFC 7541 §5.2). */
function stringOf(text: string): number[] {
  const length = text.length < 127 ? [text.length] : [127, ((text.length - 127) & 127) | 128, (text.length - 127) >> 7];
  return [...length, ...encoder.encode(text)];
}

/** A header as a field of HTTP/2 with its name in full (RFC 7541 §6.2): names are lower case there. */
function fieldOf(first: number, header: string): number[] {
  const [name, value] = header.split(': ');
  return [first, ...stringOf(name.toLowerCase()), ...stringOf(value)];
}
const literalOf = (header: string) => fieldOf(0x00, header);
const insertOf = (header: string) => fieldOf(0x40, header);

beforeEach(() => {
  detail.raw = true;
});
afterEach(() => {
  detail.raw = false;
});

const FORMS: [string, string[]][] = [
  ['W3C', [`traceparent: 00-${TRACE}-${SPAN}-01`]],
  ['W3C, capitals', [`TraceParent: 00-${TRACE.toUpperCase()}-${SPAN}-00`]],
  ['B3 single', [`b3: ${TRACE}-${SPAN}-1-05e3ac9a4f6e3b90`]],
  ['B3 multi', [`X-B3-TraceId: ${TRACE}`, `X-B3-SpanId: ${SPAN}`, 'X-B3-Sampled: 1']],
  ['SkyWalking', [SW8]],
  ['SkyWalking, capitals', [SW8.replace('sw8', 'SW8')]],
  [
    'Datadog, 128 bits',
    [
      'x-datadog-trace-id: 11803532876627986230',
      'x-datadog-parent-id: 67667974448284343',
      'x-datadog-tags: _dd.p.dm=-1,_dd.p.tid=4bf92f3577b34da6',
    ],
  ],
  ['Jaeger', [`uber-trace-id: ${TRACE}:f067aa0ba902b7:0:1`]],
];

describe('what the application decided', () => {
  const cases: [string, string[], Sampled][] = [
    ['W3C, kept', [`traceparent: 00-${TRACE}-${SPAN}-01`], SAMPLED.kept],
    ['W3C, with more flags', [`traceparent: 00-${TRACE}-${SPAN}-03`], SAMPLED.kept],
    ['W3C, dropped', [`traceparent: 00-${TRACE}-${SPAN}-00`], SAMPLED.dropped],
    ['W3C, other flags', [`traceparent: 00-${TRACE}-${SPAN}-0a`], SAMPLED.dropped],
    ['W3C, no flags', [`traceparent: 00-${TRACE}-${SPAN}`], SAMPLED.unknown],
    ['B3 single', [`b3: ${TRACE}-${SPAN}-1-05e3ac9a4f6e3b90`], SAMPLED.kept],
    ['B3 single, debug', [`b3: ${TRACE}-${SPAN}-d`], SAMPLED.kept],
    ['B3 single, dropped', [`b3: ${TRACE}-${SPAN}-0`], SAMPLED.dropped],
    ['B3 single, left to others', [`b3: ${TRACE}-${SPAN}`], SAMPLED.unknown],
    ['B3 multi', ['X-B3-Sampled: 1'], SAMPLED.kept],
    ['B3 multi, dropped', ['x-b3-sampled: false'], SAMPLED.dropped],
    ['B3 multi, debug', ['x-b3-flags: 1'], SAMPLED.kept],
    ['Jaeger', [`uber-trace-id: ${TRACE}:${SPAN}:0:1`], SAMPLED.kept],
    ['Jaeger, dropped', [`uber-trace-id: ${TRACE}:${SPAN}:0:0`], SAMPLED.dropped],
    ['Datadog, by the user', ['x-datadog-sampling-priority: 2'], SAMPLED.kept],
    ['Datadog, by the sampler', ['x-datadog-sampling-priority: 0'], SAMPLED.dropped],
    ['Datadog, rejected', ['x-datadog-sampling-priority: -1'], SAMPLED.dropped],
    ['Datadog, no priority', ['x-datadog-sampling-priority: high'], SAMPLED.unknown],
  ];
  test.each(cases)('%s', (_, headers, sampled) => {
    const bytes = encoder.encode(`GET / HTTP/1.1\r\n${headers.map((line) => `${line}\r\n`).join('')}\r\n`);
    const message = new Message();
    http.read(http.connect(), FROM_CLIENT, bytes, 0, bytes.length, message);
    expect(message.contextSampled).toBe(sampled);
    const table = new HeaderTable();
    table.partial = false;
    const fields = Uint8Array.from(headers.flatMap(literalOf));
    expect(readBlock(table, fields, 0, fields.length)).toBe(true);
    expect(block.contextSampled).toBe(sampled);
  });
});

describe('trace context in headers', () => {
  test.each(FORMS)('%s', (_, headers) => expect(contextOf(headers)).toEqual([TRACE, SPAN]));

  test.each(FORMS)('%s, as gRPC metadata', (_, headers) => {
    const table = new HeaderTable();
    table.partial = false;
    for (const literal of [literalOf, insertOf, literalOf]) {
      const bytes = Uint8Array.from(headers.flatMap(literal));
      expect(readBlock(table, bytes, 0, bytes.length)).toBe(true);
      expect([transient.text(block.contextTrace), transient.text(block.contextSpan)]).toEqual([TRACE, SPAN]);
    }
    expect(table.count).toBe(headers.length);
  });

  test('ids of 64 bits are filled up', () => {
    expect(contextOf([`b3: a3ce929d0e0e4736-${SPAN}`])).toEqual([`${'0'.repeat(16)}a3ce929d0e0e4736`, SPAN]);
    expect(contextOf(['x-datadog-trace-id: 11803532876627986230', 'x-datadog-parent-id: 67667974448284343'])).toEqual([
      `${'0'.repeat(16)}a3ce929d0e0e4736`,
      SPAN,
    ]);
  });

  test.each([
    ['zeros', [`traceparent: 00-${'0'.repeat(32)}-${SPAN}-01`]],
    ['no digits', [`traceparent: 00-${'z'.repeat(32)}-${SPAN}-01`]],
    ['too short', ['traceparent: 00-4bf9-00f0-01']],
    ['not sampled, no ids', ['b3: 0']],
    ['too large', ['x-datadog-trace-id: 99999999999999999999']],
  ])('%s: none', (_, headers) => expect(contextOf(headers)).toEqual(['', '']));

  test('not read where spans are not wanted', () => {
    detail.raw = false;
    expect(contextOf([`traceparent: 00-${TRACE}-${SPAN}-01`])).toEqual(['', '']);
  });
});

const STATEMENT = `SELECT 1 /*traceparent='00-${TRACE}-${SPAN}-01'*/`;
const frame = (type: string, body: string) => {
  const length = body.length + 4;
  return [...encoder.encode(type), 0, 0, length >> 8, length & 255, ...encoder.encode(body)];
};

/** A packet of MySQL, and a batch of SQL Server in UTF-16 or in bytes. */
const packet = (command: number, text: string) => [text.length + 1, 0, 0, 0, command, ...encoder.encode(text)];
const batch = (text: Buffer) => {
  const headers = [22, 0, 0, 0, 18, 0, 0, 0, 2, 0, ...new Array(8).fill(0), 1, 0, 0, 0];
  const length = 8 + headers.length + text.length;
  return [1, 1, length >> 8, length & 255, 0, 0, 1, 0, ...headers, ...text];
};

test.each<[string, Protocol, number[]]>([
  ['PostgreSQL, at once', pgsql, frame('Q', `${STATEMENT}\0`)],
  [
    'PostgreSQL, with parameters',
    pgsql,
    [
      ...frame('P', `\0${STATEMENT}\0\0\0`),
      ...frame('B', '\0\0\0\0\0\0\0\0'),
      ...frame('E', '\0\0\0\0\0'),
      ...frame('S', ''),
    ],
  ],
  ['MySQL, at once', mysql, packet(3, STATEMENT)],
  ['MySQL, to be prepared', mysql, packet(22, STATEMENT)],
  ['SQL Server', tds, batch(Buffer.from(STATEMENT, 'utf16le'))],
])('trace context in a comment of a statement: %s', (_, protocol, sent) => {
  const bytes = Uint8Array.from(sent);
  const message = new Message();
  expect(protocol.read(protocol.connect(), FROM_CLIENT, bytes, 0, bytes.length, message)).toBe(bytes.length);
  expect(transient.text(message.contextTrace)).toBe(TRACE);
  expect(transient.text(message.contextSpan)).toBe(SPAN);
});
