import fs from 'node:fs';
import { BpfError, EAGAIN, EINTR } from './errors.ts';
import { native, type Pointer } from './native.ts';

/** A program attached to a hook. It ends with `destroy`, with the object, or with this process. */
export class BpfLink implements Disposable, AsyncDisposable {
  #pointer: Pointer | undefined;
  readonly #siblings: Set<BpfLink>;

  /** @internal use the attach functions of {@link BpfProgram}; `siblings` are the links of its object */
  constructor(pointer: Pointer, siblings: Set<BpfLink>) {
    this.#pointer = pointer;
    this.#siblings = siblings.add(this);
  }

  get fd(): number {
    if (this.#pointer === undefined) throw new BpfError('SONDE_BPF_CLOSED', 'link');
    return native().bpf_link__fd(this.#pointer);
  }

  /** Detaches the program. Calling it again does nothing. */
  destroy(): void {
    if (this.#pointer !== undefined) native().bpf_link__destroy(this.#pointer);
    this.#pointer = undefined;
    this.#siblings.delete(this);
  }

  /**
   * The same in a thread of its own: before a uprobe is out, the kernel waits until nobody can be in it (100 ms).
   */
  async [Symbol.asyncDispose](): Promise<void> {
    const pointer = this.#pointer;
    if (pointer === undefined) return;
    this.#pointer = undefined;
    this.#siblings.delete(this);
    await new Promise((resolve) => native().bpf_link__destroy.async(pointer, resolve));
  }

  [Symbol.dispose](): void {
    this.destroy();
  }
}

const CHUNK = 64 * 1024;

/** A program attached to an iterator: each run calls it once for each element, then once at the end. */
export class BpfIteratorLink extends BpfLink {
  readonly #chunk = new Uint8Array(CHUNK);

  /**
   * Runs over all elements and returns the bytes that the program wrote with bpf_seq_write, which go to `onChunk` as
   * they come (the buffer is used again) or nowhere.
   */
  run(onChunk?: (bytes: Uint8Array) => void): number {
    const fd: number = native().bpf_iter_create(this.fd);
    if (fd < 0) throw new BpfError('SONDE_BPF_ITERATOR', 'create', { errno: -fd });
    try {
      for (let total = 0; ; ) {
        const length = this.#read(fd);
        if (length === 0) return total;
        total += length;
        onChunk?.(this.#chunk.subarray(0, length));
      }
    } finally {
      native().close(fd);
    }
  }

  /** The kernel answers EAGAIN after a million elements without output, to let others run. */
  #read(fd: number): number {
    for (;;) {
      try {
        return fs.readSync(fd, this.#chunk);
      } catch (error) {
        const errno = -((error as NodeJS.ErrnoException).errno ?? 0);
        if (errno !== EAGAIN && errno !== EINTR) throw new BpfError('SONDE_BPF_ITERATOR', 'read', { errno });
      }
    }
  }
}
