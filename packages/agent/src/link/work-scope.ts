import type { EventView } from '../capture/event-view.ts';
import { EXCHANGE_EVENT as E, ScopeKind } from '../capture/generated/events.ts';

/**
 * What a thread worked on, as the kernel noted it: a request the process serves, or a call whose answer it had read, by
 * connection and offset. At a client's end: as it sent the request. At a server's end: as it sent the response.
 */
export class WorkScope {
  kind: number = ScopeKind.SCOPE_NONE;
  clientStart = 0;
  serverStart = 0;
  offset = 0;
  /** Only exchanges that began at this monotonic time or later are meant. */
  since = 0;

  /** Reads it from the exchange record at `at`. */
  read(view: EventView, at: number): this {
    this.kind = view.u32(at + E.scopeKind);
    this.clientStart = view.u32(at + E.scopeClientStart);
    this.serverStart = view.u32(at + E.scopeServerStart);
    this.offset = view.u64(at + E.scopeOffset);
    this.since = view.u64(at + E.requestFirst);
    return this;
  }
}

export const NO_SCOPE: Readonly<WorkScope> = new WorkScope();
