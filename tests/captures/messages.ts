import type { Transaction } from './manifest.ts';

/** A message of a protocol whose expectation pairs nothing. */
export interface ListedMessage {
  readonly proto: string;
  readonly frame: number;
  readonly stream_key: string | null;
  readonly dir: string | null;
  readonly type: string;
}

const LDAP: Readonly<Record<string, string>> = { del: 'delete', modDN: 'modifyDN' };

/** The operation of the exchange that a message begins, or null where it begins none. */
const BEGINS: Readonly<Record<string, (message: ListedMessage) => string | null>> = {
  ldap({ type }) {
    const name = /^(\w+)Request$/.exec(type)?.[1];
    return name === undefined ? null : (LDAP[name] ?? name);
  },
  nats({ type, dir }) {
    if (dir !== 'c2s') return null;
    return /^(CONNECT|SUB|UNSUB)$/.test(type) ? type : /^H?PUB$/.test(type) ? 'PUB' : null;
  },
  pulsar({ type, dir }) {
    if (dir !== 'c2s') return type === 'MESSAGE' ? type : null;
    return /^(FLOW|PING|PONG)$/.test(type) ? null : type;
  },
  websocket: ({ type }) => (/^(text|binary|close)$/.test(type) ? type : null),
};

export function fromMessage(message: ListedMessage): Transaction | null {
  const operation = BEGINS[message.proto]?.(message) ?? null;
  if (operation === null || message.stream_key === null) return null;
  return { kind: 'tx', proto: message.proto, conv: message.stream_key, req_frame: message.frame, operation };
}
