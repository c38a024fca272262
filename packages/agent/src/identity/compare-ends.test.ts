import { expect, test } from 'vitest';
import { compareEnds, type Piece } from './compare-ends.ts';

const SENT = { client: { from: 99, to: 122 }, server: { from: 1234, to: 5235 } };

const piece = (side: 'client' | 'server', from: 'client' | 'server', offset: number, bytes: number): Piece => ({
  side,
  fromClient: from === 'client',
  clientStart: 0xc0ffee,
  serverStart: 0x5e4e4,
  offset,
  bytes,
});

/** As the probes told of one connection on loopback: a request of 23 bytes, an answer of 4001 that was read in two. */
const SEEN: readonly Piece[] = [
  piece('client', 'client', 99, 23),
  piece('server', 'client', 99, 23),
  piece('server', 'server', 1234, 4001),
  piece('client', 'server', 1234, 4000),
  piece('client', 'server', 5234, 1),
];

const withPiece = (at: number, change: Partial<Piece>) => SEEN.with(at, { ...SEEN[at], ...change });

test('both ends agree', () => {
  expect(compareEnds(SEEN, SENT)).toBe('');
});

test.each([
  [
    'a start that is off by one, as where the SYN is counted',
    withPiece(1, { serverStart: 0x5e4e5 }),
    /c0ffee-5e4e4 at the client, and c0ffee-5e4e5 at the server/,
  ],
  [
    'ends that took each other for the client',
    withPiece(0, { clientStart: 0x5e4e4, serverStart: 0xc0ffee }),
    /at the client, and/,
  ],
  ['a place that is off by one', withPiece(0, { offset: 100 }), 'byte 99 from the client is at 100 at the client'],
  ['a direction that is wrong', withPiece(1, { fromClient: false }), 'the server saw'],
  ['counters that stand still', withPiece(4, { offset: 1234 }), 'byte 5234 from the server is at 1234 at the client'],
  ['a write that was not seen', SEEN.toSpliced(2, 1), 'the server saw 1234 bytes from the server, of 5235'],
  [
    'an end that was not seen',
    SEEN.filter(({ side }) => side === 'client'),
    'the server saw 99 bytes from the client, of 122',
  ],
  ['nothing', [], 'no read or write was seen'],
] as const)('%s is found', (_, pieces, why) => {
  expect(compareEnds(pieces, SENT)).toMatch(why);
});
