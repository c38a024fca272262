import type { Brand } from './brand.ts';

/**
 * The identity of a TCP connection: `clientStart << 32 | serverStart`, where a start is the sequence number of the
 * first data byte (initial sequence number + 1) in that direction. The same number at both ends and through NAT.
 */
export type ConnectionKey = Brand<bigint, 'connection-key'>;

/** One end of a connection. `address` is the canonical text form; IPv4-mapped IPv6 is written as IPv4. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

export function connectionKey(clientStart: number, serverStart: number): ConnectionKey {
  return ((BigInt(clientStart >>> 0) << 32n) | BigInt(serverStart >>> 0)) as ConnectionKey;
}
