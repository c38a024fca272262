import { describe, expect, it } from 'vitest';
import { CaptureReader } from './capture-reader.ts';
import { CaptureClock, Decoder } from './decoder.ts';
import { ReplayError } from './errors.ts';
import { bytes, Connection, ethernet, type Frame, frames, ipv4, pcap, pcapng, u16, udp, V4 } from './packets.case.ts';
import { Sessions } from './sessions.ts';

/** Repeatable numbers from 0 to 2^32 (xorshift, Marsaglia 2003). */
function random(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

function captures(): Uint8Array[] {
  const connection = new Connection();
  const packets = [...connection.open()];
  for (let i = 0; i < 10; i++) {
    packets.push(connection.send('client', `GET /${i} HTTP/1.1\r\nHost: h\r\n\r\n`));
    packets.push(
      connection.send('server', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n'),
    );
  }
  const question = bytes([0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 4], 'shop', [0, 0, 1, 0, 1]);
  const inner = ethernet(ipv4(V4.client, V4.server, 17, udp(4000, 53, question)));
  packets.push(ipv4(V4.server, V4.client, 17, udp(1, 4789, bytes([8, 0, 0, 0, 0, 0, 1, 0], inner))));
  packets.push(ipv4(V4.server, V4.client, 47, bytes([0, 0], u16(0x6558), inner)));
  const datagram = udp(4001, 53, bytes(question, new Array(2000).fill(0)));
  for (const offset of [0, 1024]) {
    const part = { id: 9, offset, more: offset === 0 };
    packets.push(ipv4(V4.client, V4.server, 17, datagram.subarray(offset, offset + 1024), part));
  }
  const all: Frame[] = frames(packets);
  return [pcap(all), pcap(all, { little: false, nanoseconds: true }), pcapng(all), pcapng(all, 1, false, 9)];
}

function run(file: Uint8Array): void {
  const sessions = new Sessions({ call: () => {}, ended: () => {} });
  const reader = new CaptureReader(new Decoder(new CaptureClock(), sessions));
  try {
    reader.push(file);
    reader.end();
  } catch (error) {
    if (!(error instanceof ReplayError)) throw error;
  }
  sessions.finish();
}

describe('hostile captures', () => {
  it.each([1, 2, 3, 4])('with bytes changed at random end in order (seed %i)', (seed) => {
    const next = random(seed * 7919);
    const originals = captures();
    const started = performance.now();
    let slowest = 0;
    for (let round = 0; round < 500; round++) {
      const file = originals[round % originals.length].slice();
      for (let change = 1 + (next() % 8); change > 0; change--) file[next() % file.length] = next() & 255;
      const before = performance.now();
      run(round % 5 === 0 ? file.subarray(0, next() % file.length) : file);
      slowest = Math.max(slowest, performance.now() - before);
    }
    expect(slowest).toBeLessThan(1000);
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  it('with many half connections keep memory bounded', () => {
    const lonely = Array.from({ length: 70_000 }, (_, i) => {
      const connection = new Connection(1 + (i % 65_000), 1 + Math.floor(i / 65_000));
      return connection.open()[0];
    });
    let ended = 0;
    const sessions = new Sessions({ call: () => {}, ended: () => ended++ });
    const reader = new CaptureReader(new Decoder(new CaptureClock(), sessions));
    reader.push(pcap(frames(lonely)));
    reader.push(pcap(frames(lonely)).subarray(24));
    expect(ended).toBeGreaterThan(0);
    sessions.finish();
  });
});
