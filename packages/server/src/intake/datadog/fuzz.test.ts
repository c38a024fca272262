import { zstdCompressSync } from 'node:zlib';
import { ApiError } from '@sonde/api';
import { expect, test } from 'vitest';
import { intakeOf } from './intake.ts';
import { KnownHosts } from './known-hosts.ts';
import { byCode, frame, podsMessage, seenMessage, sketch } from './message.case.ts';
import { readMessage } from './read.ts';

/** Uniform numbers in [0, 1) from a fixed seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function mutate(bytes: Uint8Array, next: () => number): Buffer {
  const copy = Buffer.from(bytes);
  for (let edits = Math.floor(next() * 5); edits > 0; edits--) {
    copy[Math.floor(next() * copy.length)] = Math.floor(next() * 256);
  }
  return next() < 0.2 ? copy.subarray(0, Math.floor(next() * copy.length)) : copy;
}

test('10 000 broken frames: each is read or refused with a code, and what is read makes sound rows', async () => {
  const next = random(7600);
  const known = new KnownHosts();
  const kinds = [22, 22, 22, 41];
  const messages = [
    seenMessage(),
    seenMessage({
      aggregations: byCode(2, '/a/1', { 201: [2, sketch(700, 710)], 500: [1, sketch(1000)] }),
      direction: 0,
    }),
    seenMessage({
      fields: [
        [52, Buffer.from([8, 111, 16, 3])],
        [48, Buffer.from([8, 11])],
      ],
    }),
    podsMessage(),
  ];
  let read = 0;
  const refused = new Map<string, number>();
  for (let i = 0; i < 10_000; i++) {
    const message = messages[i % messages.length];
    const type = kinds[i % kinds.length];
    const head = frame(Buffer.alloc(0), { encoding: 0, type });
    const whole = next() < 0.5;
    // Half of them are broken inside a sound frame, the others anywhere.
    const inside = mutate(message, next);
    const body = whole
      ? mutate(frame(message, { encoding: next() < 0.5 ? 0 : 4, type }), next)
      : Buffer.concat([head, inside]);
    if (!whole && next() < 0.3) {
      head.copy(body);
      body[1] = 4;
    }
    const sent = body[1] === 4 && !whole ? Buffer.concat([body.subarray(0, 16), zstdCompressSync(inside)]) : body;
    try {
      const decoded = await readMessage(sent, false, 1_000_000);
      if (decoded === null) continue;
      read++;
      const { intake } = intakeOf(decoded, {
        checked: 1_700_000_000,
        now: 1_700_000_000,
        exactStatuses: false,
        known,
      });
      for (const { ready, containers, restarts, started, deleted } of intake.pods ?? []) {
        for (const count of [ready, containers, restarts, started, deleted]) {
          expect(Number.isSafeInteger(count) && count >= 0 && count < 2 ** 32).toBe(true);
        }
      }
      for (const row of intake.requests) {
        const known = row.bins.counts.reduce((sum, count) => sum + count, 0);
        expect(Number.isSafeInteger(row.count) && row.count >= 0 && known <= row.count).toBe(true);
        for (const sum of [row.durationSum, row.requestBytes, row.responseBytes]) {
          expect(Number.isFinite(sum) && sum >= 0 && sum <= 2 ** 63).toBe(true);
        }
      }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      refused.set(error.code, (refused.get(error.code) ?? 0) + 1);
    }
  }
  expect(read).toBeGreaterThan(2000);
  expect(refused.get('SONDE_INTAKE_BAD_FRAME')).toBeGreaterThan(1000);
});
