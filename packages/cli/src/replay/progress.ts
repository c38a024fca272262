import type { ReplayProgress } from '@sonde/agent/replay';

const FIRST_AFTER_MS = 500;
const EVERY_MS = 100;
const BAR = 30;

/** A progress bar on a terminal, shown only where reading takes long. Other lines go out after `clear`. */
export class ProgressBar {
  readonly #stream: NodeJS.WriteStream;
  readonly #started = Date.now();
  #next: number;
  #shown = false;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    this.#next = this.#started + FIRST_AFTER_MS;
  }

  update(progress: ReplayProgress): void {
    const now = Date.now();
    if (!this.#stream.isTTY || now < this.#next) return;
    this.#next = now + EVERY_MS;
    this.#shown = true;
    this.#stream.write(`\r\x1b[K${progressText(progress, now - this.#started)}`);
  }

  clear(): void {
    if (this.#shown) this.#stream.write('\r\x1b[K');
    this.#shown = false;
  }
}

export function progressText({ file, position, size }: ReplayProgress, elapsedMs: number): string {
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;
  const rate = elapsedMs > 0 ? `${(position / 1e3 / elapsedMs).toFixed(0)} MB/s` : '';
  if (size === null || size === 0) return `${file}  ${megabytes(position)}  ${rate}`;
  const share = Math.min(1, position / size);
  const full = Math.round(share * BAR);
  const bar = '█'.repeat(full) + '░'.repeat(BAR - full);
  return `${file}  ${bar} ${(share * 100).toFixed(0).padStart(3)} %  ${megabytes(position)} of ${megabytes(size)}  ${rate}`;
}
