import type { Call } from './call.ts';
import { CallList } from './call-list.ts';
import { CallTable } from './call-table.ts';
import { NO_ID } from './message.ts';

/** Requests that wait for a response on one connection; past it the oldest is handed over as it is. */
const MAX_WAITING = 4096;

/** The calls of a connection that are not settled: those with an id by it, the others in the order of their requests. */
export class WaitingCalls {
  readonly queue = new CallList();
  readonly byId = new CallTable();
  /** Requests were lost after `#beforeHole`: up to it responses are certain, after it they have no owner. */
  #hole = false;
  #beforeHole: Call | null = null;
  /** The only call that waited when bytes of the server were lost: answered, should the client ask on. */
  #unsure: Call | null = null;

  get size(): number {
    return this.queue.length + this.byId.list.length;
  }

  /** The oldest call of the larger kind where there are too many, else null. */
  get surplus(): Call | null {
    if (this.byId.list.length > MAX_WAITING) return this.byId.list.first;
    return this.queue.length > MAX_WAITING ? this.queue.first : null;
  }

  /** Any call, the oldest of its kind; null where none waits. */
  get any(): Call | null {
    return this.queue.first ?? this.byId.list.first;
  }

  remove(call: Call): void {
    this.queue.remove(call);
    this.byId.remove(call);
    if (this.#beforeHole === call) this.#beforeHole = null;
  }

  /** The call that a response belongs to: that of the id, else the oldest whose response has not ended. */
  find(id: number, reversed: boolean): Call | null {
    if (id !== NO_ID) return this.byId.get(id);
    if (this.#hole && !this.#beforeHole) return null;
    for (let call = this.queue.first; call; call = call.after) {
      if (call.reversed === reversed && !call.responseEnded) return call;
      if (this.#hole && call === this.#beforeHole) return null;
    }
    return null;
  }

  /** A response was found: nothing of the server is missing before it. */
  answered(): void {
    this.#unsure = null;
  }

  /** Requests may have been lost after those that wait in the queue. */
  requestsLost(): void {
    this.#hole = true;
    this.#beforeHole = this.queue.last;
  }

  /** Responses may have been lost: which of the queue they answered is not certain. */
  responsesLost(): void {
    const { first } = this.queue;
    for (let call = first; call; call = call.after) call.complete = false;
    if (this.queue.length === 1 && first && !first.responseStarted) this.#unsure = first;
  }

  /** Every request was answered: what was lost no longer matters. */
  allSettled(): void {
    this.#hole = false;
  }

  /**
   * A new request begins: the next call that this shows to be over although the end of its response was lost, or null. Called
   * until there is none; each has to be removed.
   */
  overtaken(): Call | null {
    if (this.#hole && this.#allAnswered()) this.#hole = false;
    const { first } = this.queue;
    const unsure = this.#unsure;
    if (first && !first.complete && first.responseStarted) return first;
    this.#unsure = null;
    return first && first === unsure ? first : null;
  }

  #allAnswered(): boolean {
    for (let call = this.queue.first; call; call = call.after) if (!call.responseStarted && call.complete) return false;
    return true;
  }
}
