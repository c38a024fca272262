import { u16be } from './bytes.ts';
import { EMPTY, type SymbolId, symbols } from './symbols.ts';

/** Packets of MQTT: types, fixed header, properties, reason codes (OASIS MQTT 3.1.1 and 5.0). */

export const CONNECT = 1;
export const CONNACK = 2;
export const PUBLISH = 3;
export const PUBACK = 4;
export const PUBREC = 5;
export const PUBREL = 6;
export const PUBCOMP = 7;
export const SUBSCRIBE = 8;
export const SUBACK = 9;
export const UNSUBSCRIBE = 10;
export const UNSUBACK = 11;
export const PINGREQ = 12;
export const PINGRESP = 13;
export const DISCONNECT = 14;
export const AUTH = 15;

/** The least remaining length of each type. */
const LEAST = [0, 10, 2, 2, 2, 2, 2, 2, 5, 3, 4, 2, 0, 0, 0, 0];
const MOST_OF_ACK = 1 << 16;

let bodyAt = 0;
let remaining = 0;

/** Where the body begins, after `fixedHeader`. */
export function body(): number {
  return bodyAt;
}

/** The body's length, after `fixedHeader`. */
export function bodyLength(): number {
  return remaining;
}

export const SHORT = 0;
export const INVALID = -1;
export const VALID = 1;

/** Reads the fixed header at `at` (5.0 §2.1). */
export function fixedHeader(bytes: Uint8Array, at: number, end: number): number {
  const type = bytes[at] >> 4;
  const flags = bytes[at] & 0x0f;
  if (
    type === PUBLISH
      ? (flags & 6) === 6
      : flags !== (type === PUBREL || type === SUBSCRIBE || type === UNSUBSCRIBE ? 2 : 0)
  )
    return INVALID;
  if (type === 0) return INVALID;
  remaining = 0;
  for (let i = at + 1, shift = 1; ; i++, shift *= 128) {
    if (i >= end) return SHORT;
    remaining += (bytes[i] & 0x7f) * shift;
    if (bytes[i] < 0x80) {
      bodyAt = i + 1;
      break;
    }
    if (shift >= 128 ** 3) return INVALID;
  }
  if (remaining < LEAST[type]) return INVALID;
  if ((type === PINGREQ || type === PINGRESP) && remaining !== 0) return INVALID;
  return type !== PUBLISH && type !== CONNECT && remaining > MOST_OF_ACK ? INVALID : VALID;
}

/** Sizes of a property's value by its id: a number of bytes, `TEXT`, two texts, or a varint. */
const TEXT = -1;
const TEXTS = -2;
const VARINT = -3;
const SIZES = new Map<number, number>();
for (const [size, ids] of [
  [1, [0x01, 0x17, 0x19, 0x24, 0x25, 0x28, 0x29, 0x2a]],
  [2, [0x13, 0x21, 0x22, 0x23]],
  [4, [0x02, 0x11, 0x18, 0x27]],
  [TEXT, [0x03, 0x08, 0x09, 0x12, 0x15, 0x16, 0x1a, 0x1c, 0x1f]],
  [TEXTS, [0x26]],
  [VARINT, [0x0b]],
] as const)
  for (const id of ids) SIZES.set(id, size);

const TOPIC_ALIAS = 0x23;

/** The index behind the properties at `at`; their topic alias is in `alias()`. Past `end` where they are not all there. */
export function properties(bytes: Uint8Array, at: number, end: number): number {
  topicAlias = 0;
  let length = 0;
  for (let shift = 1; ; shift *= 128) {
    if (at >= end || shift > 128 ** 3) return end + 1;
    const byte = bytes[at++];
    length += (byte & 0x7f) * shift;
    if (byte < 0x80) break;
  }
  const stop = at + length;
  for (; at < stop && at < end; ) {
    const id = bytes[at++];
    const size = SIZES.get(id);
    if (size === undefined) break;
    if (id === TOPIC_ALIAS && at + 2 <= end) topicAlias = u16be(bytes, at);
    if (size > 0) at += size;
    else if (size === VARINT) while (at < end && bytes[at++] >= 0x80);
    else for (let texts = size === TEXTS ? 2 : 1; texts > 0; texts--) at += at + 2 <= end ? 2 + u16be(bytes, at) : 2;
  }
  return stop;
}
let topicAlias = 0;

/** The topic alias among the properties that were read last, or 0. */
export function alias(): number {
  return topicAlias;
}

/** Reason codes from 0x80 on (5.0 §2.4). */
const REASONS =
  `UNSPECIFIED_ERROR MALFORMED_PACKET PROTOCOL_ERROR IMPLEMENTATION_SPECIFIC_ERROR UNSUPPORTED_PROTOCOL_VERSION
CLIENT_IDENTIFIER_NOT_VALID BAD_USER_NAME_OR_PASSWORD NOT_AUTHORIZED SERVER_UNAVAILABLE SERVER_BUSY BANNED
SERVER_SHUTTING_DOWN BAD_AUTHENTICATION_METHOD KEEP_ALIVE_TIMEOUT SESSION_TAKEN_OVER TOPIC_FILTER_INVALID
TOPIC_NAME_INVALID PACKET_IDENTIFIER_IN_USE PACKET_IDENTIFIER_NOT_FOUND RECEIVE_MAXIMUM_EXCEEDED TOPIC_ALIAS_INVALID
PACKET_TOO_LARGE MESSAGE_RATE_TOO_HIGH QUOTA_EXCEEDED ADMINISTRATIVE_ACTION PAYLOAD_FORMAT_INVALID RETAIN_NOT_SUPPORTED
QOS_NOT_SUPPORTED USE_ANOTHER_SERVER SERVER_MOVED SHARED_SUBSCRIPTIONS_NOT_SUPPORTED CONNECTION_RATE_EXCEEDED
MAXIMUM_CONNECT_TIME SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED`.split(/\s+/);
/** Return codes 1 to 5 of CONNACK (3.1.1 §3.2.2.3), by their names in 5.0. */
const REFUSALS = [0, 4, 5, 8, 6, 7];

const STATUS: readonly SymbolId[] = Array.from({ length: 256 }, (_, code) => symbols.ofText(String(code)));
const ERROR: readonly SymbolId[] = STATUS.map((status, code) =>
  code < 0x80 ? EMPTY : REASONS[code - 0x80] ? symbols.ofText(REASONS[code - 0x80]) : status,
);

export function statusOf(code: number): SymbolId {
  return STATUS[code];
}

/** `error.type` of a reason code, of CONNACK also of the return codes before version 5. */
export function errorOf(code: number, isConnack: boolean): SymbolId {
  if (isConnack && code > 0 && code < REFUSALS.length) return ERROR[0x80 + REFUSALS[code]];
  return ERROR[code];
}
