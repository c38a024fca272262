/** What an operation of a broker does with messages. `either`: the protocol names both directions the same. */
export type MessageRole = 'publish' | 'deliver' | 'ack' | 'either';

const ROLES: Readonly<Record<string, Readonly<Record<MessageRole, readonly string[]>>>> = {
  kafka: { publish: ['Produce'], deliver: ['Fetch', 'ShareFetch'], ack: ['ShareAcknowledge'], either: [] },
  amqp: {
    publish: ['basic.publish'],
    deliver: ['basic.deliver', 'basic.get'],
    ack: ['basic.ack', 'basic.nack', 'basic.reject'],
    either: [],
  },
  mqtt: { publish: [], deliver: [], ack: [], either: ['PUBLISH'] },
  nats: { publish: ['PUB'], deliver: ['MSG'], ack: [], either: [] },
  rocketmq: {
    publish: ['SEND_MESSAGE', 'SEND_MESSAGE_V2', 'SEND_BATCH_MESSAGE', 'SEND_REPLY_MESSAGE', 'SEND_REPLY_MESSAGE_V2'],
    deliver: ['PULL_MESSAGE', 'POP_MESSAGE', 'PUSH_REPLY_MESSAGE_TO_CLIENT'],
    ack: ['ACK_MESSAGE', 'BATCH_ACK_MESSAGE', 'UPDATE_CONSUMER_OFFSET'],
    either: [],
  },
  pulsar: { publish: ['SEND'], deliver: ['MESSAGE'], ack: ['ACK'], either: [] },
};

/** `null` for what moves no message: connecting, subscribing, declaring, heartbeats. */
export function messageRole(protocol: string, operation: string): MessageRole | null {
  const roles = Object.entries(ROLES[protocol] ?? {}) as [MessageRole, readonly string[]][];
  return roles.find(([, operations]) => operations.includes(operation))?.[0] ?? null;
}
