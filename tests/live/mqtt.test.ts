import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'vitest';
import { converse, expectExactly, type Server, serve, skipReason } from './live.ts';

const reason = skipReason('mosquitto');

const mosquitto: Server = {
  start(sandbox, port) {
    const file = join(sandbox.folder, 'mosquitto.conf');
    writeFileSync(file, `listener ${port} 127.0.0.1\nallow_anonymous true\nuser root\nlog_dest none\n`);
    return serve(sandbox, ['mosquitto', '-c', file]);
  },
};

describe.skipIf(reason !== '')(`Mosquitto ${reason}`, () => {
  test('23 operations of mqtt', async () => {
    const seen = await converse(mosquitto, 'mqtt.mjs');
    expectExactly(seen, {
      'mqtt: CONNECT = 0': 2,
      'mqtt: SUBSCRIBE shop/+/state = 2': 1,
      'mqtt: PUBLISH shop/{id}/state (oneway)': 4,
      'mqtt: PUBLISH shop/{id}/state = 0': 8,
      'mqtt: PUBLISH unheard (oneway)': 3,
      'mqtt: PUBLISH unheard = 16': 1,
      'mqtt: PUBLISH unheard = 0': 1,
      'mqtt: UNSUBSCRIBE shop/+/state = 0': 1,
      'mqtt: DISCONNECT = 0 (oneway)': 2,
    });
  });
});
