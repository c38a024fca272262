/** What became of the messages of Datadog agents since the server started. */
export class ImportCounts {
  stored = 0;
  repeated = 0;
  /** Messages of other kinds, taken and left aside. */
  ignored = 0;
  /** Messages refused, by error code. */
  readonly refused = new Map<string, number>();
  /** Parts of stored messages that could not be read, by reason. */
  readonly unread = new Map<string, number>();

  refuse(code: string): void {
    this.refused.set(code, (this.refused.get(code) ?? 0) + 1);
  }

  leaveOut(reason: string, items: number): void {
    if (this.unread.size >= 100 && !this.unread.has(reason)) return;
    this.unread.set(reason, (this.unread.get(reason) ?? 0) + items);
  }
}
