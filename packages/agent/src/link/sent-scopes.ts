import { NO_SCOPE, WorkScope } from './work-scope.ts';

const KEPT = 64;

/** What the threads of one end worked on as they sent its last pieces: a request is known when its answer has come. */
export class SentScopes {
  readonly #starts = new Float64Array(KEPT);
  readonly #ends = new Float64Array(KEPT);
  readonly #scopes: WorkScope[] = [];
  #next = 0;

  /** A piece of `length` bytes was sent at `offset` of the stream. Returns the scope to fill for it. */
  add(offset: number, length: number): WorkScope {
    const at = this.#next++ % KEPT;
    this.#starts[at] = offset;
    this.#ends[at] = offset + length;
    return (this.#scopes[at] ??= new WorkScope());
  }

  /** What was worked on when the byte at `offset` was sent. */
  at(offset: number): Readonly<WorkScope> {
    for (let i = 0; i < this.#scopes.length; i++) {
      if (this.#starts[i] <= offset && offset < this.#ends[i]) return this.#scopes[i];
    }
    return NO_SCOPE;
  }
}
