import type { TraceSummary } from '@sonde/api';
import { describe, expect, it } from 'vitest';
import { usualOf } from './usual-trace.ts';

function summary(id: string, duration: number, spans = 5, errors = 0): TraceSummary {
  const match = { service: 's', name: 'n', start: 0, duration, error: false };
  return { id, start: 0, duration, spans, errors, services: [], root: { service: 's', name: 'n' }, match };
}

describe('a usual trace', () => {
  it('is of median duration among those that look alike and did not fail', () => {
    const all = [
      summary('me', 20),
      summary('a', 10),
      summary('b', 30),
      summary('c', 90),
      summary('d', 25, 9),
      summary('e', 26, 5, 1),
    ];
    expect(usualOf(all, 'me')).toEqual({ id: 'b', of: 4 });
  });

  it('is none where there is no other', () => {
    expect(usualOf([summary('me', 20), summary('bad', 20, 5, 2)], 'me')).toBe(null);
  });
});
