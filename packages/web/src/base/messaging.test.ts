import { PROTOCOLS, serviceKind } from '@sonde/model';
import { expect, it } from 'vitest';
import { messageRole } from './messaging.ts';

it('knows of every queue what publishes and what delivers', () => {
  expect(messageRole('kafka', 'Produce')).toBe('publish');
  expect(messageRole('kafka', 'Fetch')).toBe('deliver');
  expect(messageRole('amqp', 'basic.nack')).toBe('ack');
  expect(messageRole('nats', 'MSG')).toBe('deliver');
  expect(messageRole('rocketmq', 'SEND_MESSAGE_V2')).toBe('publish');
  expect(messageRole('pulsar', 'MESSAGE')).toBe('deliver');
});

it('does not guess a direction where the protocol has none', () => {
  expect(messageRole('mqtt', 'PUBLISH')).toBe('either');
});

it('leaves out what moves no message, and what is no queue', () => {
  expect(messageRole('kafka', 'Metadata')).toBeNull();
  expect(messageRole('amqp', 'queue.declare')).toBeNull();
  expect(messageRole('redis', 'PUBLISH')).toBeNull();
  const others = PROTOCOLS.filter((protocol) => serviceKind(protocol) !== 'queue');
  expect(others.filter((protocol) => messageRole(protocol, 'PUBLISH') !== null)).toEqual([]);
});
