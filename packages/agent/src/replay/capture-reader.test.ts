import { describe, expect, it } from 'vitest';
import { CaptureReader } from './capture-reader.ts';
import { bytes, type Frame, pcap, pcapng } from './packets.case.ts';

interface Seen {
  readonly linkType: number;
  readonly time: bigint;
  readonly data: string;
  readonly wireLength: number;
}

function read(file: Uint8Array, size = file.length): { seen: Seen[]; ending: string } {
  const seen: Seen[] = [];
  const reader = new CaptureReader({
    packet: ({ linkType, seconds, nanoseconds, bytes: from, start, end, wireLength }) => {
      const data = Buffer.from(from.subarray(start, end)).toString('latin1');
      seen.push({ linkType, time: BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds), data, wireLength });
    },
  });
  for (let at = 0; at < file.length; at += size) reader.push(file.subarray(at, at + size));
  return { seen, ending: reader.end() };
}

const FRAMES: Frame[] = [
  { bytes: bytes('first'), at: 1 },
  { bytes: bytes('the second is longer'), at: 1_000_002, captured: 6 },
  { bytes: bytes(''), at: 2_000_003 },
];
const WANTED: Seen[] = [
  { linkType: 113, time: 1_700_000_000_000_001_000n, data: 'first', wireLength: 5 },
  { linkType: 113, time: 1_700_000_001_000_002_000n, data: 'the se', wireLength: 20 },
  { linkType: 113, time: 1_700_000_002_000_003_000n, data: '', wireLength: 0 },
];

describe('a capture file', () => {
  const linkType = 113;
  const files: [string, Uint8Array][] = [
    ['pcap, µs, little endian', pcap(FRAMES, { linkType })],
    ['pcap, µs, big endian', pcap(FRAMES, { linkType, little: false })],
    ['pcap, ns, little endian', pcap(FRAMES, { linkType, nanoseconds: true })],
    ['pcap, ns, big endian', pcap(FRAMES, { linkType, nanoseconds: true, little: false })],
    ['pcapng, µs', pcapng(FRAMES, linkType)],
    ['pcapng, ns, big endian', pcapng(FRAMES, linkType, false, 9)],
    ['pcapng, several sections', bytes(pcapng(FRAMES.slice(0, 2), linkType), pcapng(FRAMES.slice(2), linkType, false))],
  ];

  it.each(files)('%s', (_, file) => expect(read(file)).toEqual({ seen: WANTED, ending: 'whole' }));

  it.each(files)('%s, in chunks of any size', (_, file) => {
    for (const size of [1, 3, 24, 100]) expect(read(file, size).seen).toEqual(WANTED);
  });

  it.each(files)('%s, cut anywhere, gives what is before the cut and says so', (_, file) => {
    const whole = new Set<number>();
    for (let cut = 28; cut < file.length; cut++) {
      const { seen, ending } = read(file.subarray(0, cut));
      expect(seen).toEqual(WANTED.slice(0, seen.length));
      if (ending === 'whole') whole.add(cut);
    }
    expect(whole.size).toBeLessThan(12);
  });

  it('in units of a power of two keeps the time to less than a unit', () => {
    const [{ time }] = read(pcapng(FRAMES, linkType, true, 0x80 | 20)).seen;
    expect(Number(1_700_000_000_000_001_000n - time)).toBeLessThan(1e9 / 2 ** 20);
  });

  it('with a record of impossible length is damaged from there on', () => {
    const file = pcap(FRAMES, { linkType });
    new DataView(file.buffer, file.byteOffset).setUint32(24 + 16 + 5 + 8, 0x7fffffff, true);
    expect(read(file)).toEqual({ seen: WANTED.slice(0, 1), ending: 'damaged' });
  });

  it.each([
    ['empty', bytes(), 'is empty'],
    ['a text', bytes('this is no capture, only a text of some length'), '74686973'],
    ['shorter than any header', bytes([0xd4, 0xc3, 0xb2, 0xa1]), 'd4c3b2a1'],
  ])('that is %s is refused', (_, file, reason) => {
    expect(() => read(file)).toThrow(expect.objectContaining({ code: 'SONDE_REPLAY_FORMAT' }));
    expect(() => read(file)).toThrow(reason);
  });
});
