import { type BpfProgram, enableStats } from '@sonde/libbpf';
import { monotonic } from '../clock.ts';
import type { ProgramStats } from '../self/self-metrics.ts';

/** Every program run is timed for so long, once in each period, in milliseconds. */
const WINDOW = 100;
const PERIOD = 1000;

/**
 * How long the programs run in the kernel. Timing a run costs about as much as a small program itself, so it is done a
 * tenth of the time and the rest is taken to be alike.
 */
export class RunTimeSampler implements Disposable {
  readonly #programs: readonly BpfProgram[];
  /** Nanoseconds and runs since the start, each program's at its place. */
  readonly #runTime: Float64Array;
  readonly #runs: Float64Array;
  #before: { runTimeNs: bigint; runCount: bigint }[] = [];
  #timer: NodeJS.Timeout;
  #stats: Disposable | undefined;
  /** Monotonic nanoseconds: end of the window before, start of this one. */
  #lastEnd = monotonic();
  #start = 0;

  constructor(programs: readonly BpfProgram[]) {
    this.#programs = programs;
    this.#runTime = new Float64Array(programs.length);
    this.#runs = new Float64Array(programs.length);
    this.#timer = setTimeout(this.#open, WINDOW);
  }

  stats(): ProgramStats[] {
    return this.#programs.map(({ name }, i) => ({ program: name, runTime: this.#runTime[i], runs: this.#runs[i] }));
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    if (this.#stats !== undefined) this.#close();
    clearTimeout(this.#timer);
  }

  readonly #open = (): void => {
    this.#stats = enableStats();
    this.#start = monotonic();
    this.#before = this.#programs.map((program) => program.stats());
    this.#timer = setTimeout(this.#close, WINDOW);
  };

  readonly #close = (): void => {
    const end = monotonic();
    const scale = (end - this.#lastEnd) / (end - this.#start);
    for (const [i, program] of this.#programs.entries()) {
      const { runTimeNs, runCount } = program.stats();
      this.#runTime[i] += Number(runTimeNs - this.#before[i].runTimeNs) * scale;
      this.#runs[i] += Math.round(Number(runCount - this.#before[i].runCount) * scale);
    }
    this.#stats?.[Symbol.dispose]();
    this.#stats = undefined;
    this.#lastEnd = end;
    this.#timer = setTimeout(this.#open, PERIOD - WINDOW);
  };
}
