import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ConnectionChange, Outcome } from './generated/events.ts';
import { bothEnds } from './kernel.case.ts';
import { Observation } from './observation.case.ts';

const REQUEST = 'GET /users/7?token=secret HTTP/1.1\r\nHost: shop\r\n\r\n';
const RESPONSE = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello';
const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
/** HEADERS of stream 1, end of stream: GET http /, and its answer 200 (RFC 7541 appendix A). */
const H2_REQUEST = Uint8Array.of(0, 0, 3, 1, 5, 0, 0, 0, 1, 0x82, 0x86, 0x84);
const HTTP = { request: REQUEST, response: RESPONSE, protocol: 'http' } as const;

let it: Observation;
const { client, server } = bothEnds(1000, 2000, 10, 20);

beforeEach(() => {
  it = new Observation();
  it.proc.run(10, 'front');
  it.proc.run(20, 'users');
});
afterEach(() => it[Symbol.dispose]());

describe('connections', () => {
  test('that end quietly are no exchange', () => {
    it.kernel.connection(client, { change: ConnectionChange.CONNECTION_OPEN });
    it.kernel.connection(client, { outcome: Outcome.OUTCOME_CLOSED });
    expect(it.read()).toEqual([]);
    expect(it.failed).toEqual([]);
  });

  test.each([
    [Outcome.OUTCOME_REFUSED, 'refused'],
    [Outcome.OUTCOME_TIMEOUT, 'timeout'],
    [Outcome.OUTCOME_RESET, 'reset'],
  ])('that could not be opened, outcome %d: %s', (outcome, word) => {
    const nobody = { ...client, clientStart: 0, serverStart: 0 };
    it.kernel.connection(nobody, { outcome, opened: 1000, time: 4000 });
    it.read();
    expect(it.failed).toEqual([{ service: 'front', peerAddress: '10.0.0.2:80', outcome: word, duration: 3000 }]);
    expect(it.connections.size).toBe(0);
  });

  test('say what they sent while they last and at their end, each time what is new', () => {
    it.kernel.connection(client, { change: ConnectionChange.CONNECTION_OPEN, segments: 9 });
    const progress = ConnectionChange.CONNECTION_PROGRESS;
    it.kernel.connection(client, { change: progress, segments: 5, retransmits: 2, rtt: 731 });
    it.kernel.connection(server, { change: progress, segments: 4, rtt: 700 });
    it.kernel.connection(client, { outcome: Outcome.OUTCOME_RESET, segments: 1, retransmits: 1, rtt: 800 });
    it.read();
    expect(it.reports).toEqual([
      { service: 'front', segments: 5, retransmits: 2, rtt: 731, ended: null },
      { service: 'users', segments: 4, retransmits: 0, rtt: 700, ended: null },
      { service: 'front', segments: 1, retransmits: 1, rtt: 800, ended: 'reset' },
    ]);
  });

  test('that nobody accepted, or that were given up before they had an identity, are none of the server', () => {
    const nobody = { clientStart: 0, serverStart: 0 };
    it.kernel.connection({ ...server, ...nobody }, { outcome: Outcome.OUTCOME_RESET });
    it.kernel.connection({ ...client, ...nobody }, { outcome: Outcome.OUTCOME_CLOSED });
    it.read();
    expect(it.failed).toEqual([]);
  });

  test('are forgotten some time after both ends closed, silent ones much later', () => {
    const other = bothEnds(3000, 4000, 10, 20);
    it.kernel.exchange(client, HTTP);
    it.kernel.exchange(other.client, HTTP);
    it.kernel.connection(client, { time: 1e9 });
    it.read();
    it.reader.sweep(2e9);
    expect(it.connections.size).toBe(2);
    it.reader.sweep(7e9);
    expect(it.connections.size).toBe(1);
    it.reader.sweep(3700e9);
    expect(it.connections.size).toBe(0);
  });

  test('forgotten with a request that waits: it is handed over once, with no more time than was seen', () => {
    const other = bothEnds(3000, 4000, 10, 20);
    it.kernel.segment(client, { from: 'client', bytes: PREFACE });
    it.kernel.segment(client, { from: 'client', bytes: H2_REQUEST, offset: PREFACE.length, time: 2000 });
    it.kernel.connection(other.client, { time: 900_000 });
    expect(it.read()).toEqual([]);
    it.reader.sweep(4000e9);
    it.reader.sweep(8000e9);
    it.reader.close();
    expect(it.read()).toMatchObject([{ outcome: 'pending', complete: false, times: [2000, 2000, 0, 0] }]);
  });

  test('a protocol that goes over to another by Upgrade', () => {
    const request = 'GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
    const response = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
    for (const socket of [client, server]) it.kernel.exchange(socket, { request, response, protocol: 'http' });
    const seen = it.read();
    expect(seen.map(({ side, target, status }) => `${side} ${target} ${status}`)).toEqual([
      'client /chat 101',
      'server /chat 101',
    ]);
    expect(it.asked()).toEqual(['stream websocket']);
  });
});
