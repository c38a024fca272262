import { IdentifierTable, NO_RECORD } from './identifier-table.ts';
import { type Identifier, isBefore, isSame, isSet, Owners, ofHalfKey, ofSpan } from './identifiers.ts';
import { Outbox } from './outbox.ts';
import { RECORD, RecordRing } from './record-ring.ts';
import { isRecord, RECORD_BYTES, readRecord, type SpanRecord, writeRecord } from './span-record.ts';

export interface ShardLimits {
  /** Records held, and identifiers of each of two generations. */
  readonly maxRecords: number;
  readonly maxIdentifiers: number;
  /** Bytes of messages that wait for another shard. */
  readonly maxWaiting: number;
  /** A group that ever had more records does not move any more. */
  readonly maxGroup: number;
  /** How long a record waits for the rest of its group, how long it is held after it came, and how long an identifier is. */
  readonly wait: number;
  readonly horizon: number;
  readonly memory: number;
}

export const SHARD_LIMITS: ShardLimits = {
  maxRecords: 2 ** 20,
  maxIdentifiers: 2 ** 20,
  maxWaiting: 2 ** 25,
  maxGroup: 20_000,
  wait: 500,
  horizon: 60_000,
  memory: 600_000,
};

/** What a shard did since it was made. */
export interface ShardCounts {
  /** Messages sent to other shards, and lost since too many waited. */
  sent: number;
  lost: number;
  /** Records that moved on with their group, and groups that had become too large to. */
  moved: number;
  refusedMove: number;
  /** Records given, and identifiers forgotten, before their time for want of room. */
  hurried: number;
  forgottenIdentifiers: number;
}

/** Who a shard's records are for. */
export interface Home {
  /** Records whose wait is over, in the order they came. */
  take(record: SpanRecord, now: number): void;
  /** A record taken before moves to another shard, as what is returned: what was decided of it goes with it. */
  leave(record: SpanRecord): SpanRecord;
}

const MAGIC = [0x53, 0x4b, 2, 0] as const;
const HEADER_BYTES = 8;
/** Kinds of messages: two identifiers of one group; the record of a span; one that a linker had taken already. */
const [CONNECT, SPAN, TAKEN] = [1, 2, 3] as const;
const CONNECT_BYTES = 1 + 32;
const SPAN_BYTES = 1 + 16 + RECORD_BYTES;

/** A batch of messages that cannot be used: not one, or from a shard with another list of shards. */
export class BadBatch extends Error {
  override readonly name = 'BadBatch';
  readonly reason: 'malformed' | 'list';

  constructor(reason: 'malformed' | 'list', message: string) {
    super(message);
    this.reason = reason;
  }
}

/**
 * One of several linkers that are as good as one. All spans that have anything to do with each other come together at one
 * shard, where an ordinary linker sees them as if it were alone; which shard that is, nobody knows before.
 *
 * A span names identifiers: its own id, its parent's, its trace's, half of its network key, those of the context it carried.
 * Identifiers named together are one group: a tree, kept by union with the order of `isBefore` (M. Rem; see Patwary, Blair, Manne,
 * "Experiments on union-find algorithms for the disjoint-set data structure", 2010), each identifier at the shard that
 * owns it. A record goes up the tree to the owner of the root; when the root comes below another, its records follow.
 *
 * 1. An identifier is only ever put below one that is before it: no circle, whatever order messages come in, repeated or
 *    not. Messages that meet the same pairs in any order make the same groups.
 * 2. Every message goes to an identifier before the one it came from: none travels for ever.
 * 3. What is held is bounded: records, identifiers, messages that wait. What finds no room is counted; it costs links.
 */
export class Shard {
  readonly counts: ShardCounts = { sent: 0, lost: 0, moved: 0, refusedMove: 0, hurried: 0, forgottenIdentifiers: 0 };
  readonly #self: number;
  readonly #owners: Owners;
  readonly #limits: ShardLimits;
  readonly #home: Home;
  readonly #identifiers: IdentifierTable;
  readonly #records: RecordRing;
  readonly #outboxes: readonly Outbox[];
  readonly #scratch = new Uint8Array(RECORD_BYTES);
  #now = 0;

  /** Shard `self` of those named: any texts, the same at all of them. */
  constructor(self: number, names: readonly string[], home: Home, limits: Partial<ShardLimits> = {}) {
    this.#self = self;
    this.#owners = new Owners(names);
    this.#home = home;
    this.#limits = { ...SHARD_LIMITS, ...limits };
    this.#identifiers = new IdentifierTable(this.#limits.maxIdentifiers, this.#limits.memory);
    this.#records = new RecordRing(this.#limits.maxRecords);
    const header = new Uint8Array(HEADER_BYTES);
    header.set(MAGIC);
    new DataView(header.buffer).setUint32(4, this.#owners.fingerprint);
    this.#outboxes = names.map(() => new Outbox(this.#limits.maxWaiting, header));
  }

  get size() {
    const { count } = this.#records;
    return {
      records: count,
      identifiers: this.#identifiers.count,
      bytes: count * (RECORD_BYTES + 17) + this.#identifiers.bytes,
    };
  }

  /** Takes a span that was received here; `now` in ms, never less than before. */
  span(record: SpanRecord, now: number): void {
    this.#now = now;
    const { id, parent, trace, halfKey, context } = record.keys;
    const named = [ofSpan(id), ofSpan(parent), trace];
    if (halfKey !== undefined) named.push(ofHalfKey(halfKey));
    if (context !== undefined) named.push(ofSpan(context.span), context.trace);
    const identifiers = named.filter(isSet);
    const first = identifiers.reduce((a, b) => (isBefore(b, a) ? b : a));
    for (const each of identifiers) if (each !== first) this.#connect(each, first);
    writeRecord(new DataView(this.#scratch.buffer), 0, record);
    this.#place(first, this.#scratch, false);
  }

  /** The oldest messages that wait for a shard; `null` where there are none. */
  messages(shard: number): Uint8Array | null {
    return this.#outboxes[shard].take();
  }

  /** Takes messages of another shard. Throws BadBatch, having taken those before the bad one. */
  receive(batch: Uint8Array, now: number): void {
    this.#now = now;
    const view = new DataView(batch.buffer, batch.byteOffset, batch.byteLength);
    if (batch.length < HEADER_BYTES || MAGIC.some((byte, i) => batch[i] !== byte))
      throw new BadBatch('malformed', 'no messages of a shard');
    if (view.getUint32(4) !== this.#owners.fingerprint) throw new BadBatch('list', 'the lists of shards differ');
    for (let at = HEADER_BYTES; at < batch.length; ) {
      const kind = batch[at];
      const bytes = kind === CONNECT ? CONNECT_BYTES : SPAN_BYTES;
      if (at + bytes > batch.length || kind < CONNECT || kind > TAKEN)
        throw new BadBatch('malformed', `no message at byte ${at}`);
      const target = readIdentifier(view, at + 1);
      if (kind === CONNECT) this.#connect(target, readIdentifier(view, at + 17));
      else this.#place(target, checked(view, at + 17), kind === TAKEN);
      at += bytes;
    }
  }

  /** Lets time pass to `now`: gives the records whose wait is over. */
  advance(now: number): void {
    this.#now = now;
    const records = this.#records;
    const { wait, horizon } = this.#limits;
    while (records.waiting < records.next && records.cameAt(records.waiting) + wait <= now)
      this.#give(records.waiting++);
    while (records.first < records.waiting && records.cameAt(records.first) + horizon <= now) records.first++;
    this.counts.forgottenIdentifiers = this.#identifiers.forgotten;
    this.counts.lost = this.#outboxes.reduce((sum, { lost }) => sum + lost, 0);
  }

  /** Makes one group of those of `x` and `y`, as far as their identifiers are here. */
  #connect(x: Identifier, y: Identifier): void {
    let [below, above] = [x, y];
    while (!isSame(below, above)) {
      if (isBefore(below, above)) [below, above] = [above, below];
      const owner = this.#owners.of(below);
      if (owner !== this.#self) {
        this.#sendConnect(owner, below, above);
        return;
      }
      const slot = this.#identifiers.take(below, this.#now);
      if (this.#identifiers.isRoot(slot)) {
        this.#hook(slot, above);
        return;
      }
      const up = this.#identifiers.up(slot);
      if (isBefore(above, up)) this.#identifiers.setUp(slot, above);
      below = up;
    }
  }

  /** Puts a root below another identifier; its records follow. */
  #hook(slot: number, above: Identifier): void {
    const [newest, count] = [this.#identifiers.newest(slot), this.#identifiers.records(slot)];
    if (count > this.#limits.maxGroup) {
      this.counts.refusedMove++;
      return;
    }
    this.#identifiers.setUp(slot, above);
    if (newest === NO_RECORD) return;
    const root = this.#rootOf(above);
    const owner = this.#owners.of(root);
    if (owner === this.#self) {
      const into = this.#identifiers.take(root, this.#now);
      const all = this.#identifiers.records(into) + count;
      this.#identifiers.setRecords(into, this.#records.merge(this.#identifiers.newest(into), newest), all);
      return;
    }
    for (const record of this.#records.list(newest)) this.#move(record, owner, root);
  }

  #move(record: number, owner: number, target: Identifier): void {
    const records = this.#records;
    const at = records.at(record);
    const isTaken = records.stateOf(record) === RECORD.given;
    if (isTaken) writeRecord(records.view, at, this.#home.leave(readRecord(records.view, at)));
    records.setState(record, RECORD.gone);
    this.counts.moved++;
    this.#sendSpan(owner, target, new Uint8Array(records.view.buffer, at, RECORD_BYTES), isTaken);
  }

  /** Takes the bytes of a record to the root of a group. One that a linker had taken does not wait again. */
  #place(x: Identifier, bytes: Uint8Array, isTaken: boolean): void {
    const root = this.#rootOf(x);
    const owner = this.#owners.of(root);
    if (owner !== this.#self) {
      this.#sendSpan(owner, root, bytes, isTaken);
      return;
    }
    const records = this.#records;
    if (records.count === records.capacity) {
      if (records.waiting === records.first) {
        this.counts.hurried++;
        this.#give(records.waiting++);
      }
      records.first++;
    }
    const slot = this.#identifiers.take(root, this.#now);
    const record = records.push(bytes, this.#identifiers.newest(slot), this.#now);
    this.#identifiers.setRecords(slot, record, this.#identifiers.records(slot) + 1);
    if (isTaken) this.#give(record);
  }

  /** The root of a group, or the first identifier above `x` that is another shard's. */
  #rootOf(x: Identifier): Identifier {
    for (let at = x; ; ) {
      if (this.#owners.of(at) !== this.#self) return at;
      const slot = this.#identifiers.take(at, this.#now);
      if (this.#identifiers.isRoot(slot)) return at;
      at = this.#identifiers.up(slot);
    }
  }

  /** Gives a record that waits to the linker. */
  #give(record: number): void {
    const records = this.#records;
    if (records.stateOf(record) !== RECORD.waits) return;
    records.setState(record, RECORD.given);
    this.#home.take(readRecord(records.view, records.at(record)), this.#now);
  }

  #sendConnect(owner: number, below: Identifier, above: Identifier): void {
    this.counts.sent++;
    this.#outboxes[owner].add(CONNECT_BYTES, (view, at) => {
      view.setUint8(at, CONNECT);
      writeIdentifier(view, at + 1, below);
      writeIdentifier(view, at + 17, above);
    });
  }

  #sendSpan(owner: number, target: Identifier, record: Uint8Array, isTaken: boolean): void {
    this.counts.sent++;
    this.#outboxes[owner].add(SPAN_BYTES, (view, at) => {
      view.setUint8(at, isTaken ? TAKEN : SPAN);
      writeIdentifier(view, at + 1, target);
      new Uint8Array(view.buffer).set(record, at + 17);
    });
  }
}

function writeIdentifier(view: DataView, at: number, x: Identifier): void {
  for (let i = 0; i < 4; i++) view.setUint32(at + i * 4, x[i]);
}

function readIdentifier(view: DataView, at: number): Identifier {
  return [view.getUint32(at), view.getUint32(at + 4), view.getUint32(at + 8), view.getUint32(at + 12)];
}

/** The bytes of a record. Throws BadBatch where they are none. */
function checked(view: DataView, at: number): Uint8Array {
  if (!isRecord(view, at)) throw new BadBatch('malformed', `no record of a span at byte ${at}`);
  return new Uint8Array(view.buffer, view.byteOffset + at, RECORD_BYTES);
}
