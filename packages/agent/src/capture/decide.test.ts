import { type Direction, FROM_CLIENT, FROM_SERVER, type Segment } from '@sonde/protocols';
import { expect, test } from 'vitest';
import { newEnd } from './connections.ts';
import { copied, decide } from './decide.ts';

function piece(direction: Direction, text: string, lost = 0): Segment {
  const bytes = new TextEncoder().encode(text);
  return {
    direction,
    bytes,
    start: 0,
    end: bytes.length,
    total: bytes.length + lost,
    offset: 0,
    first: 0,
    last: 0,
    queueWait: 0,
  };
}

function decided(...early: Segment[]): string | undefined {
  return decide({ ...newEnd(1, 0, 0), early })?.name;
}

test('nothing seen, nothing known', () => expect(decided()).toBeUndefined());

test('the first bytes of a request', () => {
  expect(decided(piece(FROM_CLIENT, 'GET / HTTP/1.1\r\n\r\n'))).toBe('http');
  expect(decided(piece(FROM_CLIENT, '*1\r\n$4\r\nPING\r\n'))).toBe('redis');
});

test('pieces of a direction are one run of bytes, whatever comes between', () => {
  expect(decided(piece(FROM_CLIENT, 'GE'))).toBeUndefined();
  expect(decided(piece(FROM_CLIENT, 'GE'), piece(FROM_CLIENT, 'T / HTTP/1.1\r\n'))).toBe('http');
  expect(
    decided(piece(FROM_CLIENT, 'PRI * HTTP/2.0\r\n'), piece(FROM_SERVER, ''), piece(FROM_CLIENT, '\r\nSM\r\n\r\n')),
  ).toBe('http2');
});

test('a response alone', () => expect(decided(piece(FROM_SERVER, 'HTTP/1.1 200 OK\r\n\r\n'))).toBe('http'));

test('what comes after lost bytes does not continue what came before', () => {
  expect(decided(piece(FROM_CLIENT, 'GE', 4), piece(FROM_CLIENT, 'T / HTTP/1.1\r\n'))).toBeUndefined();
});

test('much more than is looked at', () => {
  const long = piece(FROM_CLIENT, `GET / HTTP/1.1\r\nX: ${'x'.repeat(16_000)}`);
  expect(decided(long, long, piece(FROM_SERVER, `HTTP/1.1 200 OK\r\n\r\n${'y'.repeat(16_000)}`))).toBe('http');
});

test('a copy outlives the record', () => {
  const record = piece(FROM_SERVER, '..HTTP..', 7);
  const copy = copied({ ...record, start: 2, end: 6, first: 11, queueWait: 3 });
  record.bytes.fill(0);
  expect(copy).toMatchObject({ direction: FROM_SERVER, start: 0, end: 4, total: 15, first: 11, queueWait: 3 });
  expect(new TextDecoder().decode(copy.bytes)).toBe('HTTP');
});
