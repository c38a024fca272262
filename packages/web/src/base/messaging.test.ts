import { PROTOCOLS, serviceKind } from '@sonde/model';
import { expect, it } from 'vitest';
import { isMessagingClient, messagePart } from './messaging.ts';

it('knows who publishes and who consumes, whichever end asks', () => {
  expect(messagePart('kafka', 'Produce', 'in')).toEqual({ role: 'publish', isOtherEnd: true });
  expect(messagePart('kafka', 'Fetch', 'in')).toEqual({ role: 'deliver', isOtherEnd: true });
  expect(messagePart('kafka', 'Fetch', 'out')).toEqual({ role: 'deliver', isOtherEnd: false });
  expect(messagePart('nats', 'MSG', 'out')).toEqual({ role: 'deliver', isOtherEnd: true });
  expect(messagePart('nats', 'MSG', 'in')).toEqual({ role: 'deliver', isOtherEnd: false });
  expect(messagePart('amqp', 'basic.nack', 'in')).toEqual({ role: 'ack', isOtherEnd: true });
  expect(messagePart('pulsar', 'SEND', 'out')).toEqual({ role: 'publish', isOtherEnd: false });
});

it('tells the directions of MQTT apart by who is the client', () => {
  expect(messagePart('mqtt', 'PUBLISH', 'in', false)).toEqual({ role: 'publish', isOtherEnd: true });
  expect(messagePart('mqtt', 'PUBLISH', 'out', false)).toEqual({ role: 'deliver', isOtherEnd: true });
  expect(messagePart('mqtt', 'PUBLISH', 'in', true)).toEqual({ role: 'deliver', isOtherEnd: false });
  expect(messagePart('mqtt', 'PUBLISH', 'out', true)).toEqual({ role: 'publish', isOtherEnd: false });
  expect(isMessagingClient([{ operation: 'PUBLISH' }, { operation: 'PINGREQ' }])).toBe(true);
  expect(isMessagingClient([{ operation: 'PUBLISH' }])).toBe(false);
});

it('leaves out what moves no message, and what is no queue', () => {
  expect(messagePart('kafka', 'Metadata', 'in')).toBeNull();
  expect(messagePart('amqp', 'queue.declare', 'in')).toBeNull();
  const others = PROTOCOLS.filter((protocol) => serviceKind(protocol) !== 'queue');
  expect(others.filter((protocol) => messagePart(protocol, 'PUBLISH', 'in') !== null)).toEqual([]);
});
