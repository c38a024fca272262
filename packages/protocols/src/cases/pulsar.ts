import { client, type ProtocolCase, server } from './case.ts';

const byte = String.fromCharCode;
const u32 = (value: number) => byte((value >>> 24) & 255, (value >> 16) & 255, (value >> 8) & 255, value & 255);
const varint = (value: number): string =>
  value < 128 ? byte(value) : byte((value & 127) | 128) + varint(Math.floor(value / 128));
const number = (field: number, value: number) => varint(field * 8) + varint(value);
const text = (field: number, value: string) => varint(field * 8 + 2) + varint(value.length) + value;
const frame = (type: number, fields: string, payload = '') => {
  const command = number(1, type) + text(type, fields);
  return u32(4 + command.length + payload.length) + u32(command.length) + command + payload;
};
const message = (size: number) => `\x0e\x01\0\0\0\0${u32(2)}\x08\x01${'m'.repeat(size)}`;

const TOPIC = 'persistent://public/default/orders';
const connect = frame(2, text(1, 'Pulsar-Java-v3.2.0') + number(4, 19) + text(5, 'token') + text(3, 'secret'));
const producer = frame(5, text(1, `${TOPIC}-partition-3`) + number(2, 0) + number(3, 1));
const send = (sequence: number) => frame(6, number(1, 0) + number(2, sequence) + number(3, 10), message(100));

export const pulsarCases: readonly ProtocolCase[] = [
  {
    name: 'connect, look up, produce; receipts out of order, an error',
    pieces: [
      client(connect),
      server(frame(3, text(1, 'Pulsar Server3.2.0') + number(2, 19))),
      client(frame(23, text(1, TOPIC) + number(2, 0)) + producer),
      server(frame(24, text(1, 'pulsar://b:6650') + number(3, 1) + number(4, 0)) + frame(17, number(1, 1) + text(2, 'p-1'))),
      client(send(0) + send(1) + frame(18, '')),
      server(frame(7, number(1, 0) + number(2, 1)) + frame(8, number(1, 0) + number(2, 0) + number(3, 15) + text(4, "Topic 'orders' was terminated")) + frame(19, '')),
      client(frame(15, number(1, 0) + number(2, 2))),
      server(frame(13, number(1, 2))),
    ],
    calls: [
      { protocol: 'pulsar', operation: 'CONNECT', target: '', status: 'OK', outcome: 'complete', requestBytes: connect.length },
      { operation: 'LOOKUP', target: TOPIC, status: 'OK' },
      { operation: 'PRODUCER', target: TOPIC, status: 'OK' },
      { operation: 'SEND', target: TOPIC, status: 'OK', requestBytes: send(1).length, complete: true },
      { operation: 'SEND', target: TOPIC, status: 'TopicTerminatedError', error: 'TopicTerminatedError' },
      { operation: 'PING', status: 'OK' },
      { operation: 'CLOSE_PRODUCER', target: TOPIC, status: 'OK' },
    ],
  },
  {
    name: 'subscribe, deliver, acknowledge; refused; closed by the broker',
    pieces: [
      client(connect),
      server(frame(14, `\x08${'\xff'.repeat(9)}\x01${number(2, 3)}${text(3, 'Authentication required')}`)),
      client(frame(4, text(1, TOPIC) + text(2, 'billing') + number(3, 1) + number(4, 7) + number(5, 9))),
      server(frame(13, number(1, 9))),
      client(frame(11, number(1, 7) + number(2, 1000))),
      server(frame(9, number(1, 7) + text(2, number(1, 5) + number(2, 6)), message(50))),
      client(frame(10, number(1, 7) + number(2, 0) + text(3, number(1, 5) + number(2, 6)))),
      client(frame(21, text(1, TOPIC) + number(2, 10))),
      server(frame(22, number(2, 10) + number(3, 1) + number(4, 11) + text(5, 'Topic not found'))),
      server(frame(16, number(1, 7) + number(2, 0))),
    ],
    calls: [
      { operation: 'CONNECT', status: 'AuthenticationError', error: 'AuthenticationError' },
      { operation: 'SUBSCRIBE', target: TOPIC, status: 'OK' },
      { operation: 'MESSAGE', target: TOPIC, outcome: 'oneway' },
      { operation: 'ACK', target: TOPIC, outcome: 'oneway' },
      { operation: 'PARTITIONED_METADATA', target: TOPIC, error: 'TopicNotFound' },
      { operation: 'CLOSE_CONSUMER', target: TOPIC, outcome: 'oneway' },
    ],
  },
  {
    name: 'payloads beyond the capture limit; joined in its middle',
    whole: 'bytes are missing',
    pieces: [
      server(frame(7, number(1, 0) + number(2, 40))),
      client(frame(6, number(1, 0) + number(2, 41), message(80_000)).slice(0, 600), frame(6, number(1, 0) + number(2, 41), message(80_000)).length - 600),
      server(frame(7, number(1, 0) + number(2, 41))),
    ],
    calls: [{ operation: 'SEND', target: '', status: 'OK', complete: true }],
  },
]; // biome-ignore format: one case reads as one block
