import { describe, expect, it } from 'vitest';
import { block, path, readBlock } from './hpack.ts';
import { decodeHuffman } from './hpack-huffman.ts';
import { HeaderTable } from './hpack-table.ts';
import { symbols } from './symbols.ts';

const unhex = (text: string) => Uint8Array.from(text.match(/[0-9a-f]{2}/g) ?? [], (pair) => Number.parseInt(pair, 16));

function read(table: HeaderTable, hex: string) {
  const bytes = unhex(hex);
  const ok = readBlock(table, bytes, 0, bytes.length);
  const text = String.fromCharCode(...path.subarray(0, Math.max(0, block.pathLength)));
  return {
    ok,
    method: symbols.text(block.method),
    path: text,
    authority: symbols.text(block.authority),
    status: block.status,
  };
}

function known(): HeaderTable {
  const table = new HeaderTable();
  table.partial = false;
  return table;
}

describe('the examples of RFC 7541, appendix C', () => {
  it.each([
    [
      'C.3 without Huffman',
      '8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d',
      '8286 84be 5808 6e6f 2d63 6163 6865',
      '8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65',
    ],
    [
      'C.4 with Huffman',
      '8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff',
      '8286 84be 5886 a8eb 1064 9cbf',
      '8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf',
    ],
  ])('requests, %s', (_, ...blocks) => {
    const table = known();
    const authority = 'www.example.com';
    expect(blocks.map((hex) => read(table, hex))).toEqual([
      { ok: true, method: 'GET', path: '/', authority, status: 0 },
      { ok: true, method: 'GET', path: '/', authority, status: 0 },
      { ok: true, method: 'GET', path: '/index.html', authority, status: 0 },
    ]);
    expect(table.count).toBe(3);
  });

  it('responses with eviction at 256 bytes, C.6', () => {
    const table = known();
    table.resize(256);
    const first =
      '4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3';
    const third =
      '88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07';
    expect([first, '4883 640e ffc1 c0bf', third].map((hex) => read(table, hex).status)).toEqual([302, 307, 200]);
    expect(table.count).toBe(3);
  });
});

it('every byte is decoded, alone and in a row', () => {
  const out = new Uint8Array(64);
  expect(decodeHuffman(unhex('f1e3c2e5f23a6ba0ab90f4ff'), 0, 12, out, 0)).toBe(15);
  expect(String.fromCharCode(...out.subarray(0, 15))).toBe('www.example.com');
  expect(decodeHuffman(unhex('ffffffff'), 0, 4, out, 0)).toBe(-1);
  expect(decodeHuffman(unhex('0000000000'), 0, 5, new Uint8Array(4), 0)).toBe(-1);
});

it('what is not a header block makes the table partial, and what refers to before is unknown then', () => {
  const table = known();
  expect(read(table, '8286 84 be').ok).toBe(false);
  expect(table.partial).toBe(true);
  expect(read(table, '82 be')).toMatchObject({ ok: true, method: 'GET', path: '' });
  expect(block.unseen).toBe(1);
  expect(read(table, '20 3f e1 1f 82').ok).toBe(true);
  expect(table.partial).toBe(false);
});
