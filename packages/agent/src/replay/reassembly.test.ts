import { describe, expect, it } from 'vitest';
import { CaptureClock, Decoder, RST, type Transport } from './decoder.ts';
import { Packet } from './packet.ts';
import { Connection } from './packets.case.ts';
import { type End, Reassembly } from './reassembly.ts';

/** What a connection's packets become: `>text` from the end that is seen first, `<text` from the other. */
function assemble(packets: readonly Uint8Array[], captured = Number.POSITIVE_INFINITY, apart = 1000): string[] {
  const seen: string[] = [];
  const mark = (end: End) => (end === 0 ? '>' : '<');
  const say = (end: End, text: string) => {
    const last = seen.at(-1);
    if (last?.startsWith(mark(end)) && !last.includes('(')) seen[seen.length - 1] = last + text;
    else seen.push(mark(end) + text);
  };
  const reassembly = new Reassembly({
    bytes: (end, bytes, start, stop, total) => {
      say(end, Buffer.from(bytes.subarray(start, stop)).toString('latin1'));
      if (total > stop - start) seen.push(`${mark(end)}(cut ${total - (stop - start)})`);
    },
    gap: (end, size) => seen.push(`${mark(end)}(gap ${size})`),
    closed: () => seen.push('closed'),
  });
  let first = -1;
  const take = (segment: Transport) => {
    if (first < 0) first = segment.sourcePort;
    const end = segment.sourcePort === first ? 0 : 1;
    expect(reassembly.isOther(end, segment)).toBe(false);
    reassembly.segment(end, segment);
  };
  const decoder = new Decoder(new CaptureClock(), { tcp: take, udp: () => {} });
  packets.forEach((bytes, index) => {
    const packet = new Packet();
    const end = Math.min(bytes.length, captured);
    Object.assign(packet, { linkType: 101, bytes, start: 0, end, wireLength: bytes.length, seconds: 0 });
    packet.seconds = Math.floor((index * apart) / 1e6);
    packet.nanoseconds = ((index * apart) % 1e6) * 1000;
    decoder.packet(packet);
  });
  reassembly.flush();
  if (reassembly.isReset) seen.push('reset');
  return seen;
}

/** Four pieces from the client with one answer each, opened and closed. */
function dialogue() {
  const connection = new Connection();
  const open = connection.open();
  const parts = ['one ', 'two ', 'three ', 'four '].flatMap((text) => [
    connection.send('client', text),
    connection.send('server', text.toUpperCase()),
  ]);
  return { connection, open, parts };
}
const WANTED = ['>one ', '<ONE ', '>two ', '<TWO ', '>three ', '<THREE ', '>four ', '<FOUR '];

function stream(texts: readonly string[]) {
  const connection = new Connection();
  return { connection, open: connection.open(), parts: texts.map((text) => connection.send('client', text)) };
}

describe('two streams', () => {
  it('in order, closed', () => {
    const { connection, open, parts } = dialogue();
    const end = [connection.close('client'), connection.close('server')];
    expect(assemble([...open, ...parts, ...end])).toEqual([...WANTED, 'closed']);
  });

  it('reset', () => {
    const { connection, open, parts } = dialogue();
    expect(assemble([...open, ...parts, connection.flags('server', RST)])).toEqual([...WANTED, 'reset']);
  });

  it('reset by somebody else: what follows is read on', () => {
    const { connection, open, parts } = dialogue();
    const forged = connection.flags('server', RST);
    expect(assemble([...open, ...parts.slice(0, 2), forged, ...parts.slice(2)])).toEqual([...WANTED, 'reset']);
  });

  it('from the middle on', () => {
    const { parts } = dialogue();
    expect(assemble(parts.slice(2))).toEqual(WANTED.slice(2));
    expect(assemble(parts.slice(3))).toEqual(
      WANTED.slice(3).map((text) => (text[0] === '<' ? '>' : '<') + text.slice(1)),
    );
  });

  it('every packet twice', () => {
    const { open, parts } = dialogue();
    expect(assemble([...open, ...parts].flatMap((packet) => [packet, packet]))).toEqual(WANTED);
  });

  it('an answer captured before its question is told after it', () => {
    const { open, parts } = dialogue();
    const [one, answer, ...rest] = parts;
    expect(assemble([...open, answer, one, ...rest])).toEqual(WANTED);
  });

  it('every order of neighbours', () => {
    const { open, parts } = stream(['a', 'b', 'c', 'd', 'e']);
    for (let i = 0; i < 4; i++) {
      for (let j = i + 1; j < 5; j++) {
        const swapped = parts.slice();
        [swapped[i], swapped[j]] = [swapped[j], swapped[i]];
        expect(assemble([...open, ...swapped])).toEqual(['>abcde']);
      }
    }
  });

  it('retransmitted in other pieces', () => {
    const { open, parts } = stream(['abcd', 'efgh']);
    const again = stream(['ab', 'cdef', 'ghij']).parts;
    expect(assemble([...open, parts[0], ...again, parts[1]])).toEqual(['>abcdefghij']);
  });

  it('a lost piece is a gap of its size, once the other end has acknowledged what follows', () => {
    const { open, parts, connection } = stream(['first ', 'lost ', 'third ']);
    const answers = Array.from({ length: 20 }, () => connection.send('server', 'x'));
    const seen = assemble([...open, parts[0], parts[2], ...answers]);
    expect(seen).toEqual(['>first ', '>(gap 5)', '>third ', `<${'x'.repeat(20)}`]);
  });

  it('a lost piece at the end of the capture is a gap', () => {
    const { open, parts } = stream(['first ', 'lost ', 'third ']);
    expect(assemble([...open, parts[0], parts[2]])).toEqual(['>first ', '>(gap 5)', '>third ']);
  });

  it('one direction alone waits ten seconds of the capture for what is lost', () => {
    const { open, parts } = stream(['a', 'lost', 'b', 'c', 'd', 'e']);
    const packets = [open[0], parts[0], ...parts.slice(2)];
    expect(assemble(packets, undefined, 4e6)).toEqual(['>a', '>(gap 4)', '>bcde']);
  });

  it('cut by a snap length, in place', () => {
    const { open, parts } = stream(['0123456789', 'abc']);
    expect(assemble([...open, ...parts], 44)).toEqual(['>0123', '>(cut 6)', '>abc']);
  });

  it('around the end of the sequence numbers', () => {
    const connection = new Connection();
    const open = connection.open();
    const parts = Array.from({ length: 6 }, (_, i) => connection.send('server', `part${i}`));
    const mixed = [0, 2, 1, 4, 3, 5].map((index) => parts[index]);
    expect(assemble([...open, ...mixed])).toEqual(['<part0part1part2part3part4part5']);
  });

  it.each([0, 1])('a keep-alive probe of %i bytes before anything else is no data', (size) => {
    const { parts } = dialogue();
    const probe = parts[2].slice(0, 40 + size);
    new DataView(probe.buffer).setUint32(24, new DataView(probe.buffer).getUint32(24) - 1);
    probe.set([0, 40 + size], 2);
    probe[33] = 16;
    expect(assemble([probe, ...parts.slice(2)])).toEqual(WANTED.slice(2));
  });
});
