import { describe, expect, it } from 'vitest';
import type { Call } from './call.ts';
import type { Piece, ProtocolCase } from './cases/case.ts';
import { CASES } from './cases/index.ts';
import { Conversation } from './conversation.ts';
import type { Message } from './message.ts';
import { FROM_CLIENT, FROM_SERVER, NOT_MINE, type Protocol } from './protocol.ts';
import { protocolOf, TABLE } from './table.ts';

/**
 * Every parser on mutated bytes of every case: no throw, nothing read outside of what it was given, every returned number
 * in range, time and memory bounded. A fixed seed and number of rounds; `SONDE_FUZZ_SECONDS` makes it that long per
 * protocol, from a seed of its own that is printed.
 */

const SECONDS = Number(process.env.SONDE_FUZZ_SECONDS ?? 0);
const SEED = SECONDS > 0 ? Date.now() >>> 0 : 20_260_101;
const ROUNDS = 2000;
const LONGEST = 8192;
/** Bytes around those that a parser is given, which it must not look at. */
const MARGIN = 64;
const MS_PER_64_KB = 5;
/** Other tests run at the same time on the same cores. */
const SLACK = 10;

/** mulberry32 */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** The first bytes of a piece. */
function bytesOf({ bytes }: Piece): number[] {
  if (bytes instanceof Uint8Array) return [...bytes.subarray(0, LONGEST)];
  if (typeof bytes === 'string') return Array.from(bytes.slice(0, LONGEST), (char) => char.charCodeAt(0));
  return (bytes.hex.slice(0, 2 * LONGEST).match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
}

const INTERESTING = [0, 1, 0x7f, 0x80, 0xfe, 0xff, 0x0a, 0x0d, 0x20, 0x30];

function mutate(bytes: number[], below: (n: number) => number): number[] {
  const result = bytes.slice();
  for (let left = 1 + below(6); left > 0 && result.length > 0; left--) {
    const at = below(result.length);
    switch (below(7)) {
      case 0:
        result[at] ^= 1 << below(8);
        break;
      case 1:
        result[at] = INTERESTING[below(INTERESTING.length)];
        break;
      case 2:
        result.splice(at, 1 + below(8));
        break;
      case 3:
        result.splice(at, 0, ...Array.from({ length: 1 + below(8) }, () => below(256)));
        break;
      case 4:
        result.splice(at, 0, ...result.slice(at, at + 1 + below(64)));
        break;
      case 5:
        result.length = at;
        break;
      default:
        for (let i = at; i < Math.min(result.length, at + 4); i++) result[i] = below(2) ? 0xff : below(256);
    }
  }
  return result;
}

/** The protocol with each answer of its functions checked. */
function checked(protocol: Protocol): Protocol {
  return {
    ...protocol,
    read(state, direction, bytes, start, end, message: Message) {
      const consumed = protocol.read(state, direction, bytes, start, end, message);
      const inRange = Number.isInteger(consumed) && consumed >= NOT_MINE && consumed <= end - start;
      if (!inRange) throw new Error(`consumed ${consumed} of ${end - start}`);
      if (!Number.isSafeInteger(message.skip) || message.skip < 0) throw new Error(`skip ${message.skip}`);
      if (!Number.isSafeInteger(message.id)) throw new Error(`id ${message.id}`);
      return consumed;
    },
  };
}

interface Fed {
  readonly from: 'client' | 'server';
  readonly bytes: number[];
  readonly missing: number;
}

/** What comes out of a conversation whose bytes lie between bytes of value `around`. */
function run(protocol: Protocol, fed: readonly Fed[], datagrams: boolean, around: number): string {
  let found = '';
  const call = (one: Call): void => {
    found += `${one.protocol} ${one.operation} ${one.target} ${one.statement} ${one.status} ${one.outcome} ${one.requestBytes} ${one.responseBytes}\n`;
  };
  const conversation = new Conversation(protocol, 0, { call }, datagrams);
  conversation.onSwitch = (id) => {
    const next = protocolOf(id);
    if (next) conversation.become(checked(next));
  };
  let time = 0;
  for (const { from, bytes, missing } of fed) {
    const buffer = new Uint8Array(bytes.length + 2 * MARGIN).fill(around);
    buffer.set(bytes, MARGIN);
    const segment = {
      start: MARGIN,
      end: MARGIN + bytes.length,
      total: bytes.length + missing,
      offset: time,
      queueWait: 0,
    };
    const direction = from === 'client' ? FROM_CLIENT : FROM_SERVER;
    conversation.segment({ ...segment, direction, bytes: buffer, first: time, last: time });
    found += `${protocol.detect(buffer, MARGIN, MARGIN + bytes.length, direction)} `;
    time += 1000;
  }
  if (conversation.pending > 8192) throw new Error(`${conversation.pending} requests wait`);
  conversation.close('closed');
  return found;
}

function choose(one: ProtocolCase, below: (n: number) => number): Fed[] {
  return one.pieces.flatMap((piece) => {
    const from = below(20) === 0 ? (piece.from === 'client' ? 'server' : 'client') : piece.from;
    const whole = bytesOf(piece);
    const bytes = below(4) === 0 ? whole : mutate(whole, below);
    const cut = below(3) === 0 ? below(bytes.length + 1) : bytes.length;
    const missing = below(5) === 0 ? below(20_000) : 0;
    return [
      { from, bytes: bytes.slice(0, cut), missing: 0 },
      { from, bytes: bytes.slice(cut), missing },
    ].filter((part) => part.bytes.length > 0) satisfies Fed[];
  });
}

const everyCase = Object.values(CASES).flat();

describe(`mutated bytes, seed ${SEED}`, () => {
  it.each(TABLE.map((protocol) => [protocol.name, protocol] as const))(
    '%s',
    (name, protocol) => {
      const below = random(SEED);
      const own = CASES[name] ?? [];
      const before = process.memoryUsage().heapUsed;
      const subject = checked(protocol);
      let bytes = 0;
      let spent = 0;
      const until = performance.now() + SECONDS * 1000;
      for (let round = 0; SECONDS > 0 ? performance.now() < until : round < ROUNDS; round++) {
        const cases = round % 8 === 7 ? everyCase : own;
        const one = cases[below(cases.length)];
        const fed = choose(one, below);
        const datagrams = one.datagrams === true;
        const start = performance.now();
        const first = run(subject, fed, datagrams, 0);
        const second = run(subject, fed, datagrams, 0xff);
        spent += performance.now() - start;
        if (first !== second) expect(second, `reads outside: ${one.name}, round ${round}`).toBe(first);
        bytes += fed.reduce((sum, part) => sum + 4 * part.bytes.length, 0);
      }
      const parts = Math.max(1, bytes / 65_536);
      expect(spent / parts, 'milliseconds per 64 KB').toBeLessThan(MS_PER_64_KB * SLACK + 2000 / parts);
      expect(process.memoryUsage().heapUsed - before).toBeLessThan(256 << 20);
    },
    (SECONDS + 60) * 1000,
  );
});
