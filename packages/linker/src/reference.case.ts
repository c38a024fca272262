import type { LinkKeys, LinkMethod, SpanKeys, SpanWords } from './keys.ts';
import { LINKER_LIMITS, type LinkerLimits } from './limits.ts';

interface Trace {
  readonly id: string;
  start: number;
  strong: boolean;
  set: TraceSet;
  published: string;
}

interface TraceSet {
  readonly members: Trace[];
  spans: number;
  references: number;
}

interface Node {
  readonly id: string;
  readonly taken: number;
  keys: SpanKeys | null;
  trace: Trace | null;
  settled: boolean;
  joined: boolean;
  parent: Node | null;
  method: LinkMethod;
  confidence: number;
  /** Oldest first. */
  readonly children: Set<Node>;
  height: number;
  guess: { parent: SpanWords; method: LinkMethod; confidence: number } | null;
}

interface HalfKey {
  readonly id: string;
  readonly added: number;
  shared: boolean;
}

const hex = (words: readonly number[]) => words.map((word) => word.toString(16).padStart(8, '0')).join('');
const isSet = (words: readonly number[]) => words.some((word) => word !== 0);
const exact = (confidence: number) => Math.round(confidence * 10_000) / 10_000;

/** The rules of the linker told with objects and maps: slow, and large, and plain. */
export class ReferenceLinker {
  readonly #limits: LinkerLimits;
  readonly #nodes = new Map<string, Node>();
  readonly #traces = new Map<string, Trace>();
  readonly #remembered = new Map<string, { trace: Trace; added: number }>();
  readonly #toSettle = new Set<Node>();
  /** By end and key, oldest first. */
  readonly #halfKeys = new Map<string, HalfKey>();
  readonly #openHalfKeys = new Set<string>();
  readonly #changed = new Set<Trace>();
  #links: object[] = [];

  constructor(limits: Partial<LinkerLimits> = {}) {
    this.#limits = { ...LINKER_LIMITS, ...limits };
  }

  get size() {
    return { spans: this.#nodes.size, traces: this.#traces.size, remembered: this.#remembered.size };
  }

  span(keys: SpanKeys, now: number): void {
    this.#makeRoom(now);
    const id = hex(keys.id);
    if (this.#nodes.get(id)?.keys) return;
    const node = this.#nodeOf(id, now);
    const trace = this.#traceOf(hex(keys.trace));
    trace.set.references++;
    trace.set.spans++;
    trace.start = Math.min(trace.start, keys.start);
    trace.strong ||= keys.source === 'application';
    node.keys = { ...keys, duration: Math.fround(keys.duration) };
    node.trace = trace;
    this.#changed.add(trace);
    this.#recall(trace, id);
    if (keys.halfKey) this.#addHalfKey(keys, now);
    if (keys.context && keys.source === 'kernel') this.#adopt(node, keys, now);
    if (isSet(keys.parent)) this.#offer(node, keys.parent, keys.method, keys.confidence, now);
    this.#join(node);
    for (const child of [...node.children].reverse()) this.#join(child);
    if (node.settled) this.#settle(node, now);
  }

  link({ child, parent, method, confidence }: LinkKeys, now: number): void {
    this.#makeRoom(now);
    const known = this.#remembered.get(hex(child));
    if (!this.#nodes.has(hex(child)) && known) {
      if (confidence >= this.#limits.minParent) this.#recall(known.trace, hex(parent));
      return;
    }
    this.#offer(this.#nodeOf(hex(child), now), parent, method, confidence, now);
  }

  advance(now: number) {
    const { grace, horizon, memory } = this.#limits;
    for (const node of this.#toSettle) {
      if (node.taken + grace > now) break;
      this.#settleNext(now);
      this.#makeRoom(now);
    }
    this.#settleHalfKeys(now);
    for (const node of this.#nodes.values()) {
      if (node.taken + horizon > now) break;
      this.#drop(node, now);
    }
    for (const [id, { added }] of this.#remembered) {
      if (added + memory > now) break;
      this.#forget(id);
    }
    const aliases: { trace: string; name: string }[] = [];
    const changed = new Set([...this.#changed].flatMap((trace) => trace.set.members));
    this.#changed.clear();
    for (const trace of changed) {
      if (this.#traces.get(trace.id) !== trace) continue;
      const name = this.#nameOf(trace);
      if (trace.published !== name && trace.id !== name) aliases.push({ trace: trace.id, name });
      trace.published = name;
    }
    const links = this.#links;
    this.#links = [];
    return { aliases, links };
  }

  find(span: SpanWords): { trace: string; parent: string } | null {
    const node = this.#nodes.get(hex(span));
    if (!node?.trace) return null;
    return { trace: this.#nameOf(node.trace), parent: node.joined ? node.parent!.id : '' };
  }

  #offer(child: Node, words: SpanWords, method: LinkMethod, confidence: number, now: number): void {
    if (hex(words) === child.id || confidence < this.#limits.minParent) return;
    const waits = child.parent && child.method === 'context' && !child.settled && child.keys?.role === 'client';
    if (!waits) this.#offerNow(child, hex(words), method, confidence, now);
    else if (!child.guess || child.guess.confidence < confidence) child.guess = { parent: words, method, confidence };
  }

  #offerNow(child: Node, id: string, method: LinkMethod, confidence: number, now: number): void {
    const current = child.parent;
    if (current?.id === id) {
      if (confidence > child.confidence && !child.joined) this.#place(child, current, method, confidence);
      return;
    }
    if (current) {
      const open = !child.settled && !child.joined;
      const unseenContext = child.method === 'context' && !current.keys;
      if (!(open && exact(confidence) > child.confidence) && !(unseenContext && !open)) return;
    }
    if (!this.#nodes.has(id) && child.trace && this.#recall(child.trace, id)) return;
    this.#place(child, this.#nodeOf(id, now), method, confidence);
  }

  #adopt(node: Node, keys: SpanKeys, now: number): void {
    const context = keys.context!;
    if (!isSet(context.span) || !isSet(context.trace)) return;
    const named = this.#nodeOf(hex(context.span), now);
    const trace = this.#traceOf(hex(context.trace));
    const age = (keys.start - trace.start) / 1000;
    trace.set.references++;
    const adopted =
      named.children.size < this.#limits.maxAdoptions &&
      age <= this.#limits.maxAdoptionAge &&
      this.#unite(node.trace!, trace);
    if (adopted) {
      trace.strong = true;
      trace.start = Math.min(trace.start, keys.start);
      this.#changed.add(trace);
    }
    this.#release(trace);
    if (!adopted) return;
    const request = keys.role === 'server' && isSet(keys.parent) ? this.#nodeOf(hex(keys.parent), now) : node;
    if (request !== named && !request.parent) this.#place(request, named, 'context', 1);
  }

  #place(child: Node, parent: Node, method: LinkMethod, confidence: number): void {
    this.#detach(child);
    parent.children.add(child);
    Object.assign(child, { parent, method, confidence: exact(confidence) });
    this.#join(child);
  }

  #detach(child: Node): void {
    child.parent?.children.delete(child);
    child.parent = null;
    child.joined = false;
  }

  #join(child: Node): void {
    const { parent } = child;
    if (!parent || child.joined || !child.keys || !parent.keys || (child.confidence < 1 && !child.settled)) return;
    if (!this.#fits(child, parent)) {
      this.#detach(child);
      return;
    }
    child.joined = true;
    for (let each = child; each.joined; each = each.parent!) {
      each.parent!.height = Math.max(each.parent!.height, each.height + 1);
    }
    if (child.method === 'sequence' || child.method === 'application') return;
    const { method, confidence } = child;
    this.#links.push({ trace: child.trace!.id, span: child.id, parent: parent.id, method, confidence });
  }

  #fits(child: Node, parent: Node): boolean {
    const a = parent.keys!;
    const b = child.keys!;
    const bound = this.#bound(parent, child);
    if (a.start > b.start + bound) return false;
    if (child.confidence < 1 && (b.start < a.start - bound || b.start > a.start + a.duration + bound)) return false;
    const above: Node[] = [parent];
    while (above[0].joined) above.unshift(above[0].parent!);
    if (above.includes(child) || above.length + child.height > this.#limits.maxDepth) return false;
    return this.#unite(child.trace!, parent.trace!);
  }

  #bound({ keys: a }: Node, { keys: b }: Node): number {
    const oneClock = a!.host === b!.host && a!.source === 'kernel' && b!.source === 'kernel';
    return 1000 * (oneClock ? this.#limits.localBound : this.#limits.clockBound);
  }

  #settleNext(now: number): void {
    const node = this.#toSettle.values().next().value!;
    this.#toSettle.delete(node);
    node.settled = true;
    if (node.keys) this.#settle(node, now);
  }

  #settle(node: Node, now: number): void {
    const { guess } = node;
    node.guess = null;
    if (guess && !node.parent?.keys) {
      this.#offerNow(node, hex(guess.parent), guess.method, guess.confidence, now);
    }
    this.#join(node);
  }

  #addHalfKey({ id, role, halfKey }: SpanKeys, now: number): void {
    const [high, low] = halfKey!;
    const key = `${role} ${hex([high, (low & ~1) >>> 0])}`;
    const known = this.#halfKeys.get(key);
    if (known) {
      known.shared = true;
      return;
    }
    if (this.#halfKeys.size === this.#limits.maxHalfKeys) {
      const oldest = this.#halfKeys.keys().next().value!;
      this.#halfKeys.delete(oldest);
      this.#openHalfKeys.delete(oldest);
    }
    this.#halfKeys.set(key, { id: hex(id), added: now, shared: false });
    this.#openHalfKeys.add(key);
  }

  #settleHalfKeys(now: number): void {
    const isOver = ({ added }: HalfKey) => added + this.#limits.grace <= now;
    for (const key of this.#openHalfKeys) {
      const entry = this.#halfKeys.get(key)!;
      if (!isOver(entry)) break;
      this.#openHalfKeys.delete(key);
      const [end, half] = key.split(' ');
      const other = this.#halfKeys.get(`${end === 'client' ? 'server' : 'client'} ${half}`);
      if (!other || !isOver(other) || entry.shared || other.shared) continue;
      const ids = end === 'client' ? [entry.id, other.id] : [other.id, entry.id];
      const [client, server] = ids.map((id) => this.#nodes.get(id));
      if (!client || !server || client.children.size > 0) continue;
      if (!server.parent || server.parent.keys || server.method !== 'sequence') continue;
      const after = server.keys!.start - client.keys!.start;
      const bound = this.#bound(client, server);
      if (Math.abs(after) > 2_000_000 || after < -bound || after > client.keys!.duration + bound) continue;
      if (server.keys!.duration > client.keys!.duration + 1000 * this.#limits.localBound) continue;
      this.#place(server, client, 'client-sequence', 0.99);
    }
    for (const [key, { added }] of this.#halfKeys) {
      if (this.#openHalfKeys.has(key) || added + this.#limits.halfKeyMemory > now) break;
      this.#halfKeys.delete(key);
    }
  }

  #makeRoom(now: number): void {
    while (this.#nodes.size + 5 > this.#limits.maxSpans) this.#drop(this.#oldest(), now);
    while (this.#limits.maxTraces - this.#traces.size < 2) {
      if (this.#remembered.size > 0) this.#forgetOldest();
      else this.#drop(this.#oldest(), now);
    }
  }

  #drop(node: Node, now: number): void {
    if (this.#toSettle.has(node)) this.#settleNext(now);
    const { keys, trace, parent } = node;
    if (keys && parent && !parent.keys) this.#remember(parent.id, trace!, now);
    for (const child of [...node.children].reverse()) {
      if (!keys && child.keys) this.#remember(node.id, child.trace!, now);
      this.#detach(child);
    }
    this.#detach(node);
    if (keys) {
      this.#remember(node.id, trace!, now);
      this.#release(trace!);
    }
    this.#nodes.delete(node.id);
  }

  #remember(id: string, trace: Trace, now: number): void {
    if (this.#remembered.has(id)) return;
    if (this.#remembered.size === this.#limits.maxRemembered) this.#forgetOldest();
    this.#remembered.set(id, { trace, added: Math.floor(now / 1000) * 1000 });
    trace.set.references++;
  }

  #recall(trace: Trace, id: string): boolean {
    const known = this.#remembered.get(id);
    if (known) this.#unite(trace, known.trace);
    return known !== undefined;
  }

  #forgetOldest(): void {
    for (const id of this.#remembered.keys()) {
      this.#forget(id);
      return;
    }
  }

  #forget(id: string): void {
    const { trace } = this.#remembered.get(id)!;
    this.#remembered.delete(id);
    this.#release(trace);
  }

  #oldest(): Node {
    return this.#nodes.values().next().value!;
  }

  #nodeOf(id: string, now: number): Node {
    let node = this.#nodes.get(id);
    if (node === undefined) {
      const empty = { keys: null, trace: null, settled: false, joined: false, parent: null, guess: null };
      node = { id, taken: now, ...empty, method: 'sequence', confidence: 0, children: new Set(), height: 0 };
      this.#nodes.set(id, node);
      this.#toSettle.add(node);
    }
    return node;
  }

  #traceOf(id: string): Trace {
    let trace = this.#traces.get(id);
    if (trace === undefined) {
      const set: TraceSet = { members: [], spans: 0, references: 0 };
      trace = { id, start: Number.POSITIVE_INFINITY, strong: false, set, published: id };
      set.members.push(trace);
      this.#traces.set(id, trace);
    }
    return trace;
  }

  #unite(a: Trace, b: Trace): boolean {
    if (a.set === b.set) return true;
    if (a.set.spans + b.set.spans > this.#limits.maxTraceSpans) return false;
    const from = b.set;
    this.#changed.add(a);
    a.set.spans += from.spans;
    a.set.references += from.references;
    a.set.members.push(...from.members);
    for (const member of from.members) member.set = a.set;
    return true;
  }

  #release({ set }: Trace): void {
    if (--set.references === 0) for (const member of set.members) this.#traces.delete(member.id);
  }

  #nameOf({ set }: Trace): string {
    const better = (a: Trace, b: Trace) => {
      if (a.strong !== b.strong) return a.strong ? a : b;
      if (a.start !== b.start) return a.start < b.start ? a : b;
      return a.id < b.id ? a : b;
    };
    return set.members.reduce(better).id;
  }
}
