import { OUTCOMES, PROTOCOLS } from '@sonde/model';
import { describe, expect, it } from 'vitest';
import type { Call } from './call.ts';
import type { Expected, Piece, ProtocolCase } from './cases/case.ts';
import { CASES } from './cases/index.ts';
import { Conversation } from './conversation.ts';
import { infer, likelihood } from './infer.ts';
import type { Protocol } from './protocol.ts';
import type { Segment } from './segment.ts';
import { symbols } from './symbols.ts';
import { protocolOf, TABLE } from './table.ts';

function bytesOf(piece: Piece): Uint8Array {
  if (piece.bytes instanceof Uint8Array) return piece.bytes;
  if (typeof piece.bytes === 'string') return Uint8Array.from(piece.bytes, (char) => char.charCodeAt(0));
  return Uint8Array.from(piece.bytes.hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function describeCall(call: Call): Required<Expected> {
  return {
    protocol: PROTOCOLS[call.protocol],
    operation: symbols.text(call.operation),
    target: symbols.text(call.target),
    statement: symbols.text(call.statement),
    status: symbols.text(call.status),
    error: symbols.text(call.error),
    version: symbols.text(call.version),
    namespace: symbols.text(call.namespace),
    outcome: OUTCOMES[call.outcome],
    requestBytes: call.requestBytes,
    responseBytes: call.responseBytes,
    complete: call.complete,
  };
}

/** Feeds a case in pieces of at most `size` bytes. */
function run(protocol: Protocol, { pieces, datagrams }: ProtocolCase, size: number): Required<Expected>[] {
  const found: Required<Expected>[] = [];
  const conversation = new Conversation(
    protocol,
    0,
    { call: (call) => found.push(describeCall(call)) },
    datagrams === true,
  );
  conversation.onSwitch = (id) => {
    const next = protocolOf(id);
    if (next) conversation.become(next);
  };
  const offsets = { client: 0, server: 0 };
  let time = 1000;
  for (const piece of pieces) {
    const bytes = bytesOf(piece);
    for (let start = 0; start < bytes.length; start += size) {
      const end = Math.min(bytes.length, start + size);
      const total = end - start + (end === bytes.length ? (piece.missing ?? 0) : 0);
      const segment: Segment = {
        direction: piece.from === 'client' ? 0 : 1,
        bytes,
        start,
        end,
        total,
        offset: offsets[piece.from],
        first: time,
        last: time,
        queueWait: 0,
      };
      conversation.segment(segment);
      offsets[piece.from] += total;
      time += 1000;
    }
  }
  conversation.close('closed');
  return found;
}

function check(found: Required<Expected>[], wanted: readonly Expected[]): void {
  const picked = found.map((call, i) =>
    Object.fromEntries(Object.keys(wanted[i] ?? call).map((key) => [key, call[key as keyof Expected]])),
  );
  expect(picked).toEqual(wanted);
}

describe.each(TABLE.map((protocol) => [protocol.name, protocol] as const))('%s', (name, protocol) => {
  const cases: readonly ProtocolCase[] = CASES[name] ?? [];

  it('has cases', () => expect(cases.length).toBeGreaterThan(0));

  describe.each(cases.map((one) => [one.name, one] as const))('%s', (_, one) => {
    it('as it came', () => check(run(protocol, one, Number.POSITIVE_INFINITY), one.calls));

    it.skipIf(one.whole !== undefined)(`in pieces of 1, 2, 3 and 7 bytes${one.whole ? `: ${one.whole}` : ''}`, () => {
      for (const size of [1, 2, 3, 7]) check(run(protocol, one, size), one.calls);
    });

    it('is told from every other protocol by its first bytes', () => {
      if (one.whole) return;
      const request = one.pieces.find((piece) => piece.from === 'client');
      if (!request) return;
      const bytes = bytesOf(request);
      const transport = one.datagrams ? 'udp' : 'tcp';
      expect(infer(TABLE, transport, bytes, 0, bytes.length, 0, 0)?.name).toBe(name);
    });

    it('is told which end asks, where nobody saw who opened the connection', () => {
      const [asks, answers] = (['client', 'server'] as const).map((end) => one.pieces.find(({ from }) => from === end));
      if (one.whole || !asks || !answers) return;
      const [first, second] = [bytesOf(asks), bytesOf(answers)];
      const both = Buffer.concat([first, second]);
      const [middle, end] = [first.length, both.length];
      const transport = one.datagrams ? 'udp' : 'tcp';
      const right = likelihood(protocol, transport, both, 0, middle, middle, end);
      expect(likelihood(protocol, transport, both, middle, end, 0, middle)).toBeLessThan(Math.max(right, 1));
    });
  });
});
