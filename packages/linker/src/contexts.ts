import type { LinkerCounts } from './counts.ts';
import type { Forest } from './forest.ts';
import { NONE } from './key-index.ts';
import { FLAG } from './span-table.ts';

/** Spans under one parent past which they are not matched with each other. */
const MAX_SIBLINGS = 64;

/** How far an application's clock and the kernel's on one host may be apart, in microseconds. */
const SLACK = 100_000;

/**
 * Where a trace context passed through requests, puts the spans of kernel and application in one order. All requests
 * that carried the context of span C hang under C, whether C was seen or not:
 *
 * - a server span of an application that names C as its parent belongs under the server's kernel span of the request;
 * - a request sent on with the context it was received with belongs under the request received.
 *
 * Each only where exactly one candidate runs at that time.
 */
export class Contexts {
  readonly #forest: Forest;
  readonly #counts: LinkerCounts;

  constructor(forest: Forest, counts: LinkerCounts) {
    this.#forest = forest;
    this.#counts = counts;
  }

  /** Called when the grace of a span that is present is over. */
  settle(slot: number): void {
    const { spans } = this.#forest;
    const parent = spans.parent[slot];
    if (parent === NONE) return;
    const isKernel = spans.has(slot, FLAG.kernel);
    if (isKernel && spans.has(slot, FLAG.server)) this.#settleServer(slot, parent);
    else if (spans.has(slot, isKernel ? FLAG.client : FLAG.server)) this.#match(slot, parent);
  }

  #settleServer(server: number, request: number): void {
    const { spans } = this.#forest;
    const named = spans.methodOf(server) === 'context' ? request : spans.parent[request];
    if (named === NONE || (named !== request && spans.methodOf(request) !== 'context')) return;
    if (spans.children[named] > MAX_SIBLINGS) {
      this.#counts.crowded++;
      return;
    }
    for (let each = spans.firstChild[named]; each !== NONE; ) {
      const next = spans.nextSibling[each];
      if (each !== request && spans.has(each, FLAG.settled)) this.#match(each, named);
      each = next;
    }
  }

  /** Puts an application's server span, or a request sent on, under the one kernel server span it can belong to. */
  #match(slot: number, named: number): void {
    const { spans } = this.#forest;
    const isKernel = spans.has(slot, FLAG.kernel);
    if (!spans.has(slot, FLAG.present) || !spans.has(slot, isKernel ? FLAG.client : FLAG.server)) return;
    if (isKernel && (spans.has(named, FLAG.present) || spans.methodOf(slot) !== 'context')) return;
    if (spans.children[named] > MAX_SIBLINGS) {
      this.#counts.crowded++;
      return;
    }
    const server = this.#onlyServer(slot, named, isKernel);
    if (server !== NONE) this.#forest.place(slot, server, isKernel ? 'header' : 'context', 1);
  }

  #onlyServer(slot: number, named: number, isKernel: boolean): number {
    const { spans } = this.#forest;
    let only = NONE;
    const consider = (server: number) => {
      if (!spans.has(server, FLAG.present) || !spans.has(server, FLAG.kernel) || !spans.has(server, FLAG.server))
        return true;
      if (isKernel ? spans.instance[server] !== spans.instance[slot] : false) return true;
      if (!this.#covers(server, slot)) return true;
      if (only !== NONE) return false;
      only = server;
      return true;
    };
    for (let each = spans.firstChild[named]; each !== NONE; each = spans.nextSibling[each]) {
      if (each === slot) continue;
      if (!consider(each)) return NONE;
      if (spans.methodOf(each) !== 'context') continue;
      for (let server = spans.firstChild[each]; server !== NONE; server = spans.nextSibling[server]) {
        if (!consider(server)) return NONE;
      }
    }
    return only;
  }

  #covers(server: number, slot: number): boolean {
    const { start, duration } = this.#forest.spans;
    const end = start[server] + duration[server];
    return start[slot] >= start[server] - SLACK && start[slot] <= end + SLACK;
  }
}
