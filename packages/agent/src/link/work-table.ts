import { NO_ID } from '@sonde/protocols';
import { ScopeKind } from '../capture/generated/events.ts';
import { JointReads } from './joint-reads.ts';
import type { WorkScope } from './work-scope.ts';

/** Which end of a connection an entry is of. */
export const CALL = 1;
export const SERVE = 2;
/** A piece of the server's stream: its scope is the call it answered. */
export const ANSWER = 3;
/** A read of the client's stream: its scope is the request it ended. */
export const READ = 4;
const FREE = 0;

const SLOTS = 1 << 16;
/** Places looked at for one key; with all taken by others the oldest of them goes. */
const PROBES = 8;

/** Connections with several requests at a time; the one known longest goes. */
const MAX_STREAMS = 1 << 14;

/** No entry. */
export const NOWHERE = -1;

/**
 * The recent exchanges of this host by connection and offset, with what their threads worked on. Bounded: the oldest go,
 * and with them only links, never exchanges.
 */
export class WorkTable {
  /** Reads after which nobody knows what was worked on. */
  readonly joint = new JointReads();
  /** Connections whose requests are not known by where the read of them began. */
  readonly #streams = new Set<number>();
  readonly end = new Uint8Array(SLOTS);
  readonly clientStart = new Uint32Array(SLOTS);
  readonly serverStart = new Uint32Array(SLOTS);
  readonly offset = new Float64Array(SLOTS);
  /** Of a request: its id in the connection, or `NO_ID`. */
  readonly id = new Float64Array(SLOTS);
  /** Monotonic nanoseconds of the first byte of the request and the last of the response. */
  readonly first = new Float64Array(SLOTS);
  readonly last = new Float64Array(SLOTS);
  /** When the process had read the request, or the answer; 0 where there was none. */
  readonly read = new Float64Array(SLOTS);
  /** Of a request: when its response began. */
  readonly wrote = new Float64Array(SLOTS);
  readonly scopeKind = new Uint8Array(SLOTS);
  readonly scopeClientStart = new Uint32Array(SLOTS);
  readonly scopeServerStart = new Uint32Array(SLOTS);
  readonly scopeOffset = new Float64Array(SLOTS);
  /** Of a call: the task that made it (`Tasks`). Of a request: the one that answered it, or where that was made for it. */
  readonly task = new Uint32Array(SLOTS);
  /** Of a request: the one its task answered before. */
  readonly sibling = new Int32Array(SLOTS);
  /** Of a call: the class by which its links are judged, what the response it led to said, and whose response that was. */
  readonly judge = new Int32Array(SLOTS);
  readonly verdict = new Uint8Array(SLOTS);
  /** Of a call: the place of the one whose answer led to it, or NOWHERE. */
  readonly previous = new Int32Array(SLOTS);
  /** Of a call that a later one of its chain was confirmed for: the class of that one. */
  readonly voucher = new Int32Array(SLOTS);
  /** Of a call: the class that `judge` is a part of. */
  readonly whole = new Int32Array(SLOTS);
  /** What was asked for (`Step`). */
  readonly kind = new Uint32Array(SLOTS);
  /** Of a call: whether it is known which of the messages of a read it followed. */
  readonly isFollowed = new Uint8Array(SLOTS);
  /** The process. */
  readonly pid = new Uint32Array(SLOTS);
  /** Of a call: the place of what asked for it, by its place in line (`Queues`), or NOWHERE. */
  readonly queued = new Int32Array(SLOTS);
  /** Of a call: the thread that made it, and the place of the request that thread worked on (`Threads`), or NOWHERE. */
  readonly thread = new Uint32Array(SLOTS);
  readonly worked = new Int32Array(SLOTS);
  /** Of a call: whether the way back is known, and the request it leads to. */
  readonly hasBack = new Uint8Array(SLOTS);
  readonly backClientStart = new Uint32Array(SLOTS);
  readonly backServerStart = new Uint32Array(SLOTS);
  readonly backOffset = new Float64Array(SLOTS);
  readonly backId = new Float64Array(SLOTS);

  /** Notes an exchange; returns its place. */
  add(
    end: number,
    clientStart: number,
    serverStart: number,
    offset: number,
    first: number,
    last: number,
    scope: Readonly<WorkScope>,
    read = 0,
    id = NO_ID,
  ): number {
    const at = this.#place(end, clientStart, serverStart, offset);
    this.end[at] = end;
    this.clientStart[at] = clientStart;
    this.serverStart[at] = serverStart;
    this.offset[at] = offset;
    this.first[at] = first;
    this.last[at] = last;
    this.read[at] = read;
    this.id[at] = id;
    if (end === READ || (end === SERVE && id !== NO_ID)) this.#noteStream(clientStart);
    if (read > 0 && (end === CALL || end === SERVE)) this.joint.add(clientStart, read);
    if (end === SERVE && read > first) this.joint.add(clientStart, first);
    this.verdict[at] = 0;
    this.previous[at] = NOWHERE;
    this.task[at] = 0;
    this.pid[at] = 0;
    this.kind[at] = 0;
    this.isFollowed[at] = 0;
    this.queued[at] = NOWHERE;
    this.thread[at] = 0;
    this.worked[at] = NOWHERE;
    this.hasBack[at] = 0;
    this.#setScope(at, scope.kind, scope.clientStart, scope.serverStart, scope.offset);
    return at;
  }

  /** Where an exchange is, or NOWHERE. */
  find(end: number, clientStart: number, serverStart: number, offset: number): number {
    const home = hash(end, clientStart, serverStart, offset);
    for (let i = 0; i < PROBES; i++) {
      const at = (home + i) & (SLOTS - 1);
      if (this.#is(at, end, clientStart, serverStart, offset)) return at;
    }
    return NOWHERE;
  }

  /**
   * Follows a call to the request it was made for: from answer to answer of earlier calls, as their threads did. Returns
   * the kind of scope at the end of the chain, and shortens the chain to it. A joint read leads nowhere.
   */
  settle(at: number): number {
    for (let steps = 0; steps < 64 && this.scopeKind[at] >= ScopeKind.SCOPE_CALL; steps++) {
      const earlier = this.#behind(at);
      if (earlier === NOWHERE || earlier === at || this.first[earlier] > this.first[at]) break;
      if (this.isFollowed[at] === 0 && this.#isJoint(earlier)) {
        this.#setScope(at, ScopeKind.SCOPE_NONE, 0, 0, 0);
        break;
      }
      if (this.previous[at] === NOWHERE && this.end[earlier] === CALL) this.previous[at] = earlier;
      const { scopeKind, scopeClientStart, scopeServerStart, scopeOffset } = this;
      this.isFollowed[at] = this.isFollowed[earlier];
      this.#setScope(
        at,
        scopeKind[earlier],
        scopeClientStart[earlier],
        scopeServerStart[earlier],
        scopeOffset[earlier],
      );
    }
    if (this.scopeKind[at] === ScopeKind.SCOPE_REQUEST && this.isFollowed[at] === 0) this.#settleRead(at);
    return this.scopeKind[at];
  }

  /** The thread of a call had read what begins where the scope says: of a stream, that may have ended another request, or several. */
  #settleRead(at: number): void {
    const { scopeClientStart, scopeServerStart, scopeOffset } = this;
    const begun = this.served(at);
    const read = this.find(READ, scopeClientStart[at], scopeServerStart[at], scopeOffset[at]);
    const ended = read === NOWHERE ? begun : this.served(read);
    const isJoint =
      (begun !== NOWHERE && (begun !== ended || this.joint.has(scopeClientStart[at], this.first[begun]))) ||
      (ended !== NOWHERE && this.#isJoint(ended));
    if (isJoint) this.#setScope(at, ScopeKind.SCOPE_NONE, 0, 0, 0);
    else if (read !== NOWHERE) scopeOffset[at] = scopeOffset[read];
  }

  get hasStreams(): boolean {
    return this.#streams.size > 0;
  }

  /** Whether a call was made for a request of a stream that is not answered yet: until then nobody knows which one it is. */
  isUnanswered(call: number): boolean {
    if (this.settle(call) !== ScopeKind.SCOPE_REQUEST || !this.#streams.has(this.scopeClientStart[call])) return false;
    return this.served(call) === NOWHERE;
  }

  #noteStream(clientStart: number): void {
    if (this.#streams.has(clientStart)) return;
    if (this.#streams.size >= MAX_STREAMS) this.#streams.delete(this.#streams.values().next().value as number);
    this.#streams.add(clientStart);
  }

  #isJoint(at: number): boolean {
    return this.read[at] > 0 && this.joint.has(this.clientStart[at], this.read[at]);
  }

  /** Notes that a call was made after the request or answer at `before` was read, or after nobody knows what (NOWHERE). */
  follow(at: number, before: number): void {
    this.verdict[at] = 0;
    this.previous[at] = NOWHERE;
    if (before === NOWHERE) {
      this.#setScope(at, ScopeKind.SCOPE_NONE, 0, 0, 0);
      return;
    }
    this.isFollowed[at] = 1;
    const kind = this.end[before] === SERVE ? ScopeKind.SCOPE_REQUEST : ScopeKind.SCOPE_CALL;
    this.#setScope(at, kind, this.clientStart[before], this.serverStart[before], this.offset[before]);
  }

  /** The call whose answer was read before the response of `served` was sent, or NOWHERE. */
  callBehind(served: number): number {
    const answer = this.#behind(served);
    if (answer !== NOWHERE && this.#isJoint(answer)) return NOWHERE;
    if (answer === NOWHERE || this.end[answer] === CALL) return answer;
    return this.#behind(answer);
  }

  /** The request or call that was read last before an entry was written, or NOWHERE. */
  readBefore(at: number): number {
    if (this.previous[at] !== NOWHERE) return this.previous[at];
    return this.scopeKind[at] === ScopeKind.SCOPE_REQUEST ? this.served(at) : this.callBehind(at);
  }

  /** The call or answer that the scope of an entry names. */
  #behind(at: number): number {
    const kind = this.scopeKind[at];
    if (kind < ScopeKind.SCOPE_CALL) return NOWHERE;
    const end = kind === ScopeKind.SCOPE_CALL ? CALL : ANSWER;
    return this.find(end, this.scopeClientStart[at], this.scopeServerStart[at], this.scopeOffset[at]);
  }

  /** The request that a call made at `time`, or a response sent then, goes back to by its place in line, or NOWHERE. */
  requestInLine(call: number, time = this.first[call]): number {
    for (let steps = 0, at = call; steps < 64; steps++) {
      const before = this.queued[at];
      if (before === NOWHERE || this.first[before] > time) return NOWHERE;
      if (this.end[before] === SERVE) return this.last[before] >= time ? before : NOWHERE;
      if (this.end[before] !== CALL) return NOWHERE;
      at = before;
    }
    return NOWHERE;
  }

  /** Whether the way back of a call leads to this request. */
  isWayBack(call: number, served: number): boolean {
    return (
      this.backClientStart[call] === this.clientStart[served] &&
      this.backServerStart[call] === this.serverStart[served] &&
      this.backOffset[call] === this.offset[served]
    );
  }

  /** The request a settled call was made for, where that end of it was seen, or NOWHERE. */
  served(at: number): number {
    if (this.scopeKind[at] !== ScopeKind.SCOPE_REQUEST) return NOWHERE;
    return this.find(SERVE, this.scopeClientStart[at], this.scopeServerStart[at], this.scopeOffset[at]);
  }

  /** Whether a settled call's scope is this request. */
  belongs(call: number, served: number): boolean {
    return (
      this.scopeKind[call] === ScopeKind.SCOPE_REQUEST &&
      this.scopeClientStart[call] === this.clientStart[served] &&
      this.scopeServerStart[call] === this.serverStart[served] &&
      this.scopeOffset[call] === this.offset[served]
    );
  }

  /** Whether a call began while that request was worked on. */
  nests(call: number, served: number): boolean {
    return this.first[call] >= this.first[served] && this.first[call] <= this.last[served];
  }

  /** Notes the request that the other evidence leads from a call to. */
  setBack(call: number, served: number): void {
    this.backClientStart[call] = this.clientStart[served];
    this.backServerStart[call] = this.serverStart[served];
    this.backOffset[call] = this.offset[served];
    this.backId[call] = this.id[served];
    this.hasBack[call] = 1;
  }

  #setScope(at: number, kind: number, clientStart: number, serverStart: number, offset: number): void {
    this.scopeKind[at] = kind;
    this.scopeClientStart[at] = clientStart;
    this.scopeServerStart[at] = serverStart;
    this.scopeOffset[at] = offset;
  }

  #place(end: number, clientStart: number, serverStart: number, offset: number): number {
    const home = hash(end, clientStart, serverStart, offset);
    let oldest = home;
    for (let i = 0; i < PROBES; i++) {
      const at = (home + i) & (SLOTS - 1);
      if (this.end[at] === FREE || this.#is(at, end, clientStart, serverStart, offset)) return at;
      if (this.last[at] < this.last[oldest]) oldest = at;
    }
    return oldest;
  }

  #is(at: number, end: number, clientStart: number, serverStart: number, offset: number): boolean {
    return (
      this.clientStart[at] === clientStart &&
      this.offset[at] === offset &&
      this.serverStart[at] === serverStart &&
      this.end[at] === end
    );
  }
}

function hash(end: number, clientStart: number, serverStart: number, offset: number): number {
  let mixed = Math.imul(clientStart ^ end, 0x9e3779b1) ^ Math.imul(serverStart, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15) ^ (offset % 0x1_0000_0000), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 13)) & (SLOTS - 1);
}
