import type { Call } from './call.ts';

/** Calls in the order in which they were added; any of them is taken out in constant time. A call is in one list at most. */
export class CallList {
  first: Call | null = null;
  last: Call | null = null;
  length = 0;

  push(call: Call): void {
    call.list = this;
    call.before = this.last;
    call.after = null;
    if (this.last) this.last.after = call;
    else this.first = call;
    this.last = call;
    this.length++;
  }

  /** Takes the call out; without effect where it is not in this list. */
  remove(call: Call): void {
    if (call.list !== this) return;
    if (call.before) call.before.after = call.after;
    else this.first = call.after;
    if (call.after) call.after.before = call.before;
    else this.last = call.before;
    call.list = call.before = call.after = null;
    this.length--;
  }
}
