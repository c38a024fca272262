import type { UsageDirection } from '@sonde/api';

/**
 * What an exchange with a broker does with messages: a client publishes them, pulls them or acknowledges them, the broker
 * pushes them. `either` is a name for publishing and pushing alike.
 */
type Act = 'publish' | 'pull' | 'push' | 'ack' | 'either';

const ACTS: Readonly<Record<string, Readonly<Partial<Record<Act, readonly string[]>>>>> = {
  kafka: { publish: ['Produce'], pull: ['Fetch', 'ShareFetch'], ack: ['ShareAcknowledge'] },
  amqp: {
    publish: ['basic.publish'],
    pull: ['basic.get'],
    push: ['basic.deliver'],
    ack: ['basic.ack', 'basic.nack', 'basic.reject'],
  },
  mqtt: { either: ['PUBLISH'] },
  nats: { publish: ['PUB'], push: ['MSG'] },
  rocketmq: {
    publish: ['SEND_MESSAGE', 'SEND_MESSAGE_V2', 'SEND_BATCH_MESSAGE', 'SEND_REPLY_MESSAGE', 'SEND_REPLY_MESSAGE_V2'],
    pull: ['PULL_MESSAGE', 'POP_MESSAGE'],
    push: ['PUSH_REPLY_MESSAGE_TO_CLIENT'],
    ack: ['ACK_MESSAGE', 'BATCH_ACK_MESSAGE', 'UPDATE_CONSUMER_OFFSET'],
  },
  pulsar: { publish: ['SEND'], push: ['MESSAGE'], ack: ['ACK'] },
};

/** What only a client of a broker asks for. */
const OF_CLIENTS: readonly string[] = ['CONNECT', 'SUBSCRIBE', 'UNSUBSCRIBE', 'PINGREQ', 'DISCONNECT'];

export type MessageRole = 'publish' | 'deliver' | 'ack';

export interface MessagePart {
  readonly role: MessageRole;
  /** Whether the other end is the one that publishes, consumes or acknowledges: else the service itself is. */
  readonly isOtherEnd: boolean;
}

/** Whether a service that speaks a protocol with one name for both directions is a client there. */
export function isMessagingClient(outgoing: readonly { readonly operation: string }[]): boolean {
  return outgoing.some(({ operation }) => OF_CLIENTS.includes(operation));
}

/**
 * The part an operation asked of a service, or by it, has in messaging. `null` for what moves no message: connecting,
 * subscribing, declaring, heartbeats.
 */
export function messagePart(
  protocol: string,
  operation: string,
  direction: UsageDirection,
  isClient = false,
): MessagePart | null {
  const acts = Object.entries(ACTS[protocol] ?? {}) as [Act, readonly string[]][];
  const act = acts.find(([, operations]) => operations.includes(operation))?.[0];
  const isIncoming = direction === 'in';
  switch (act) {
    case undefined:
      return null;
    case 'publish':
    case 'ack':
      return { role: act, isOtherEnd: isIncoming };
    case 'pull':
      return { role: 'deliver', isOtherEnd: isIncoming };
    case 'push':
      return { role: 'deliver', isOtherEnd: !isIncoming };
    case 'either':
      // A client is delivered to and publishes, a broker is published to and delivers.
      return { role: isIncoming === isClient ? 'deliver' : 'publish', isOtherEnd: !isClient };
  }
}
