import { i32be, u32be } from './bytes.ts';
import { keyPattern } from './key-pattern.ts';
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
 * ZooKeeper's client protocol (https://github.com/apache/zookeeper/blob/master/zookeeper-jute/src/main/resources/zookeeper.jute):
 * operations by their xid, with the pattern of their path. Data is passed by.
 */

const MAX_LENGTH = 1 << 26;
const MAX_PATH = 1024;
/** Session: no xid is there, since nothing else is under way. */
const CONNECT_ID = 2 ** 33;
const [EVENT, PING, AUTH, SET_WATCHES] = [-1, -2, -4, -8] as const;
const SPECIAL: readonly number[] = [EVENT, PING, AUTH, SET_WATCHES];

/** Operations; those with a path begin with it. */
const OPERATIONS: readonly (readonly [number, string, boolean])[] = [
  [1, 'create', true], [2, 'delete', true], [3, 'exists', true], [4, 'getData', true], [5, 'setData', true],
  [6, 'getACL', true], [7, 'setACL', true], [8, 'getChildren', true], [9, 'sync', true], [11, 'ping', false],
  [12, 'getChildren2', true], [13, 'check', true], [14, 'multi', false], [15, 'create2', true], [16, 'reconfig', false],
  [17, 'checkWatches', true], [18, 'removeWatches', true], [19, 'createContainer', true], [20, 'deleteContainer', true],
  [21, 'createTTL', true], [22, 'multiRead', false], [100, 'auth', false], [101, 'setWatches', false], [102, 'sasl', false],
  [103, 'getEphemerals', true], [104, 'getAllChildrenNumber', true], [105, 'setWatches2', false], [106, 'addWatch', true],
  [107, 'whoAmI', false], [-10, 'createSession', false], [-11, 'closeSession', false],
]; // biome-ignore format: one list
const BY_TYPE = new Map(OPERATIONS.map(([type, name, path]) => [type, { symbol: symbols.ofText(name), path }]));

const ERRORS = new Map<number, SymbolId>(
  (
    [
      [-1, 'SystemError'], [-2, 'RuntimeInconsistency'], [-3, 'DataInconsistency'], [-4, 'ConnectionLoss'],
      [-5, 'MarshallingError'], [-6, 'Unimplemented'], [-7, 'OperationTimeout'], [-8, 'BadArguments'],
      [-13, 'NewConfigNoQuorum'], [-14, 'ReconfigInProgress'], [-100, 'APIError'], [-101, 'NoNode'], [-102, 'NoAuth'],
      [-103, 'BadVersion'], [-108, 'NoChildrenForEphemerals'], [-110, 'NodeExists'], [-111, 'NotEmpty'],
      [-112, 'SessionExpired'], [-113, 'InvalidCallback'], [-114, 'InvalidACL'], [-115, 'AuthFailed'],
      [-118, 'SessionMoved'], [-119, 'NotReadOnly'], [-120, 'EphemeralOnLocalSession'], [-121, 'NoWatcher'],
      [-122, 'RequestTimeout'], [-123, 'ReconfigDisabled'], [-124, 'SessionClosedRequireSaslAuth'],
      [-125, 'QuotaExceeded'], [-127, 'ThrottledOp'],
    ] as const
  ).map(([code, name]) => [code, symbols.ofText(name)]),
); // biome-ignore format: one list
const UNKNOWN = symbols.ofText('unknown');
const OK = symbols.ofText('0');
const CONNECT = symbols.ofText('connect');
const EVENTS = [
  'event', 'nodeCreated', 'nodeDeleted', 'nodeDataChanged', 'nodeChildrenChanged', 'dataWatchRemoved', 'childWatchRemoved',
  'persistentWatchRemoved',
].map((name) => symbols.ofText(name)); // biome-ignore format: one list

/** ConnectRequest and ConnectResponse: version 0, and a password of 16 bytes. */
function isConnect(bytes: Uint8Array, start: number, end: number, from: Direction): boolean {
  const length = u32be(bytes, start);
  const password = start + (from === FROM_CLIENT ? 28 : 20);
  const fixed = password + 4 - start - 4;
  if (length !== fixed + 16 && length !== fixed + 17) return false;
  return u32be(bytes, start + 4) === 0 && password + 4 <= end && u32be(bytes, password) === 16;
}

function pathEnd(bytes: Uint8Array, at: number, stop: number): number {
  if (at + 4 > stop) return -1;
  const length = i32be(bytes, at);
  return length >= 0 && length <= MAX_PATH && at + 4 + length <= stop ? at + 4 + length : -1;
}

function detect(bytes: Uint8Array, start: number, end: number, direction: Direction): Detection {
  if (end - start < 12) return NO;
  const length = u32be(bytes, start);
  if (length < 8 || length > MAX_LENGTH) return NO;
  if (isConnect(bytes, start, end, direction)) return SURE;
  const stop = start + 4 + length;
  const xid = i32be(bytes, start + 4);
  if (direction !== FROM_CLIENT) {
    if (length < 16 || end - start < 20 || !isXid(xid)) return NO;
    const error = i32be(bytes, start + 16);
    if (error !== 0 && !ERRORS.has(error)) return NO;
    const zxid = u32be(bytes, start + 8);
    return xid < 0 && stop === end
      ? SURE
      : stop <= end && zxid < 0x100000 && (error === 0 || stop === start + 20)
        ? MAYBE
        : NO;
  }
  const operation = BY_TYPE.get(i32be(bytes, start + 8));
  if (!operation || !isXid(xid)) return NO;
  if (!operation.path) return xid === PING ? (length === 8 ? SURE : NO) : stop === end ? MAYBE : NO;
  const path = pathEnd(bytes, start + 12, Math.min(stop, end));
  return path > start + 16 && bytes[start + 16] === 0x2f && xid >= 0 ? SURE : NO;
}

function isXid(xid: number): boolean {
  return xid >= 0 || SPECIAL.includes(xid);
}

function read(from: Direction, bytes: Uint8Array, start: number, end: number, message: Message): number {
  if (end - start < 12) return message.truncated ? NOT_MINE : NEED_MORE;
  const length = u32be(bytes, start);
  if (length < 8 || length > MAX_LENGTH) return NOT_MINE;
  const stop = start + 4 + length;
  if (Math.min(stop, start + 32 + MAX_PATH) > end && !message.truncated) return NEED_MORE;
  const to = Math.min(stop, end);
  message.skip = Math.max(0, stop - end);
  const connects = isConnect(bytes, start, to, from);
  const xid = i32be(bytes, start + 4);
  if (!connects && !isXid(xid)) return NOT_MINE;
  message.id = connects ? CONNECT_ID : xid >>> 0;
  if (from === FROM_CLIENT) {
    message.type = REQUEST;
    const operation = BY_TYPE.get(i32be(bytes, start + 8));
    if (!connects && !operation) return NOT_MINE;
    message.operation = connects ? CONNECT : (operation?.symbol ?? 0);
    const path = !connects && operation?.path ? pathEnd(bytes, start + 12, to) : -1;
    if (path > 0) message.target = keyPattern(bytes, start + 16, path);
    return to - start;
  }
  message.type = RESPONSE;
  message.status = OK;
  if (connects) return to - start;
  if (to - start < 20) return message.truncated ? to - start : NOT_MINE;
  if (xid === EVENT) {
    message.type = ONEWAY;
    message.status = 0;
    readEvent(bytes, start + 20, to, message);
    return to - start;
  }
  const error = i32be(bytes, start + 16);
  if (error !== 0) {
    message.status = symbols.ofText(String(error));
    message.error = ERRORS.get(error) ?? UNKNOWN;
  }
  return to - start;
}

/** WatcherEvent: type, state, path. */
function readEvent(bytes: Uint8Array, at: number, end: number, message: Message): void {
  message.operation = EVENTS[at + 4 <= end ? i32be(bytes, at) : 0] ?? EVENTS[0];
  const path = pathEnd(bytes, at + 8, end);
  if (path > 0) message.target = keyPattern(bytes, at + 12, path);
}

export const zookeeper: Protocol<null> = {
  name: 'zookeeper',
  transport: 'tcp',
  mode: 'stream',
  pairing: 'id',
  stateless: false,
  connect: () => null,
  detect,
  read: (_, from, bytes, start, end, message) => read(from, bytes, start, end, message),
};
