/** The Huffman code of HPACK, RFC 7541 §5.2 and appendix B. */

/** Bits of each byte's code; the code is canonical, so the lengths say all. The 257th is the end of the string. */
// biome-ignore format: one table
const LENGTHS = [
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
  6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
  13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
  15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
  20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
  22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
  26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
  20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
  30,
];

/**
 * A step by four bits: `STEPS[node * 16 + bits]` is the next inner node of the code tree (0 is the root), with EMITS and
 * the byte where a code ended on the way (no code is shorter than five bits), or INVALID.
 */
const STEPS = new Int32Array(256 * 16);
const EMITS = 1 << 8;
const INVALID = -1;

function build(): void {
  const left: number[] = [0];
  const right: number[] = [0];
  const leaf = 1000;
  const order = LENGTHS.map((_, byte) => byte).sort((a, b) => LENGTHS[a] - LENGTHS[b] || a - b);
  let code = 0;
  let length = 0;
  for (const byte of order) {
    code *= 2 ** (LENGTHS[byte] - length);
    length = LENGTHS[byte];
    let node = 0;
    for (let bit = length - 1; bit >= 0; bit--) {
      const side = (code >>> bit) & 1 ? right : left;
      if (bit === 0) side[node] = leaf + byte;
      else {
        if (side[node] === 0) {
          side[node] = left.length;
          left.push(0);
          right.push(0);
        }
        node = side[node];
      }
    }
    code++;
  }
  for (let from = 0; from < left.length; from++) {
    for (let bits = 0; bits < 16; bits++) {
      let node = from;
      let emitted = 0;
      for (let bit = 3; bit >= 0; bit--) {
        node = ((bits >> bit) & 1 ? right : left)[node];
        if (node < leaf) continue;
        emitted = EMITS | ((node - leaf) << 9);
        if (node - leaf === 256) emitted = INVALID;
        node = 0;
      }
      STEPS[from * 16 + bits] = emitted === INVALID ? INVALID : node | emitted;
    }
  }
}
build();

/**
 * Decodes `bytes[start, end)` to `out` from `at` on. Returns the index after the last byte written, or -1 where the code is
 * not valid or `out` is too short.
 */
export function decodeHuffman(bytes: Uint8Array, start: number, end: number, out: Uint8Array, at: number): number {
  if (at + ((end - start) * 8) / 5 > out.length) return -1;
  let node = 0;
  for (let i = start; i < end; i++) {
    const byte = bytes[i];
    let step = STEPS[(node << 4) | (byte >> 4)];
    if (step & EMITS) {
      if (step < 0) return -1;
      out[at++] = step >> 9;
    }
    step = STEPS[((step & 0xff) << 4) | (byte & 0xf)];
    if (step & EMITS) {
      if (step < 0) return -1;
      out[at++] = step >> 9;
    }
    node = step & 0xff;
  }
  return at;
}
