import { RingReader } from '@sonde/libbpf';
import { type ProtocolName, protocolId } from '@sonde/model';
import {
  CONNECTION_EVENT as C,
  ConnectionChange,
  EXCHANGE_EVENT as E,
  EventKind,
  ExchangeFlag,
  Outcome,
  PROCESS_EVENT as P,
  type ProcessChange,
  Role,
  SEGMENT_EVENT as S,
} from './generated/events.ts';

type OneOf<T> = T[keyof T];

/** What all records of a socket have in common. */
export interface Socket {
  readonly clientStart: number;
  readonly serverStart: number;
  readonly role: OneOf<typeof Role>;
  readonly pid: number;
  /** The other end's IPv4 address and port, as the socket sees it. */
  readonly peer: readonly [address: string, port: number];
  /** Its own; matters for datagrams only. */
  readonly local?: readonly [address: string, port: number];
}

export interface ExchangeFields {
  readonly request?: string | Uint8Array;
  readonly response?: string | Uint8Array;
  /** Bytes on the wire, where more than what was captured. */
  readonly requestBytes?: number;
  readonly responseBytes?: number;
  readonly protocol?: ProtocolName;
  readonly outcome?: OneOf<typeof Outcome>;
  readonly offset?: number;
  /** Nanoseconds; first and last byte of the request, then of the response. */
  readonly times?: readonly [number, number, number, number];
  readonly queueWait?: number;
  /** Handed over by the idle flush. */
  readonly isQuiet?: boolean;
  readonly task?: number;
}

export interface SegmentFields {
  readonly from: 'client' | 'server';
  readonly bytes: string | Uint8Array;
  readonly total?: number;
  readonly offset?: number;
  readonly time?: number;
  /** It is a datagram of this protocol. */
  readonly datagram?: ProtocolName;
}

export interface ConnectionFields {
  readonly change?: OneOf<typeof ConnectionChange>;
  readonly outcome?: OneOf<typeof Outcome>;
  readonly opened?: number;
  readonly time?: number;
  readonly segments?: number;
  readonly retransmits?: number;
  /** Microseconds. */
  readonly rtt?: number;
}

export interface ProcessFields {
  readonly change: OneOf<typeof ProcessChange>;
  readonly pid: number;
  readonly parent?: number;
  readonly executable?: string;
}

/** Both ends of one connection on 10.0.0.1 (client) and 10.0.0.2:80 (server). */
export function bothEnds(clientStart: number, serverStart: number, clientPid: number, serverPid: number) {
  const starts = { clientStart, serverStart };
  const client: Socket = { ...starts, role: Role.ROLE_CLIENT, pid: clientPid, peer: ['10.0.0.2', 80] };
  const server: Socket = { ...starts, role: Role.ROLE_SERVER, pid: serverPid, peer: ['10.0.0.1', 40_000] };
  return { client, server };
}

/** The kernel's side on plain memory: writes records into a ring, and keeps what modes it was asked for. */
export class TestKernel {
  readonly ring: RingReader;
  /** `mode protocol` numbers by connection, in the order in which they came. */
  readonly asked: { clientStart: number; serverStart: number; mode: number; protocol: number }[] = [];
  readonly #consumer = BigUint64Array.of(0n);
  readonly #producer = BigUint64Array.of(0n);

  constructor(size = 1 << 16) {
    this.ring = new RingReader(new Uint8Array(2 * size), this.#consumer, this.#producer);
  }

  setMode(clientStart: number, serverStart: number, mode: number, protocol: number): void {
    this.asked.push({ clientStart, serverStart, mode, protocol });
  }

  exchange(socket: Socket, fields: ExchangeFields): void {
    this.write(exchangeRecord(socket, fields));
  }

  segment(socket: Socket, fields: SegmentFields): void {
    this.write(segmentRecord(socket, fields));
  }

  connection(socket: Socket, fields: ConnectionFields): void {
    this.write(connectionRecord(socket, fields));
  }

  process(fields: ProcessFields): void {
    this.write(processRecord(fields));
  }

  /** Whether there is room for a record of so many bytes. */
  hasRoom(length: number): boolean {
    return this.ring.size - this.ring.available() >= 8 + ((length + 7) & ~7);
  }

  write(record: Uint8Array): void {
    if (!this.hasRoom(record.length)) throw new Error('the ring is full');
    const offset = Number(this.#producer[0] & BigInt(this.ring.size - 1));
    this.#put(offset, new Uint8Array(Uint32Array.of(record.length, 0).buffer));
    this.#put(offset + 8, record);
    this.#producer[0] += BigInt(8 + ((record.length + 7) & ~7));
  }

  /** Offers everything written since the start once more; only for a ring that never wrapped. */
  rewind(): void {
    this.#consumer[0] = 0n;
  }

  #put(offset: number, bytes: Uint8Array): void {
    const { data, size } = this.ring;
    const at = offset % size;
    const first = Math.min(bytes.length, size - at);
    for (const copy of [0, size]) {
      data.set(bytes.subarray(0, first), copy + at);
      data.set(bytes.subarray(first), copy);
    }
  }
}

export function exchangeRecord(socket: Socket, fields: ExchangeFields): Uint8Array {
  const request = bytesOf(fields.request ?? '');
  const response = bytesOf(fields.response ?? '');
  const { bytes, view, u64 } = record(E.size + request.length + response.length);
  const [requestFirst, requestLast, responseFirst, responseLast] = fields.times ?? [1000, 1100, 1900, 2000];
  begin(bytes, view, EventKind.EVENT_EXCHANGE, socket, E);
  bytes[E.protocol] = protocolId(fields.protocol ?? 'unknown');
  bytes[E.outcome] = fields.outcome ?? Outcome.OUTCOME_COMPLETE;
  u64(E.requestOffset, fields.offset ?? 0);
  u64(E.requestFirst, requestFirst);
  u64(E.requestLast, requestLast);
  u64(E.responseFirst, responseFirst);
  u64(E.responseLast, responseLast);
  u64(E.queueWait, fields.queueWait ?? 0);
  u64(E.task, fields.task ?? 0);
  view.setUint32(E.flags, fields.isQuiet ? ExchangeFlag.EXCHANGE_QUIET : 0, true);
  u64(E.requestBytes, fields.requestBytes ?? request.length);
  u64(E.responseBytes, fields.responseBytes ?? response.length);
  view.setUint16(E.requestCaptured, request.length, true);
  view.setUint16(E.responseCaptured, response.length, true);
  bytes.set(request, E.size);
  bytes.set(response, E.size + request.length);
  return bytes;
}

export function segmentRecord(socket: Socket, fields: SegmentFields): Uint8Array {
  const piece = bytesOf(fields.bytes);
  const { bytes, view, u64 } = record(S.size + piece.length);
  begin(bytes, view, EventKind.EVENT_SEGMENT, socket, S);
  bytes[S.direction] = fields.from === 'client' ? 0 : 1;
  u64(S.offset, fields.offset ?? 0);
  u64(S.time, fields.time ?? 1000);
  u64(S.bytes, fields.total ?? piece.length);
  view.setUint32(S.captured, piece.length, true);
  if (fields.datagram !== undefined) {
    bytes[S.protocol] = protocolId(fields.datagram);
    view.setUint32(S.flags, ExchangeFlag.EXCHANGE_DATAGRAM, true);
  }
  bytes.set(piece, S.size);
  return bytes;
}

export function connectionRecord(socket: Socket, fields: ConnectionFields): Uint8Array {
  const { bytes, view, u64 } = record(C.size);
  begin(bytes, view, EventKind.EVENT_CONNECTION, socket, C);
  bytes[C.change] = fields.change ?? ConnectionChange.CONNECTION_CLOSE;
  bytes[C.outcome] = fields.outcome ?? Outcome.OUTCOME_CLOSED;
  u64(C.opened, fields.opened ?? 500);
  u64(C.time, fields.time ?? 3000);
  view.setUint32(C.segments, fields.segments ?? 0, true);
  view.setUint32(C.retransmits, fields.retransmits ?? 0, true);
  view.setUint32(C.srttUs, fields.rtt ?? 0, true);
  return bytes;
}

export function processRecord({ change, pid, parent = 0, executable = '' }: ProcessFields): Uint8Array {
  const { bytes, view } = record(P.size);
  bytes[P.kind] = EventKind.EVENT_PROCESS;
  bytes[P.change] = change;
  view.setUint32(P.pid, pid, true);
  view.setUint32(P.parent, parent, true);
  bytes.set(bytesOf(executable).subarray(0, P.size - P.executable - 1), P.executable);
  return bytes;
}

interface Common {
  readonly kind: number;
  readonly role: number;
  readonly clientStart: number;
  readonly serverStart: number;
  readonly pid: number;
  readonly localAddress: number;
  readonly localPort: number;
  readonly remoteAddress: number;
  readonly remotePort: number;
}

function begin(bytes: Uint8Array, view: DataView, kind: number, socket: Socket, at: Common): void {
  bytes[at.kind] = kind;
  bytes[at.role] = socket.role;
  view.setUint32(at.clientStart, socket.clientStart, true);
  view.setUint32(at.serverStart, socket.serverStart, true);
  view.setUint32(at.pid, socket.pid, true);
  const put = ([address, port]: readonly [string, number], addressAt: number, portAt: number) => {
    bytes.set([0xff, 0xff, ...address.split('.').map(Number)], addressAt + 10);
    view.setUint16(portAt, port, true);
  };
  put(socket.peer, at.remoteAddress, at.remotePort);
  if (socket.local) put(socket.local, at.localAddress, at.localPort);
}

function record(length: number) {
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  return { bytes, view, u64: (at: number, value: number) => view.setBigUint64(at, BigInt(value), true) };
}

function bytesOf(text: string | Uint8Array): Uint8Array {
  return typeof text === 'string' ? new TextEncoder().encode(text) : text;
}
