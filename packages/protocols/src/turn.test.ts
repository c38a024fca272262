import { expect, test } from 'vitest';
import { Call } from './call.ts';
import { http } from './http.ts';
import type { Protocol } from './protocol.ts';
import { redis } from './redis.ts';
import { symbols } from './symbols.ts';
import { ONE_CALL, readTurn, SEVERAL, UNFINISHED } from './turn.ts';

function read(
  request: string,
  response: string,
  responseTotal = response.length,
  isQuiet = false,
  protocol: Protocol = redis,
): [number, Call] {
  const bytes = new TextEncoder().encode(request + response);
  const at = request.length;
  const call = new Call();
  const turn = {
    bytes,
    requestStart: 0,
    requestEnd: at,
    requestTotal: at,
    responseStart: at,
    responseEnd: bytes.length,
    responseTotal,
    isQuiet,
  };
  return [readTurn(protocol, protocol.connect(), turn, call), call];
}

const HGETALL = '*2\r\n$7\r\nHGETALL\r\n$1\r\nh\r\n';
const SUBSCRIBE = '*2\r\n$9\r\nSUBSCRIBE\r\n$4\r\nnews\r\n';
const CONFIRMED = '>3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n';
const DELIVERED = '>3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$2\r\nhi\r\n';

test('one request and one response, whole or cut', () => {
  const pair = '*2\r\n$1\r\na\r\n$3\r\n';
  for (const total of [undefined, 9000]) {
    const [found, call] = read(HGETALL, `${pair}${total ? 'xy' : 'xyz\r\n'}`, total);
    expect(found).toBe(ONE_CALL);
    expect([call.operation, call.status, call.complete]).toEqual([
      symbols.ofText('HGETALL'),
      symbols.ofText('OK'),
      true,
    ]);
  }
});

test('what the server adds after its response is not lost', () => {
  expect(read(SUBSCRIBE, CONFIRMED)[0]).toBe(ONE_CALL);
  expect(read(SUBSCRIBE, CONFIRMED + DELIVERED)[0]).toBe(SEVERAL);
  expect(read(SUBSCRIBE, CONFIRMED + DELIVERED.slice(0, 20), 9000)[0]).toBe(SEVERAL);
});

test.each([
  ['of a known length, a part of it', 'Content-Length: 11\r\n\r\nhello', UNFINISHED],
  ['of a known length, all of it', 'Content-Length: 5\r\n\r\nhello', ONE_CALL],
  ['in chunks, without the last', 'Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n', UNFINISHED],
  ['in chunks, all of them', 'Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n', ONE_CALL],
  ['until the connection ends', 'Connection: close\r\n\r\nhello', UNFINISHED],
])('a response that went quiet: %s', (_, rest, found) => {
  const response = `HTTP/1.1 200 OK\r\n${rest}`;
  expect(read('GET / HTTP/1.1\r\n\r\n', response, undefined, true, http)[0]).toBe(found);
  expect(
    read('HEAD / HTTP/1.1\r\n\r\n', response.slice(0, response.indexOf('\r\n\r\n') + 4), undefined, true, http)[0],
  ).toBe(ONE_CALL);
  expect(read('GET / HTTP/1.1\r\n\r\n', response, undefined, false, http)[0]).toBe(ONE_CALL);
});

test('of a quiet response in chunks that was not captured whole nobody knows the end: it counts as over', () => {
  const response = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel';
  expect(read('GET / HTTP/1.1\r\n\r\n', response, 9000, true, http)[0]).toBe(ONE_CALL);
});
