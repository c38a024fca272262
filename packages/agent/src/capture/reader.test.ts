import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ConnectionChange, Outcome, ProcessChange, Role } from './generated/events.ts';
import { bothEnds } from './kernel.case.ts';
import { Observation } from './observation.case.ts';

const REQUEST = 'GET /users/7?token=secret HTTP/1.1\r\nHost: shop\r\n\r\n';
const RESPONSE = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello';
const HTTP = { request: REQUEST, response: RESPONSE, protocol: 'http' } as const;
/** Nothing that any protocol begins with. */
const RIDDLE = '~~~~~~~~';

const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
/** HEADERS of stream 1, end of stream: GET http /, and its answer 200 (RFC 7541 appendix A). */
const H2_REQUEST = Uint8Array.of(0, 0, 3, 1, 5, 0, 0, 0, 1, 0x82, 0x86, 0x84);
const H2_RESPONSE = Uint8Array.of(0, 0, 1, 1, 5, 0, 0, 0, 1, 0x88);

/** Begins like a frame of HTTP/2, and is none. */
const NO_H2 = Uint8Array.of(0x01, 0xde, 0x03, 0x01, 0x00, 0x02, 0x76, 0xbf, 0x03);

let it: Observation;
const { client, server } = bothEnds(1000, 2000, 10, 20);

beforeEach(() => {
  it = new Observation();
  it.proc.run(10, 'front');
  it.proc.run(20, 'users');
});
afterEach(() => it[Symbol.dispose]());

describe('one exchange', () => {
  test('at both ends: what it was, how long it took, and who is at the other end', () => {
    const { kernel } = it;
    kernel.connection(client, { change: ConnectionChange.CONNECTION_OPEN });
    kernel.connection(server, { change: ConnectionChange.CONNECTION_OPEN });
    kernel.exchange(server, { ...HTTP, offset: 512, times: [1100, 1200, 1800, 1900], queueWait: 50 });
    kernel.exchange(client, { ...HTTP, offset: 512, times: [1000, 1100, 1900, 2000] });
    const common = {
      connection: '1000:2000',
      protocol: 'http',
      operation: 'GET',
      target: '/users/{id}',
      status: '200',
      outcome: 'complete',
      requestBytes: REQUEST.length,
      responseBytes: RESPONSE.length,
      offset: 512,
      complete: true,
      task: 0,
    };
    expect(it.read()).toEqual([
      {
        ...common,
        side: 'server',
        service: 'users',
        peer: 'front',
        peerAddress: '10.0.0.1',
        times: [1100, 1200, 1800, 1900],
        queueWait: 50,
      },
      {
        ...common,
        side: 'client',
        service: 'front',
        peer: 'users',
        peerAddress: '10.0.0.2:80',
        times: [1000, 1100, 1900, 2000],
        queueWait: 0,
      },
    ]);
    expect(it.reader).toMatchObject({ records: 4, exchanges: 2, unreadable: 0 });
    expect(kernel.asked).toEqual([]);
  });

  test('at one end alone: the other is nobody', () => {
    it.kernel.exchange(client, HTTP);
    expect(it.read()).toMatchObject([{ service: 'front', peer: '' }]);
  });

  test('of a connection whose beginning was not seen', () => {
    it.kernel.exchange(server, { ...HTTP, protocol: 'unknown' });
    expect(it.read()).toMatchObject([{ protocol: 'http', operation: 'GET', target: '/users/{id}' }]);
  });

  test('cut at the capture limit: sizes are those on the wire', () => {
    it.kernel.exchange(client, { ...HTTP, responseBytes: 70_000 });
    expect(it.read()).toMatchObject([{ status: '200', responseBytes: 70_000 }]);
  });

  test.each([
    [Outcome.OUTCOME_CLOSED, 'closed'],
    [Outcome.OUTCOME_RESET, 'reset'],
    [Outcome.OUTCOME_TIMEOUT, 'timeout'],
  ])('without a response, outcome %d: %s', (outcome, word) => {
    it.kernel.exchange(client, { ...HTTP, response: '', outcome, times: [1000, 1100, 0, 2500] });
    expect(it.read()).toMatchObject([{ operation: 'GET', status: '', outcome: word }]);
  });
});

test('a turn that is handed over while it goes on: the response comes in pieces', () => {
  const outcome = Outcome.OUTCOME_PENDING;
  it.kernel.exchange(client, { ...HTTP, response: '', outcome, times: [1000, 1100, 0, 0] });
  expect(it.read()).toEqual([]);
  it.kernel.segment(client, { from: 'server', bytes: RESPONSE, time: 5000 });
  expect(it.read()).toMatchObject([{ operation: 'GET', status: '200', times: [1000, 1100, 5000, 5000] }]);
  it.kernel.exchange(client, { ...HTTP, offset: 500, response: '', outcome, times: [6000, 6100, 0, 0] });
  it.read();
  it.reader.close();
  expect(it.read()).toMatchObject([{ operation: 'GET', status: '', outcome: 'pending', offset: 500 }]);
});

describe('a response that went quiet before its end', () => {
  const [head, body] = ['HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello', 'world'];
  const first = { request: REQUEST, response: head, isQuiet: true, times: [1000, 1100, 1900, 2500] } as const;
  const rest = { response: body, times: [9000, 9000, 9000, 9000] } as const;

  test('goes on, and is one exchange', () => {
    it.kernel.exchange(client, { ...first, protocol: 'http' });
    expect(it.read()).toEqual([]);
    it.kernel.exchange(client, { ...rest, protocol: 'http' });
    expect(it.read()).toMatchObject([
      { status: '200', responseBytes: head.length + body.length, times: [1000, 1100, 1900, 9000] },
    ]);
  });

  test('is over when the next request comes, whatever its length said', () => {
    it.kernel.exchange(client, { ...first, protocol: 'http' });
    it.kernel.exchange(client, { ...HTTP, offset: 100, times: [9000, 9000, 9500, 9500] });
    expect(it.read()).toMatchObject([
      { offset: 0, status: '200', responseBytes: head.length, times: [1000, 1100, 1900, 2500] },
      { offset: 100, status: '200' },
    ]);
  });
});

test('an end that is first seen within an answer is asked for in turns, once, where the other end has said what it speaks', () => {
  it.kernel.exchange(server, HTTP);
  it.kernel.segment(client, { from: 'server', bytes: 'hello', offset: 40 });
  it.kernel.segment(client, { from: 'client', bytes: REQUEST, offset: 60 });
  it.read();
  expect(it.asked()).toEqual(['turn http']);
});

describe('a protocol nobody reads', () => {
  test('is counted, as unknown', () => {
    it.kernel.exchange(client, { request: RIDDLE, response: RIDDLE, requestBytes: 900 });
    expect(it.read()).toMatchObject([
      { protocol: 'unknown', operation: '', requestBytes: 900, responseBytes: 8, complete: false, outcome: 'complete' },
    ]);
  });

  test('is counted turn by turn, for as long as it lasts', () => {
    for (let turn = 0; turn < 23; turn++) it.kernel.exchange(client, { request: RIDDLE, offset: turn * 8 });
    const seen = it.read();
    expect(seen).toHaveLength(23);
    expect(new Set(seen.map(({ protocol }) => protocol))).toEqual(new Set(['unknown']));
    expect(it.reader.unreadable).toBe(0);
  });

  test('a response without a request is no exchange, and counts as unreadable', () => {
    it.kernel.exchange(client, { response: RIDDLE });
    expect(it.read()).toEqual([]);
    expect(it.reader.unreadable).toBe(1);
  });
});

describe('a protocol that the kernel guessed wrong', () => {
  test('is corrected, and the exchange read as what it is', () => {
    it.kernel.exchange(server, { request: 'GET cart:7\r\n', response: '$5\r\nhello\r\n', protocol: 'http' });
    expect(it.read()).toMatchObject([{ protocol: 'redis', operation: 'GET', outcome: 'complete' }]);
    expect(it.asked()).toEqual(['turn redis']);
  });

  test('and is none: every exchange is counted as unknown', () => {
    for (let turn = 0; turn < 23; turn++) {
      it.kernel.exchange(server, { request: RIDDLE, protocol: 'http', offset: turn * 8 });
    }
    const seen = it.read();
    expect(seen.map(({ protocol }) => protocol)).toEqual(Array(23).fill('unknown'));
    expect(it.reader.unreadable).toBe(0);
  });

  test('is never doubted once it was understood', () => {
    it.kernel.exchange(server, HTTP);
    it.kernel.exchange(server, {
      request: '*1\r\n$4\r\nPING\r\n',
      response: '+PONG\r\n',
      offset: 100,
      protocol: 'http',
    });
    expect(it.read()).toMatchObject([{ protocol: 'http' }]);
    expect(it.reader.unreadable).toBe(1);
    expect(it.asked()).toEqual([]);
  });
});

describe('several requests in one turn', () => {
  const pipelined = { request: REQUEST + REQUEST, response: RESPONSE + RESPONSE, protocol: 'http' } as const;

  test('are several exchanges, and their connection is asked for as a stream, once', () => {
    it.kernel.exchange(server, { ...pipelined, offset: 100 });
    it.kernel.exchange(client, { ...pipelined, offset: 100 });
    it.kernel.exchange(server, { ...pipelined, offset: 300 });
    const seen = it.read();
    expect(seen.map(({ side, offset }) => `${side} ${offset}`)).toEqual([
      'server 100',
      `server ${100 + REQUEST.length}`,
      'client 100',
      `client ${100 + REQUEST.length}`,
      'server 300',
      `server ${300 + REQUEST.length}`,
    ]);
    expect(it.asked()).toEqual(['stream http']);
    expect(it.kernel.asked).toMatchObject([{ clientStart: 1000, serverStart: 2000 }]);
  });

  test('are of one task only as far as that is known: the first', () => {
    it.kernel.exchange(client, { ...pipelined, offset: 100, task: 7 });
    expect(it.read().map(({ task }) => task)).toEqual([7, 0]);
  });

  test('some of them without a response when the connection ends', () => {
    const outcome = Outcome.OUTCOME_RESET;
    it.kernel.exchange(server, { ...pipelined, response: RESPONSE, outcome, times: [1000, 1100, 1900, 2500] });
    expect(it.read().map(({ status, outcome }) => `${status} ${outcome}`)).toEqual(['200 complete', ' reset']);
  });
});

describe('segments', () => {
  test('of a protocol that is known by its first', () => {
    it.kernel.segment(client, { from: 'client', bytes: PREFACE, time: 1000 });
    it.kernel.segment(client, { from: 'client', bytes: H2_REQUEST, offset: PREFACE.length, time: 2000 });
    it.kernel.segment(client, { from: 'server', bytes: H2_RESPONSE, time: 5000 });
    expect(it.read()).toMatchObject([
      { protocol: 'http2', operation: 'GET', target: '/', status: '200', times: [2000, 2000, 5000, 5000] },
    ]);
    expect(it.asked()).toEqual([]);
  });

  test('undecided, then decided: what came before is read too, at both ends', () => {
    for (const socket of [client, server]) {
      it.kernel.segment(socket, { from: 'client', bytes: 'PRI', time: 1000 });
      it.kernel.segment(socket, { from: 'client', bytes: PREFACE.slice(3), offset: 3, time: 1500 });
      it.kernel.segment(socket, { from: 'client', bytes: H2_REQUEST, offset: PREFACE.length, time: 2000 });
      it.kernel.segment(socket, { from: 'server', bytes: H2_RESPONSE, time: 5000 });
    }
    expect(it.read()).toMatchObject([
      { side: 'client', protocol: 'http2', status: '200' },
      { side: 'server', protocol: 'http2', status: '200' },
    ]);
  });

  test('one end decides for the other, whose pieces came first', () => {
    it.kernel.segment(server, { from: 'client', bytes: 'GE' });
    it.kernel.segment(client, { from: 'client', bytes: REQUEST });
    it.kernel.segment(server, { from: 'client', bytes: REQUEST.slice(2), offset: 2 });
    it.kernel.segment(server, { from: 'server', bytes: RESPONSE });
    expect(it.read()).toMatchObject([{ side: 'server', protocol: 'http', target: '/users/{id}', status: '200' }]);
    expect(it.asked()).toEqual(['turn http']);
  });

  test('behind the header of a load balancer, at both ends', () => {
    const header = 'PROXY TCP4 192.0.2.7 198.51.100.22 35646 80\r\n';
    it.kernel.segment(client, { from: 'client', bytes: header });
    it.kernel.segment(client, { from: 'client', bytes: REQUEST, offset: header.length });
    it.kernel.segment(client, { from: 'server', bytes: RESPONSE });
    it.kernel.segment(server, { from: 'client', bytes: header + REQUEST });
    it.kernel.segment(server, { from: 'server', bytes: RESPONSE });
    const seen = { protocol: 'http', status: '200', offset: header.length, requestBytes: REQUEST.length };
    expect(it.read()).toMatchObject([
      { side: 'client', ...seen },
      { side: 'server', ...seen },
    ]);
  });

  test('of a protocol that they never turn out to be, while it waits for the rest of a message', () => {
    const startUp = Uint8Array.of(0, 0, 0x08, 0, 0, 3, 0, 0, 0x75, 0x73, 0x65, 0x72, 0);
    it.kernel.segment(client, { from: 'client', bytes: startUp });
    for (let piece = 0; piece < 63; piece++)
      it.kernel.segment(client, { from: 'client', bytes: RIDDLE, offset: 13 + 8 * piece });
    it.kernel.segment(client, { from: 'client', bytes: REQUEST, offset: 600 });
    it.kernel.segment(client, { from: 'server', bytes: RESPONSE });
    expect(it.read()).toMatchObject([{ protocol: 'http', status: '200' }]);
    expect(it.asked()).toEqual(['turn pgsql', 'turn http']);
  });

  test('nobody can read: the connection is counted in turns from then on', () => {
    for (let piece = 0; piece < 23; piece++) {
      it.kernel.segment(client, { from: 'client', bytes: RIDDLE, offset: 8 * piece });
    }
    it.kernel.exchange(client, { request: RIDDLE, offset: 8 * 23 });
    expect(it.read()).toMatchObject([{ protocol: 'unknown', offset: 8 * 23 }]);
    expect(it.asked()).toEqual(['turn unknown']);
  });

  test('taken for a protocol that they are not: the next ones are looked at anew', () => {
    it.kernel.segment(client, { from: 'client', bytes: NO_H2 });
    it.kernel.segment(client, { from: 'client', bytes: REQUEST, offset: 9 });
    it.kernel.segment(client, { from: 'server', bytes: RESPONSE });
    expect(it.read()).toMatchObject([{ protocol: 'http', target: '/users/{id}', offset: 9 }]);
    expect(it.asked()).toEqual(['turn http']);
  });

  test('taken for one protocol after the other, and of none: counted in turns from then on', () => {
    for (let piece = 0; piece < 23; piece++)
      it.kernel.segment(client, { from: 'client', bytes: NO_H2, offset: 9 * piece });
    it.kernel.exchange(client, { request: RIDDLE, offset: 9 * 23 });
    expect(it.read()).toMatchObject([{ protocol: 'unknown', offset: 9 * 23 }]);
    expect(it.asked()).toEqual(['turn unknown']);
  });

  test('a request that waits when its connection is reset', () => {
    it.kernel.segment(client, { from: 'client', bytes: PREFACE });
    it.kernel.segment(client, { from: 'client', bytes: H2_REQUEST, offset: PREFACE.length, time: 2000 });
    it.kernel.connection(client, { outcome: Outcome.OUTCOME_RESET, time: 9000 });
    it.kernel.connection(client, { outcome: Outcome.OUTCOME_RESET, time: 9500 });
    expect(it.read()).toMatchObject([{ outcome: 'reset', times: [2000, 2000, 0, 9000] }]);
  });
});

describe('processes', () => {
  test('a socket that goes on in another process', () => {
    it.proc.run(21, 'worker');
    it.kernel.exchange(server, HTTP);
    it.kernel.exchange({ ...server, pid: 21 }, { ...HTTP, offset: 100 });
    it.kernel.exchange(server, { ...HTTP, offset: 200 });
    expect(it.read().map(({ service }) => service)).toEqual(['users', 'worker', 'users']);
  });

  test('one that runs another program is read again', () => {
    it.kernel.exchange(server, HTTP);
    it.read();
    it.proc.run(20, 'orders');
    it.kernel.exchange(server, HTTP);
    expect(it.read()).toMatchObject([{ service: 'users' }]);
    it.kernel.process({ change: ProcessChange.PROCESS_EXEC, pid: 20, executable: '/usr/bin/orders' });
    it.kernel.exchange({ ...server, clientStart: 5 }, HTTP);
    expect(it.read()).toMatchObject([{ service: 'orders' }]);
  });

  test('one that was gone before its bytes were read: named by its program', () => {
    it.kernel.process({ change: ProcessChange.PROCESS_EXEC, pid: 30, executable: '/usr/bin/curl' });
    it.kernel.exchange({ ...client, pid: 30 }, HTTP);
    expect(it.read()).toMatchObject([{ service: 'curl' }]);
  });

  test('one that was forked and gone: named by its parent', () => {
    it.kernel.process({ change: ProcessChange.PROCESS_FORK, pid: 31, parent: 20 });
    it.kernel.exchange({ ...server, pid: 31 }, HTTP);
    expect(it.read()).toMatchObject([{ service: 'users' }]);
  });

  test('one that ended is known for the records still under way', () => {
    it.kernel.exchange(server, HTTP);
    it.read();
    it.proc.end(20);
    it.kernel.process({ change: ProcessChange.PROCESS_EXIT, pid: 20 });
    it.now = 20_000;
    it.kernel.exchange({ ...server, clientStart: 5 }, HTTP);
    expect(it.read()).toMatchObject([{ service: 'users' }]);
  });

  test('those that serve and those that are others from now on are told of', () => {
    it.kernel.process({ change: ProcessChange.PROCESS_FORK, pid: 31, parent: 20 });
    it.kernel.process({ change: ProcessChange.PROCESS_EXEC, pid: 31 });
    it.kernel.process({ change: ProcessChange.PROCESS_LISTEN, pid: 31 });
    it.kernel.connection(client, { change: ConnectionChange.CONNECTION_OPEN });
    it.kernel.connection(server, { change: ConnectionChange.CONNECTION_OPEN });
    it.kernel.process({ change: ProcessChange.PROCESS_EXIT, pid: 31 });
    it.read();
    expect(it.told).toEqual(['31 changed', '31 changed', '31 serves', '20 serves', '31 changed']);
  });

  test('one that runs a program is read at once, as long as there are few', () => {
    for (let pid = 100; pid < 150; pid++) {
      it.proc.run(pid, `p${pid}`);
      it.kernel.process({ change: ProcessChange.PROCESS_EXEC, pid });
    }
    it.read();
    expect(it.processes.stats().size).toBe(16);
    it.kernel.process({ change: ProcessChange.PROCESS_EXEC, pid: 149 });
    it.read();
    expect(it.processes.stats().size).toBe(17);
  });
});

test('at most as many records as were asked for', () => {
  for (let turn = 0; turn < 5; turn++) it.kernel.exchange(client, HTTP);
  expect(it.reader.drain(2)).toBe(2);
  expect(it.reader.drain(10)).toBe(3);
  expect(it.reader.drain(10)).toBe(0);
});

test('a socket whose role is not known counts as the server', () => {
  it.kernel.exchange({ ...server, role: Role.ROLE_UNKNOWN }, HTTP);
  expect(it.read()).toMatchObject([{ side: 'server' }]);
});
