/** Is told of observed processes. */
export interface ProcessWatcher {
  /** It runs the program it is to run, but may not be ready yet. */
  started(pid: number): void;
  /** It has a connection. */
  connected(pid: number): void;
  forked(pid: number, parent: number): void;
  /** It has ended, or runs another program from now on. */
  ended(pid: number): void;
}
