import { client, type ProtocolCase, server } from './case.ts';

const byte = String.fromCharCode;
const u16 = (value: number) => byte(value >> 8, value & 255);
const u32 = (value: number) => u16(value >>> 16) + u16(value & 65_535);
const text = (value: string) => byte(value.length) + value;
const frame = (type: number, channel: number, payload: string) =>
  `${byte(type) + u16(channel) + u32(payload.length) + payload}\xce`;
const method = (channel: number, classId: number, methodId: number, args = '') =>
  frame(1, channel, u16(classId) + u16(methodId) + args);
const header = (channel: number, size: number) => frame(2, channel, u16(60) + u16(0) + u32(0) + u32(size) + u16(0));
const body = (channel: number, value: string) => frame(3, channel, value);

const HELLO = 'AMQP\0\0\x09\x01';
const publish = (channel: number, exchange: string, key: string) =>
  method(channel, 60, 40, `${u16(0) + text(exchange) + text(key)}\0`);
const deliver = (channel: number, exchange: string, key: string) =>
  method(channel, 60, 60, `${text('ctag') + u32(0) + u32(1)}\0${text(exchange)}${text(key)}`);
const declare = (channel: number, queue: string, bits = '\0') =>
  method(channel, 50, 10, u16(0) + text(queue) + bits + u32(0));

export const amqpCases: readonly ProtocolCase[] = [
  {
    name: 'handshake: the broker asks first',
    pieces: [
      client(HELLO),
      server(method(0, 10, 10, `\0\x09${u32(0)}${u32(5)}PLAIN${u32(5)}en_US`)),
      client(method(0, 10, 11, `${u32(0) + text('PLAIN') + u32(6)}\0me\0pw${text('en_US')}`)),
      server(method(0, 10, 30, u16(2047) + u32(131_072) + u16(60))),
      client(method(0, 10, 31, u16(2047) + u32(131_072) + u16(60)) + method(0, 10, 40, `${text('shop')}\0\0`)),
      server(method(0, 10, 41, '\0')),
      client(method(1, 20, 10, '\0') + frame(8, 0, '')),
      server(method(1, 20, 11, u32(0))),
      client(method(0, 10, 50, u16(200) + text('Goodbye') + u16(0) + u16(0))),
      server(method(0, 10, 51)),
    ],
    calls: [
      { protocol: 'amqp', operation: 'connection.start', status: 'OK', outcome: 'complete' },
      { operation: 'connection.tune' },
      { operation: 'connection.open', target: 'shop', namespace: 'shop', status: 'OK', requestBytes: 12 + 7, responseBytes: 13 },
      { operation: 'channel.open', namespace: 'shop' },
      { operation: 'connection.close', status: '200', error: '' },
    ],
  },
  {
    name: 'publish and deliver with content, interleaved channels, acknowledgements',
    pieces: [
      client(HELLO + publish(1, 'orders', 'eu.order.4711') + publish(2, '', 'mail') + header(2, 0)),
      client(header(1, 5) + body(1, 'he') + body(1, 'llo') + publish(1, '', 'mail') + header(1, 2) + body(1, 'hi')),
      server(deliver(1, 'orders', 'eu.order.4711') + header(1, 3) + body(1, 'abc')),
      client(method(1, 60, 80, `${u32(0)}${u32(1)}\0`)),
      server(method(2, 60, 120, `${u32(0)}${u32(1)}\0`)),
    ],
    calls: [
      { operation: 'basic.publish', target: 'mail', outcome: 'oneway', complete: true },
      { operation: 'basic.publish', target: 'orders:eu.order.{id}', requestBytes: publish(1, 'orders', 'eu.order.4711').length + 22 + 10 + 11 },
      { operation: 'basic.publish', target: 'mail', requestBytes: publish(1, '', 'mail').length + 22 + 10 },
      { operation: 'basic.deliver', target: 'orders:eu.order.{id}', outcome: 'oneway' },
      { operation: 'basic.ack', outcome: 'oneway', error: '' },
      { operation: 'basic.nack', error: 'nack' },
    ],
  },
  {
    name: 'queues and consumers; no-wait is one-way; get',
    pieces: [
      client(HELLO + declare(1, 'work') + declare(1, 'quick', '\x10') + method(1, 50, 20, `${u16(0) + text('work') + text('ex') + text('k')}\0${u32(0)}`)),
      server(method(1, 50, 11, text('work') + u32(0) + u32(0)) + method(1, 50, 21)),
      client(method(1, 60, 20, `${u16(0) + text('amq.gen-JzTY20BRgKO') + text('')}\0${u32(0)}`) + method(1, 60, 70, `${u16(0) + text('work')}\x01`)),
      server(method(1, 60, 21, text('ctag')) + method(1, 60, 71, `${u32(0)}${u32(1)}\0${text('')}${text('work')}${u32(0)}`) + header(1, 2) + body(1, 'ok')),
      client(method(1, 60, 70, `${u16(0) + text('work')}\x01`)),
      server(method(1, 60, 72, text(''))),
    ],
    calls: [
      { operation: 'queue.declare', target: 'quick', outcome: 'oneway' },
      { operation: 'queue.declare', target: 'work', status: 'OK' },
      { operation: 'queue.bind', target: 'work' },
      { operation: 'basic.consume', target: 'amq.gen-{id}' },
      { operation: 'basic.get', target: 'work', status: 'OK', responseBytes: 12 + 8 + 1 + 1 + 5 + 4 + 22 + 10 },
      { operation: 'basic.get', target: 'work', status: 'EMPTY' },
    ],
  },
  {
    name: 'a close fails the request that waits; a return is the broker\'s',
    pieces: [
      client(HELLO + declare(1, 'missing', '\x01')),
      server(method(1, 20, 40, u16(404) + text("NOT_FOUND - no queue 'missing' in vhost '/'") + u16(50) + u16(10))),
      client(method(1, 20, 41) + publish(2, 'ex', 'k') + header(2, 1) + body(2, 'x')),
      server(method(2, 60, 50, u16(312) + text('NO_ROUTE') + text('ex') + text('k')) + header(2, 1) + body(2, 'x')),
      server(method(2, 20, 40, u16(406) + text('PRECONDITION_FAILED') + u16(60) + u16(80))),
      client(method(2, 20, 41)),
    ],
    calls: [
      { operation: 'queue.declare', target: 'missing', status: '404', error: '404' },
      { operation: 'channel.close', status: '404', error: '404', outcome: 'complete' },
      { operation: 'basic.publish', target: 'ex:k' },
      { operation: 'basic.return', target: 'ex:k', status: '312', error: '312', outcome: 'oneway' },
      { operation: 'channel.close', error: '406' },
    ],
  },
  {
    name: 'content beyond the capture limit; joined in its middle',
    whole: 'bytes are missing',
    pieces: [
      server(body(1, 'the rest of a message') + deliver(1, '', 'q') + header(1, 20_000) + frame(3, 1, 'y'.repeat(20_000)).slice(0, 500), 20_008 - 500),
      client(publish(1, '', 'q') + header(1, 90_000) + frame(3, 1, 'x'.repeat(90_000)).slice(0, 1000), 90_008 - 1000),
      client(method(1, 60, 10, '\0'.repeat(7))),
      server(method(1, 60, 11)),
    ],
    calls: [
      { operation: 'basic.deliver', target: 'q', outcome: 'oneway', complete: true },
      { operation: 'basic.publish', target: 'q', complete: true, requestBytes: publish(1, '', 'q').length + 22 + 90_008 },
      { operation: 'basic.qos', status: 'OK' },
    ],
  },
]; // biome-ignore format: one case reads as one block
