import type { CallList } from './call-list.ts';
import { type Message, NO_ID } from './message.ts';
import { EMPTY, type SymbolId } from './symbols.ts';
import { SAMPLED, type Sampled } from './trace-context.ts';

/**
 * One request with its response, while it happens and when it is handed over. Reused from a pool: a sink reads what it
 * needs and keeps no reference. Times are on the kernel's monotonic clock in nanoseconds.
 */
export class Call {
  protocol = 0;
  id = NO_ID;
  /** Requests that the TCP server sends (broker → subscriber). */
  reversed = false;
  oneway = false;
  operation: SymbolId = EMPTY;
  target: SymbolId = EMPTY;
  statement: SymbolId = EMPTY;
  raw: SymbolId = EMPTY;
  status: SymbolId = EMPTY;
  error: SymbolId = EMPTY;
  errorText: SymbolId = EMPTY;
  version: SymbolId = EMPTY;
  namespace: SymbolId = EMPTY;
  contextTrace: SymbolId = EMPTY;
  contextSpan: SymbolId = EMPTY;
  contextSampled: Sampled = SAMPLED.unknown;
  requestBytes = 0;
  responseBytes = 0;
  /** Stream offset of the request's first byte; exact up to 2^53. */
  requestOffset = 0;
  requestFirst = 0;
  requestLast = 0;
  responseFirst = 0;
  responseLast = 0;
  queueWait = 0;
  requestEnded = false;
  responseStarted = false;
  responseEnded = false;
  /** False where bytes that belong to it were not captured and could have changed what it says. */
  complete = true;
  /** Why there is no response: an index of `OUTCOMES` in the model's order. */
  outcome = 0;

  /** The list of waiting calls that it is in, with its neighbours there. */
  list: CallList | null = null;
  before: Call | null = null;
  after: Call | null = null;

  begin(protocol: number): this {
    this.protocol = protocol;
    this.id = NO_ID;
    this.reversed = false;
    this.oneway = false;
    this.operation = this.target = this.statement = this.raw = this.status = EMPTY;
    this.error = this.errorText = this.version = this.namespace = EMPTY;
    this.contextTrace = this.contextSpan = EMPTY;
    this.contextSampled = SAMPLED.unknown;
    this.requestBytes = this.responseBytes = 0;
    this.requestOffset = 0;
    this.requestFirst = this.requestLast = this.responseFirst = this.responseLast = 0;
    this.queueWait = 0;
    this.requestEnded = this.responseStarted = this.responseEnded = false;
    this.complete = true;
    this.outcome = 0;
    return this;
  }

  /** The same request, answered a second time as `id` of another protocol; its bytes count for the first. */
  again(protocol: number, id: number): Call {
    const call = new Call().begin(protocol);
    call.id = id;
    call.operation = this.operation;
    call.target = this.target;
    call.raw = this.raw;
    call.namespace = this.namespace;
    call.requestOffset = this.requestOffset;
    call.requestFirst = this.requestFirst;
    call.requestLast = this.requestLast;
    call.queueWait = this.queueWait;
    call.requestEnded = true;
    call.complete = this.complete;
    return call;
  }

  /** Takes over what a message says; unset fields of the message leave what is there. */
  merge(message: Message): void {
    if (message.protocol >= 0) this.protocol = message.protocol;
    if (message.operation) this.operation = message.operation;
    if (message.target) this.target = message.target;
    if (message.statement) this.statement = message.statement;
    if (message.raw) this.raw = message.raw;
    if (message.status) this.status = message.status;
    if (message.error) this.error = message.error;
    if (message.errorText) this.errorText = message.errorText;
    if (message.version) this.version = message.version;
    if (message.namespace) this.namespace = message.namespace;
    if (message.contextTrace) this.contextTrace = message.contextTrace;
    if (message.contextSpan) this.contextSpan = message.contextSpan;
    if (message.contextSampled) this.contextSampled = message.contextSampled;
  }
}

/** Takes finished calls. `connection` is whatever the owner of the conversation put there. */
export interface CallSink {
  call(call: Call, connection: number): void;
}
