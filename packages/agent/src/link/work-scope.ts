import type { EventView } from '../capture/event-view.ts';
import { EXCHANGE_EVENT, Role, ScopeKind, type SEGMENT_EVENT } from '../capture/generated/events.ts';

/**
 * What a thread worked on, as the kernel noted it: a request the process serves, or a call whose answer it had read, by
 * connection and offset. At a client's end: as it sent the request. At a server's end: as it sent the response.
 */
export class WorkScope {
  kind: number = ScopeKind.SCOPE_NONE;
  clientStart = 0;
  serverStart = 0;
  offset = 0;
  /** The task that sent it, by its id in a process; 0 where there is none. */
  task = 0;
  pid = 0;
  /** At a client's end: the thread that sent the request. At a server's end: the one that read it; 0 where that is not known. */
  thread = 0;
  /** Only exchanges that began at this monotonic time or later are meant. */
  since = 0;
  /** Where a record may hold requests of several tasks: the offset of the one whose task is known. */
  request = -1;

  /** Reads it from the record at `at`. */
  read(view: EventView, at: number, fields: typeof EXCHANGE_EVENT | typeof SEGMENT_EVENT): this {
    this.kind = view.u32(at + fields.scopeKind);
    this.clientStart = view.u32(at + fields.scopeClientStart);
    this.serverStart = view.u32(at + fields.scopeServerStart);
    this.offset = view.u64(at + fields.scopeOffset);
    this.task = view.u64(at + fields.task);
    this.pid = view.u32(at + fields.pid);
    const isAsker = fields === EXCHANGE_EVENT || view.u8(at + fields.role) === Role.ROLE_CLIENT;
    this.thread = isAsker ? view.u32(at + fields.tid) : 0;
    return this;
  }
}

export const NO_SCOPE: Readonly<WorkScope> = new WorkScope();
