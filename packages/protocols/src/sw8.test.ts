import { expect, test } from 'vitest';
import { readSw8, sw8Ids } from './sw8.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const UUID = '56a5e1c519ae4c76a2b8b11d92cead7f';

function idsOf(header: string): [string, string] | null {
  const bytes = new TextEncoder().encode(`..${header}..`);
  if (!readSw8(bytes, 2, bytes.length - 2)) return null;
  const text = new TextDecoder().decode(sw8Ids);
  return [text.slice(0, 32), text.slice(32)];
}

const header = (trace: string, segment: string, span: number | string) =>
  `1-${base64(trace)}-${base64(segment)}-${span}-${base64('shop')}-${base64('shop-1')}-${base64('/')}-${base64('b:80')}`;

/** The same by definition: the number little-endian, exclusive or. */
function folded(uuid: string, extra: number, mid: number, last: bigint): Buffer {
  const bytes = Buffer.from(uuid, 'hex');
  const mask = Buffer.alloc(16);
  mask.writeUInt32LE(extra, 0);
  mask.writeUInt32LE(mid, 4);
  mask.writeBigUInt64LE(last, 8);
  return Buffer.from(bytes.map((byte, i) => byte ^ mask[i]));
}
const halves = (uuid: Buffer) => Buffer.from(uuid.subarray(0, 8).map((byte, i) => byte ^ uuid[i + 8])).toString('hex');

test('ids of Java: a UUID, a thread, a time', () => {
  const id = `${UUID}.12.16563474296430001`;
  expect(idsOf(header(id, id, 3))).toEqual([
    folded(UUID, 0, 12, 16563474296430001n).toString('hex'),
    halves(folded(UUID, 3, 12, 16563474296430001n)),
  ]);
});

test('ids of others: a UUID, with dashes or without', () => {
  const dashed = 'de5980b8-fce3-4a37-aab9-b4ac3af7eedd';
  const plain = dashed.replaceAll('-', '');
  expect(idsOf(header(dashed, UUID, 257))).toEqual([plain, halves(folded(UUID, 257, 0, 0n))]);
  expect(idsOf(header(plain, UUID, 0))).toEqual([plain, halves(Buffer.from(UUID, 'hex'))]);
});

test('the largest numbers', () => {
  const id = `${UUID}.4294967295.9223372036854775807`;
  const expected = folded(UUID, 0, 4294967295, 9223372036854775807n).toString('hex');
  expect(idsOf(header(id, UUID, 0))?.[0]).toBe(expected);
});

test.each([
  ['nothing', ''],
  ['not sampled, no ids', '0'],
  ['cut', header(UUID, UUID, 1).slice(0, 90)],
  ['no number of a span', header(UUID, UUID, 'x')],
  ['a negative one', header(UUID, UUID, -1)],
  ['no Base64', `1-${'!'.repeat(44)}-${base64(UUID)}-0-a-b-c-d`],
  ['a text', header('not an id at all, but quite long', UUID, 0)],
  ['a short id', header(UUID.slice(1), UUID, 0)],
  ['zeros', header('0'.repeat(32), UUID, 0)],
  ['a span of zeros', header(UUID, '0'.repeat(32), 0)],
  ['one number', header(`${UUID}.12`, UUID, 0)],
  ['no numbers', header(`${UUID}..`, UUID, 0)],
  ['too large a number', header(`${UUID}.1.${'9'.repeat(30)}`, UUID, 0)],
  ['very long', header(`${UUID}.1.${'0'.repeat(300)}`, UUID, 0)],
])('%s: none', (_, text) => expect(idsOf(text)).toBeNull());
