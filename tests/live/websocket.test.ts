import { describe, test } from 'vitest';
import { converse, expectExactly, serveNode, skipReason } from './live.ts';

const reason = skipReason();

describe.skipIf(reason !== '')(`WebSocket ${reason}`, () => {
  test('an upgrade and 22 messages of Node and ws', async () => {
    const seen = await converse(serveNode('websocket.mjs'), 'websocket.mjs');
    expectExactly(seen, {
      'http: GET /feeds/{id} = 101': 1,
      'websocket: text /feeds/{id} (oneway)': 13,
      'websocket: binary /feeds/{id} (oneway)': 8,
      'websocket: close /feeds/{id} = 1000 (oneway)': 1,
    });
  });
});
