import { u16be, u32be } from './bytes.ts';
import { isReadable, readInvocation, readResult } from './dubbo-body.ts';
import { type Message, ONEWAY, REQUEST, RESPONSE } from './message.ts';
import {
  type Detection,
  type Direction,
  FROM_CLIENT,
  MAYBE,
  NEED_MORE,
  NO,
  NOT_MINE,
  type Protocol,
  SURE,
} from './protocol.ts';
import { type SymbolId, symbols } from './symbols.ts';

/**
 * Dubbo 2 (https://dubbo.apache.org/en/overview/reference/protocols/tcp/): service and method of each invocation, paired
 * by its id. Triple, the protocol of Dubbo 3, is HTTP/2.
 */

const HEADER = 16;
const MAGIC = 0xdabb;
const MAX_LENGTH = 1 << 30;
/** How much of a body is read. */
const MAX_LOOK = 2048;
const [IS_REQUEST, TWO_WAY, EVENT, SERIALIZATION] = [0x80, 0x40, 0x20, 0x1f] as const;
const OK = 20;
/** Requests of the server have ids of their own. */
const REVERSED = 2 ** 52;

const HEARTBEAT = symbols.ofText('heartbeat');
const STATUS = new Map<number, readonly [SymbolId, SymbolId]>(
  (
    [
      [OK, ''], [30, 'CLIENT_TIMEOUT'], [31, 'SERVER_TIMEOUT'], [35, 'CHANNEL_INACTIVE'], [40, 'BAD_REQUEST'],
      [50, 'BAD_RESPONSE'], [60, 'SERVICE_NOT_FOUND'], [70, 'SERVICE_ERROR'], [80, 'SERVER_ERROR'], [90, 'CLIENT_ERROR'],
      [100, 'SERVER_THREADPOOL_EXHAUSTED_ERROR'], [105, 'SERIALIZATION_ERROR'],
    ] as const
  ).map(([code, name]) => [code, [symbols.ofText(String(code)), symbols.ofText(name)]] as const),
); // biome-ignore format: one list
const UNKNOWN = [symbols.ofText('unknown'), symbols.ofText('unknown')] as const;

/** Servers send heartbeats too: where nobody saw who opened the connection, the one that asks did. */
function detect(bytes: Uint8Array, start: number, end: number, from: Direction): Detection {
  if (end - start < HEADER || u16be(bytes, start) !== MAGIC) return NO;
  const isRequest = (bytes[start + 2] & IS_REQUEST) !== 0;
  if (u32be(bytes, start + 12) > MAX_LENGTH) return NO;
  if (isRequest ? bytes[start + 3] !== 0 : !STATUS.has(bytes[start + 3])) return NO;
  return isRequest === (from === FROM_CLIENT) ? SURE : MAYBE;
}

function idOf(bytes: Uint8Array, at: number, ofServer: boolean): number {
  return (u32be(bytes, at) & 0x7ffff) * 2 ** 32 + u32be(bytes, at + 4) + (ofServer ? REVERSED : 0);
}

function read(from: Direction, bytes: Uint8Array, start: number, end: number, message: Message): number {
  if (end - start < HEADER) return message.truncated ? NOT_MINE : NEED_MORE;
  const length = u32be(bytes, start + 12);
  if (u16be(bytes, start) !== MAGIC || length > MAX_LENGTH) return NOT_MINE;
  const stop = start + HEADER + length;
  if (Math.min(stop, start + HEADER + MAX_LOOK) > end && !message.truncated) return NEED_MORE;
  const to = Math.min(stop, end);
  const flags = bytes[start + 2];
  const serialization = flags & SERIALIZATION;
  message.skip = Math.max(0, stop - end);
  if (flags & IS_REQUEST) {
    message.type = flags & TWO_WAY ? REQUEST : ONEWAY;
    message.id = idOf(bytes, start + 4, from !== FROM_CLIENT);
    if (flags & EVENT) message.operation = HEARTBEAT;
    else if (isReadable(serialization)) readInvocation(serialization, bytes, start + HEADER, to, message);
    else message.partial = true;
  } else {
    message.type = RESPONSE;
    message.id = idOf(bytes, start + 4, from === FROM_CLIENT);
    const code = bytes[start + 3];
    const [status, error] = STATUS.get(code) ?? UNKNOWN;
    message.status = status;
    message.error = error;
    if (code === OK && !(flags & EVENT)) readResult(serialization, bytes, start + HEADER, to, message);
  }
  return to - start;
}

export const dubbo: Protocol<null> = {
  name: 'dubbo',
  transport: 'tcp',
  mode: 'stream',
  pairing: 'id',
  stateless: false,
  connect: () => null,
  detect,
  read: (_, from, bytes, start, end, message) => read(from, bytes, start, end, message),
};
