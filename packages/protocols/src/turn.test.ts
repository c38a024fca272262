import { expect, test } from 'vitest';
import { Call } from './call.ts';
import { redis } from './redis.ts';
import { symbols } from './symbols.ts';
import { ONE_CALL, readTurn, SEVERAL } from './turn.ts';

const state = redis.connect();

function read(request: string, response: string, responseTotal = response.length): [number, Call] {
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
  };
  return [readTurn(redis, state, turn, call), call];
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
