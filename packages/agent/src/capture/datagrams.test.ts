import { afterEach, beforeEach, expect, test } from 'vitest';
import { Role } from './generated/events.ts';
import type { SegmentFields, Socket } from './kernel.case.ts';
import { Observation } from './observation.case.ts';

const client: Socket = {
  clientStart: 0,
  serverStart: 71,
  role: Role.ROLE_CLIENT,
  pid: 10,
  local: ['10.0.0.1', 40_000],
  peer: ['10.0.0.2', 53],
};
const server: Socket = {
  clientStart: 0,
  serverStart: 72,
  role: Role.ROLE_SERVER,
  pid: 20,
  local: ['10.0.0.2', 53],
  peer: ['10.0.0.1', 40_000],
};

const NAME = [4, 0x73, 0x68, 0x6f, 0x70, 0, 0, 1, 0, 1];
/** RFC 1035 section 4.1: a question for the address of `shop`, and an answer without records. */
const question = (id: number) => Uint8Array.of(0, id, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...NAME);
const answer = (id: number) => Uint8Array.of(0, id, 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0, ...NAME);

let it: Observation;
beforeEach(() => {
  it = new Observation();
  it.proc.run(10, 'front');
  it.proc.run(20, 'names');
});
afterEach(() => it[Symbol.dispose]());

function datagram(socket: Socket, from: SegmentFields['from'], bytes: Uint8Array, time: number): void {
  it.kernel.segment(socket, { from, bytes, time, offset: time, datagram: 'dns' });
}

test('a question with its answer at both ends, which find each other by address', () => {
  datagram(client, 'client', question(7), 1000);
  datagram(server, 'client', question(7), 1100);
  datagram(server, 'server', answer(7), 1800);
  datagram(client, 'server', answer(7), 2000);
  const common = { protocol: 'dns', target: 'shop', status: 'NOERROR', outcome: 'complete' };
  expect(it.read()).toMatchObject([
    {
      ...common,
      side: 'server',
      service: 'names',
      peer: 'front',
      peerAddress: '10.0.0.1',
      times: [1100, 1100, 1800, 1800],
    },
    {
      ...common,
      side: 'client',
      service: 'front',
      peer: 'names',
      peerAddress: '10.0.0.2:53',
      times: [1000, 1000, 2000, 2000],
    },
  ]);
  expect(it.reader.exchanges).toBe(2);
});

test('answers in another order than the questions', () => {
  datagram(client, 'client', question(7), 1000);
  datagram(client, 'client', question(8), 1500);
  datagram(client, 'server', answer(8), 2000);
  datagram(client, 'server', answer(7), 3000);
  expect(it.read().map(({ times: [first, , , last] }) => [first, last])).toEqual([
    [1500, 2000],
    [1000, 3000],
  ]);
});

test('a question that nobody answers has timed out when its socket was silent for long, and is told once', () => {
  datagram(client, 'client', question(7), 1e9);
  expect(it.read()).toEqual([]);
  it.reader.sweep(20e9);
  expect(it.read()).toEqual([]);
  it.reader.sweep(40e9);
  it.reader.sweep(80e9);
  it.reader.close();
  expect(it.read()).toMatchObject([{ outcome: 'timeout', target: 'shop' }]);
});

test('a question that waits when the observation ends is pending', () => {
  datagram(client, 'client', question(7), 1e9);
  it.read();
  it.reader.close();
  it.reader.close();
  expect(it.read()).toMatchObject([{ outcome: 'pending' }]);
});

test('a server on every address of the host is found by loopback', () => {
  datagram({ ...server, local: ['0.0.0.0', 53] }, 'client', question(6), 500);
  datagram({ ...client, peer: ['127.0.0.1', 53] }, 'client', question(7), 1000);
  datagram({ ...client, peer: ['127.0.0.1', 53] }, 'server', answer(7), 2000);
  expect(it.read()).toMatchObject([{ side: 'client', peer: 'names', peerAddress: '127.0.0.1:53' }]);
});

test('a protocol that is not read, and bytes that are none, are no exchange', () => {
  it.kernel.segment(client, { from: 'client', bytes: question(7), datagram: 'mdns' });
  datagram(client, 'client', Uint8Array.of(1, 2, 3), 1000);
  it.read();
  it.reader.close();
  expect(it.read()).toEqual([]);
});
