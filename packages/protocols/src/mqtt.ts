import { startsWith, u16be } from './bytes.ts';
import { keyPattern } from './key-pattern.ts';
import { INTERIM, type Message, NOTHING, ONEWAY, REQUEST, RESPONSE } from './message.ts';
import * as packet from './mqtt-packet.ts';
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
import { EMPTY, type SymbolId, symbols } from './symbols.ts';

/**
 * MQTT 3.1, 3.1.1 and 5.0 over TCP. Packets that are answered are exchanges by packet id, whichever end begins (a broker
 * publishes to subscribers); a PUBLISH of QoS 2 lasts until PUBCOMP. Payloads are passed by.
 */

const MAX_TOPIC = 1 << 16;
const MAX_ALIASES = 256;

const NAMES = [
  '',
  'CONNECT',
  '',
  'PUBLISH',
  '',
  '',
  '',
  '',
  'SUBSCRIBE',
  '',
  'UNSUBSCRIBE',
  '',
  'PINGREQ',
  '',
  'DISCONNECT',
];
const OPERATIONS: readonly SymbolId[] = NAMES.map((name) => symbols.ofText(name));
const VERSIONS: readonly SymbolId[] = ['', '', '', '3.1', '3.1.1', '5.0'].map((text) => symbols.ofText(text));

interface State {
  /** 3, 4 or 5; 0 where CONNECT was not seen. */
  level: number;
  /** Topics of aliases, by direction (5.0 §3.3.2.3.4). */
  readonly aliases: readonly [Map<number, SymbolId>, Map<number, SymbolId>];
}

/** Pings have no packet id. */
const PING_ID = 1 << 17;

/** Packet ids are chosen by the end that begins. */
function idOf(packetId: number, beginner: Direction): number {
  return packetId * 2 + beginner;
}

function readConnect(state: State, bytes: Uint8Array, at: number, stop: number, message: Message): boolean {
  const name = u16be(bytes, at);
  const level = at + 2 + name;
  if ((name !== 4 && name !== 6) || !startsWith(bytes, at + 2, stop, name === 4 ? 'MQTT' : 'MQIsdp')) return false;
  state.level = bytes[level] & 0x7f;
  message.type = REQUEST;
  message.id = idOf(0, FROM_CLIENT);
  return level < stop && state.level >= 3 && state.level <= 5;
}

/** Reads topic, packet id and alias. False where they are not all there. */
function readPublish(
  state: State,
  from: Direction,
  bytes: Uint8Array,
  at: number,
  stop: number,
  message: Message,
): boolean {
  const qos = (publishFlags >> 1) & 3;
  if (at + 2 > stop) return false;
  const topic = at + 2;
  let next = topic + u16be(bytes, at);
  if (next + (qos > 0 ? 2 : 0) > stop) return false;
  message.target = keyPattern(bytes, topic, next);
  message.type = qos > 0 ? REQUEST : ONEWAY;
  if (qos > 0) {
    message.id = idOf(u16be(bytes, next), from);
    next += 2;
  }
  if (state.level !== 5) return true;
  if (packet.properties(bytes, next, stop) > stop) return false;
  const aliases = state.aliases[from];
  const alias = packet.alias();
  if (alias === 0) return true;
  if (message.target === EMPTY) message.target = aliases.get(alias) ?? EMPTY;
  else if (aliases.size < MAX_ALIASES || aliases.has(alias)) aliases.set(alias, message.target);
  return true;
}
let publishFlags = 0;

/** The first filter of SUBSCRIBE or UNSUBSCRIBE. */
function readFilter(
  state: State,
  from: Direction,
  bytes: Uint8Array,
  at: number,
  stop: number,
  message: Message,
): boolean {
  message.type = REQUEST;
  message.id = idOf(u16be(bytes, at), from);
  let next = at + 2;
  const first = u16be(bytes, next);
  if (state.level === 5 || (state.level === 0 && (first === 0 || first > stop - next - 2)))
    next = packet.properties(bytes, next, stop);
  if (next + 2 > stop) return false;
  const end = next + 2 + u16be(bytes, next);
  if (end > stop) return false;
  message.target = keyPattern(bytes, next + 2, end);
  return true;
}

/** An acknowledgement of what the other end began. */
function readAck(
  state: State,
  type: number,
  from: Direction,
  bytes: Uint8Array,
  at: number,
  stop: number,
  message: Message,
): void {
  message.type = RESPONSE;
  message.id = type === packet.CONNACK ? idOf(0, FROM_CLIENT) : idOf(u16be(bytes, at), from === FROM_CLIENT ? 1 : 0);
  let code = 0;
  if (type === packet.CONNACK) code = bytes[at + 1];
  else if (type === packet.SUBACK || type === packet.UNSUBACK) {
    const codes = state.level === 5 ? packet.properties(bytes, at + 2, stop) : at + 2;
    for (let i = codes; i < stop && code < 0x80; i++) code = bytes[i];
    if (type === packet.UNSUBACK && state.level !== 5) code = 0;
  } else if (at + 2 < stop) code = bytes[at + 2];
  if (type === packet.PUBREC && code < 0x80) {
    message.type = INTERIM;
    return;
  }
  message.status = packet.statusOf(code);
  message.error = packet.errorOf(code, type === packet.CONNACK);
}

function read(state: State, from: Direction, bytes: Uint8Array, start: number, end: number, message: Message): number {
  const header = packet.fixedHeader(bytes, start, end);
  if (header !== packet.VALID) return header === packet.SHORT && !message.truncated ? NEED_MORE : NOT_MINE;
  const at = packet.body();
  const total = at + packet.bodyLength();
  const stop = Math.min(end, total);
  const type = bytes[start] >> 4;
  publishFlags = bytes[start] & 0x0f;
  const whole = stop === total;
  let done = true;
  if (type === packet.PUBLISH) {
    done = readPublish(state, from, bytes, at, stop, message);
    if (!done && (whole || stop - at > MAX_TOPIC)) return NOT_MINE;
  } else if (!whole && type !== packet.CONNECT && !message.truncated) return NEED_MORE;
  else if (type === packet.CONNECT) {
    if (from !== FROM_CLIENT) return NOT_MINE;
    if (stop - at < 10) return message.truncated ? NOT_MINE : NEED_MORE;
    if (!readConnect(state, bytes, at, stop, message)) return NOT_MINE;
  } else if (type === packet.SUBSCRIBE || type === packet.UNSUBSCRIBE) {
    if (stop - at < 4) return NOT_MINE;
    done = readFilter(state, from, bytes, at, stop, message);
    if (!done && whole) return NOT_MINE;
  } else if (type === packet.DISCONNECT) {
    message.type = ONEWAY;
    const code = at < stop ? bytes[at] : 0;
    message.status = packet.statusOf(code);
    message.error = packet.errorOf(code, false);
  } else if (type === packet.PINGREQ || type === packet.PINGRESP) {
    message.type = type === packet.PINGREQ ? REQUEST : RESPONSE;
    message.id = PING_ID;
    if (type === packet.PINGRESP) message.status = packet.statusOf(0);
  } else if (type !== packet.PUBREL && type !== packet.AUTH && type < packet.PINGREQ) {
    if (stop - at < 2) return NOT_MINE;
    readAck(state, type, from, bytes, at, stop, message);
  } else message.type = NOTHING;
  if (!done && !message.truncated) {
    message.type = NOTHING;
    return NEED_MORE;
  }
  if (message.type === REQUEST || message.type === ONEWAY) {
    message.operation = OPERATIONS[type];
    message.version = VERSIONS[state.level] ?? EMPTY;
  }
  message.skip = total - stop;
  return stop - start;
}

/**
 * CONNECT is certain, and so are messages under readable topics that fill the bytes to their end. Else a row of packets, each
 * whole and right for its direction, with a topic that can be one.
 */
function detect(bytes: Uint8Array, start: number, end: number, from: Direction): Detection {
  let at = start;
  let readable = true;
  for (let packets = 0; at < end && packets < 4; packets++) {
    if (packet.fixedHeader(bytes, at, end) !== packet.VALID) return NO;
    const type = bytes[at] >> 4;
    const body = packet.body();
    const total = body + packet.bodyLength();
    if (type === packet.CONNECT) return from === FROM_CLIENT && isConnect(bytes, body, end) ? SURE : NO;
    if (from === FROM_CLIENT ? ONLY_SERVER.includes(type) : ONLY_CLIENT.includes(type)) return NO;
    if (type === packet.PUBLISH ? !hasTopic(bytes, at, body, Math.min(end, total)) : total > end) return NO;
    if (type !== packet.PUBLISH && !fits(type, bytes, body, total)) return NO;
    readable &&= type === packet.PUBLISH && total <= end && isReadable(bytes, body);
    if (type === packet.CONNACK && total === end && packet.bodyLength() === 2 && bytes[body + 1] <= 5) return SURE;
    at = total;
  }
  return at === start ? NO : readable ? SURE : MAYBE;
}

const SHORTEST_READABLE = 4;

/** Whether the topic at `at` is of letters, digits and signs of ASCII. */
function isReadable(bytes: Uint8Array, at: number): boolean {
  const length = u16be(bytes, at);
  for (let i = at + 2; i < at + 2 + length; i++) if (bytes[i] <= 0x20 || bytes[i] > 0x7e) return false;
  return length >= SHORTEST_READABLE;
}

/** Whether the body of a packet other than PUBLISH and CONNECT has the length that what it says demands. */
function fits(type: number, bytes: Uint8Array, at: number, end: number): boolean {
  const length = end - at;
  if (type === packet.CONNACK) return bytes[at] <= 1 && (length === 2 || bytes[at + 2] === length - 3);
  if (type === packet.SUBSCRIBE || type === packet.UNSUBSCRIBE) {
    const last = type === packet.SUBSCRIBE ? 1 : 0;
    const filter = bytes[at + 2] === 0 && bytes[at + 3] === 0 ? at + 3 : at + 2;
    return u16be(bytes, at) !== 0 && filter + 2 + u16be(bytes, filter) + last <= end && u16be(bytes, filter) > 0;
  }
  if (type === packet.SUBACK) return u16be(bytes, at) !== 0 && (bytes[end - 1] <= 2 || bytes[end - 1] >= 0x80);
  if (type === packet.DISCONNECT || type === packet.AUTH) return length < 64;
  return length <= 3 || (u16be(bytes, at) !== 0 && bytes[at + 3] === length - 4);
}
const ONLY_SERVER = [packet.CONNACK, packet.SUBACK, packet.UNSUBACK, packet.PINGRESP];
const ONLY_CLIENT = [packet.CONNECT, packet.SUBSCRIBE, packet.UNSUBSCRIBE, packet.PINGREQ];

function isConnect(bytes: Uint8Array, at: number, end: number): boolean {
  if (end - at < 7) return false;
  const name = u16be(bytes, at);
  return name === 4 ? startsWith(bytes, at + 2, end, 'MQTT') : name === 6 && startsWith(bytes, at + 2, end, 'MQIsdp');
}

function hasTopic(bytes: Uint8Array, start: number, at: number, end: number): boolean {
  if (at + 2 > end) return false;
  const length = u16be(bytes, at);
  const stop = at + 2 + length;
  if (length === 0 || stop > end) return false;
  for (let i = at + 2; i < stop; i++)
    if (bytes[i] < 0x20 || bytes[i] === 0x23 || bytes[i] === 0x2b || bytes[i] === 0x7f) return false;
  return (bytes[start] & 6) === 0 || (stop + 2 <= end && u16be(bytes, stop) !== 0);
}

export const mqtt: Protocol<State> = {
  name: 'mqtt',
  transport: 'tcp',
  mode: 'stream',
  pairing: 'id',
  stateless: false,
  connect: () => ({ level: 0, aliases: [new Map(), new Map()] }),
  detect,
  read,
};
