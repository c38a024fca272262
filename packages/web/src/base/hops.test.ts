import { describe, expect, it } from 'vitest';
import { hopOf, hopsOf } from './hops.ts';
import { at } from './trace-spans.case.ts';

const client = at('k', '', 0, 1000, { kind: 'client' });
const sequence = { method: 'sequence', confidence: 1 };
const server = (start: number, end: number, wait: string, host = 'h') =>
  at('s', 'k', start, end, { host, link: sequence, attributes: { 'sonde.queue_wait': wait } });

describe('a call', () => {
  it('that both ends saw is split into parts that add up', () => {
    const { parts, ways } = hopOf(client, client, server(250, 850, '1e-7'));
    expect(parts).toEqual({ client: 0, server: 600, queue: expect.closeTo(100), network: expect.closeTo(300) });
    expect(ways).toEqual({ there: expect.closeTo(150), back: expect.closeTo(150) });
  });

  it('between two hosts has no way there and back: their clocks are not that equal', () => {
    expect(hopOf(client, client, server(250, 850, '0', 'other')).ways).toBe(null);
  });

  it('has no negative part, however the ends contradict each other', () => {
    const { parts, ways } = hopOf(client, client, server(-50, 1150, '5'));
    expect(parts).toEqual({ client: 0, server: 1200, queue: 0, network: 0 });
    expect(ways).toEqual({ there: 0, back: 0 });
    expect(hopOf(client, client, server(0, 10, 'nonsense')).parts.queue).toBe(0);
  });
});

describe('calls of a trace', () => {
  it('start with what the application waited, and say where the other end is not watched', () => {
    const own = at('own', '', 0, 1300, { kind: 'client', source: 'application' });
    const seen = at('k', 'own', 200, 1200, { kind: 'client' });
    const other = at('x', 's', 400, 500, { kind: 'client' });
    const hops = hopsOf([own, seen, server(300, 1100, '0'), other, at('i', 's', 300, 400, { kind: 'internal' })]);
    expect(hops.map(({ caller, client, server }) => [caller.id, client.id, server?.id])).toEqual([
      ['own', 'k', 's'],
      ['x', 'x', undefined],
    ]);
    expect(hops[0].parts).toEqual({ client: 300, network: 200, queue: 0, server: 800 });
    expect(hops[1].parts).toEqual({ client: 0, network: 100, queue: 0, server: 0 });
    expect(hops[1].ways).toBe(null);
  });

  it.each([
    ['sequence', 's'],
    ['client-sequence', 's'],
    ['context', undefined],
  ])('whose server was found by %s: %s', (method, id) => {
    const call = at('k', '', 0, 1000, { kind: 'client' });
    const answering = at('s', 'k', 100, 900, { link: { method, confidence: 0.99 } });
    expect(hopsOf([call, answering])[0].server?.id).toBe(id);
  });
});
