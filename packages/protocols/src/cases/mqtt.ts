import { client, type ProtocolCase, server } from './case.ts';

const byte = String.fromCharCode;
const u16 = (value: number) => byte(value >> 8, value & 255);
const text = (value: string) => u16(value.length) + value;
const packet = (head: number, body: string) =>
  byte(head) + (body.length < 128 ? byte(body.length) : byte((body.length & 127) | 128, body.length >> 7)) + body;

const connect = (level: number, properties = '') =>
  packet(0x10, text('MQTT') + byte(level, 2) + u16(60) + properties + text('sensor-1'));
const publish = (head: number, topic: string, id: number, rest: string) =>
  packet(head, text(topic) + (head & 6 ? u16(id) : '') + rest);

export const mqttCases: readonly ProtocolCase[] = [
  {
    name: '3.1.1: connect, subscribe, publish with QoS 0, 1 and 2',
    pieces: [
      client(connect(4)),
      server(packet(0x20, '\0\0')),
      client(packet(0x82, `${u16(1) + text('room/+/temp')}\x01`) + publish(0x30, 'room/42/temp', 0, '21.5')),
      server(packet(0x90, `${u16(1)}\x01`)),
      client(publish(0x32, 'room/42/temp', 2, '21.6') + publish(0x34, 'alarm', 3, '!')),
      server(packet(0x50, u16(3)) + packet(0x40, u16(2))),
      client(packet(0x62, u16(3)) + packet(0xc0, '')),
      server(packet(0x70, u16(3)) + packet(0xd0, '')),
      client(packet(0xe0, '')),
    ],
    calls: [
      { protocol: 'mqtt', operation: 'CONNECT', target: '', status: '0', error: '', version: '3.1.1', outcome: 'complete', requestBytes: 22, responseBytes: 4 },
      { operation: 'PUBLISH', target: 'room/{id}/temp', outcome: 'oneway', requestBytes: 20, responseBytes: 0 },
      { operation: 'SUBSCRIBE', target: 'room/+/temp', status: '1', error: '' },
      { operation: 'PUBLISH', target: 'room/{id}/temp', status: '0', responseBytes: 4, complete: true },
      { operation: 'PUBLISH', target: 'alarm', status: '0', outcome: 'complete' },
      { operation: 'PINGREQ', status: '0', requestBytes: 2, responseBytes: 2 },
      { operation: 'DISCONNECT', outcome: 'oneway' },
    ],
  },
  {
    name: 'the broker publishes to a subscriber',
    pieces: [
      client(connect(4)),
      server(packet(0x20, '\x01\0') + publish(0x32, 'news', 1, 'hello') + publish(0x31, 'retained', 0, 'x')),
      client(publish(0x32, 'up', 1, 'x') + packet(0x40, u16(1))),
      server(packet(0x40, u16(1))),
    ],
    calls: [
      { operation: 'CONNECT' },
      { operation: 'PUBLISH', target: 'retained', outcome: 'oneway' },
      { operation: 'PUBLISH', target: 'news', status: '0', requestBytes: 15, responseBytes: 4 },
      { operation: 'PUBLISH', target: 'up', status: '0' },
    ],
  },
  {
    name: '5.0: properties, topic aliases, reason codes',
    pieces: [
      client(connect(5, byte(5, 0x11) + u16(0) + u16(30))),
      server(packet(0x20, `\0\0\x03\x21${u16(10)}`)),
      client(publish(0x32, 'room/42/temp', 1, `\x03\x23${u16(7)}21.5`) + publish(0x32, '', 2, `\x03\x23${u16(7)}21.6`)),
      server(packet(0x40, `${u16(1)}\x10\0`) + packet(0x40, `${u16(2)}\x97\0`)),
      client(publish(0x34, 'denied', 3, '\0x') + packet(0x82, `${u16(4)}\x02\x0b\x01${text('$share/g/a')}\x01`)),
      server(packet(0x50, `${u16(3)}\x87\0`) + packet(0x90, `${u16(4)}\0\x9e`)),
      client(packet(0xa2, `${u16(5)}\0${text('a')}`)),
      server(packet(0xb0, `${u16(5)}\0\x11`) + packet(0xe0, '\x8e\0')),
    ],
    calls: [
      { operation: 'CONNECT', version: '5.0', status: '0' },
      { operation: 'PUBLISH', target: 'room/{id}/temp', status: '16', error: '' },
      { operation: 'PUBLISH', target: 'room/{id}/temp', status: '151', error: 'QUOTA_EXCEEDED' },
      { operation: 'PUBLISH', target: 'denied', error: 'NOT_AUTHORIZED' },
      { operation: 'SUBSCRIBE', target: '$share/g/a', error: 'SHARED_SUBSCRIPTIONS_NOT_SUPPORTED' },
      { operation: 'UNSUBSCRIBE', target: 'a', status: '17', error: '' },
      { operation: 'DISCONNECT', error: 'SESSION_TAKEN_OVER', outcome: 'oneway' },
    ],
  },
  {
    name: 'refused before version 5',
    pieces: [client(packet(0x10, `${text('MQIsdp')}\x03\x02${u16(60)}${text('c')}`)), server(packet(0x20, '\0\x05'))],
    calls: [{ operation: 'CONNECT', version: '3.1', status: '5', error: 'NOT_AUTHORIZED' }],
  },
  {
    name: 'joined in its middle; a payload beyond the capture limit',
    pieces: [
      client(publish(0x32, 'big', 9, 'x'.repeat(15_000)).slice(0, 200), 15_010 - 200),
      server(packet(0x40, u16(9))),
      client(packet(0x82, `${u16(10)}\0${text('five')}\x01`)),
      server(packet(0x90, `${u16(10)}\0\x01`)),
    ],
    whole: 'bytes are missing',
    calls: [
      { operation: 'PUBLISH', target: 'big', status: '0', requestBytes: 15_010, complete: true },
      { operation: 'SUBSCRIBE', target: 'five', error: '' },
    ],
  },
]; // biome-ignore format: one case reads as one block
