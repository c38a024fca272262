/**
 * Resolves at SIGINT, SIGTERM or SIGHUP, or when the process that started this one with a channel is gone.
 * A second SIGINT ends the process at once.
 */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.off(signal, stop);
      process.off('SIGINT', stop);
      process.once('SIGINT', () => process.exit(130));
      resolve();
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, stop);
    if (process.channel) process.once('disconnect', stop);
  });
}

/** Runs what has to be undone in the opposite order; one that fails does not keep the others from running. */
export class Cleanup {
  readonly #steps: (() => Promise<void> | void)[] = [];

  add(step: () => Promise<void> | void): void {
    this.#steps.push(step);
  }

  async run(): Promise<void> {
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) {
      try {
        await step();
      } catch (error) {
        process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
      }
    }
  }
}
