/** Is told of observed processes. */
export interface ProcessWatcher {
  /** It listens, or has been called. */
  serves(pid: number): void;
  /** It has ended, runs another program from now on, or is a fork. */
  changed(pid: number): void;
}
