import { forEachEntry, type OnEntry } from './batch.ts';
import { BpfError, EEXIST, ENOENT } from './errors.ts';
import { type Mapping, mapFile, pageSize, roundUp } from './memory.ts';
import { native, type Pointer } from './native.ts';

/** BPF_ANY, BPF_NOEXIST and BPF_EXIST, see bpf(2). */
export const UPDATE = { any: 0, noExist: 1, exist: 2 } as const;

const BPF_F_RDONLY_PROG = 1 << 7;
const BPF_F_MMAPABLE = 1 << 10;
/** PERCPU_HASH, PERCPU_ARRAY, LRU_PERCPU_HASH, PERCPU_CGROUP_STORAGE */
const PER_CPU_TYPES = new Set([5, 6, 10, 21]);

/** Gives the handle of a map as long as its object is open. */
export type Handle = () => Pointer;

/** A map of a BPF object: first its declaration, which may be changed, and after `load` the kernel's map. */
export class BpfMap {
  readonly name: string;
  readonly #handle: Handle;
  /** What every operation needs of a loaded map, asked for once. */
  #loaded: { readonly fd: number; readonly keySize: number; readonly valueBytes: number } | undefined;
  #mapping: Mapping | undefined;

  /** @internal use {@link BpfObject.map} */
  constructor(handle: Handle) {
    this.#handle = handle;
    this.name = native().bpf_map__name(handle());
  }

  /** enum bpf_map_type */
  get type(): number {
    return native().bpf_map__type(this.#handle());
  }

  get flags(): number {
    return native().bpf_map__map_flags(this.#handle());
  }

  get keySize(): number {
    return native().bpf_map__key_size(this.#handle());
  }

  /** Bytes of one value as declared; see {@link valueBytes} for what a lookup fills. */
  get valueSize(): number {
    return native().bpf_map__value_size(this.#handle());
  }

  get maxEntries(): number {
    return native().bpf_map__max_entries(this.#handle());
  }

  /** Bytes that `lookup` writes: for a per-CPU map one value, rounded up to 8 bytes, for each possible CPU. */
  get valueBytes(): number {
    if (!PER_CPU_TYPES.has(this.type)) return this.valueSize;
    return roundUp(this.valueSize, 8) * native().libbpf_num_possible_cpus();
  }

  /** Whether programs may only read it: `.rodata`, frozen by `load`. */
  get readOnly(): boolean {
    return (this.flags & BPF_F_RDONLY_PROG) !== 0;
  }

  /** The file descriptor. @throws BpfError SONDE_BPF_ARGUMENT before `load` */
  get fd(): number {
    const fd: number = native().bpf_map__fd(this.#handle());
    if (fd < 0) throw new BpfError('SONDE_BPF_ARGUMENT', `map ${this.name} is not loaded yet`);
    return fd;
  }

  /** Before `load` only. A ring buffer is rounded up to a power of two of at least one page. */
  setMaxEntries(count: number): void {
    this.#declare('max_entries', count, native().bpf_map__set_max_entries(this.#handle(), count));
  }

  /** Before `load` only. */
  setValueSize(bytes: number): void {
    this.#declare('value_size', bytes, native().bpf_map__set_value_size(this.#handle(), bytes));
  }

  /** Before `load` only: a map that is not created saves its memory; no loaded program may use it. */
  setAutocreate(create: boolean): void {
    this.#declare('autocreate', create, native().bpf_map__set_autocreate(this.#handle(), create));
  }

  /** Copies the value of `key` into `value`; false if there is none. */
  lookup(key: Uint8Array, value: Uint8Array): boolean {
    const fd = this.#check(key, value);
    return this.#found('lookup', native().bpf_map_lookup_elem(fd, key, value));
  }

  /** Like `lookup`, and removes the entry in the same step. */
  take(key: Uint8Array, value: Uint8Array): boolean {
    const fd = this.#check(key, value);
    return this.#found('lookup and delete', native().bpf_map_lookup_and_delete_elem(fd, key, value));
  }

  /**
   * Writes a value. With `UPDATE.noExist` or `UPDATE.exist` the answer is whether the condition held.
   * @throws BpfError SONDE_BPF_MAP if the map is full or refuses the write
   */
  update(key: Uint8Array, value: Uint8Array, flags: number = UPDATE.any): boolean {
    const fd = this.#check(key, value);
    const status: number = native().bpf_map_update_elem(fd, key, value, flags);
    if (status === -EEXIST && flags === UPDATE.noExist) return false;
    return this.#found('update', status);
  }

  /** Removes an entry; false if there was none. */
  delete(key: Uint8Array): boolean {
    const fd = this.#check(key);
    return this.#found('delete', native().bpf_map_delete_elem(fd, key));
  }

  /**
   * The keys, each in a buffer of its own. Deleting the key just given is safe. Entries that others add or remove
   * meanwhile may be missed or seen twice; there are never more than `maxEntries` keys, so it ends.
   */
  *keys(): Generator<Uint8Array, void, undefined> {
    const { fd, keySize, maxEntries } = this;
    let current: Uint8Array | null = null;
    for (let count = 0; count <= maxEntries; count++) {
      const next = new Uint8Array(keySize);
      const more = this.#found('next key', native().bpf_map_get_next_key(fd, current, next));
      if (current !== null) yield current;
      if (!more) return;
      current = next;
    }
  }

  /** Hands over every entry; see {@link forEachEntry}. */
  forEach(onEntry: OnEntry): void {
    forEachEntry(this, onEntry);
  }

  /**
   * Shares the values of an array with BPF_F_MMAPABLE, or the bytes of a `.data` or `.bss` section, with the kernel.
   * The view is live in both directions and becomes empty when the object is closed.
   */
  mmap(): Uint8Array<ArrayBuffer> {
    if ((this.flags & BPF_F_MMAPABLE) === 0 || this.readOnly) {
      throw new BpfError('SONDE_BPF_MMAP', `${this.name} is not declared BPF_F_MMAPABLE, or is read-only`);
    }
    const length = roundUp(this.valueSize, 8) * this.maxEntries;
    this.#mapping ??= mapFile(this.fd, 0, roundUp(length, pageSize()), 'write');
    return new Uint8Array(this.#mapping.buffer, 0, this.maxEntries === 1 ? this.valueSize : length);
  }

  /** @internal for {@link BpfObject} */
  release(): void {
    this.#mapping?.unmap();
    this.#mapping = undefined;
    this.#loaded = undefined;
  }

  /** The kernel trusts these lengths: a buffer that is too short would be overrun. */
  #check(key: Uint8Array, value?: Uint8Array): number {
    this.#loaded ??= { fd: this.fd, keySize: this.keySize, valueBytes: this.valueBytes };
    const { fd, keySize, valueBytes } = this.#loaded;
    if (key.byteLength !== keySize) this.#refuse('key', keySize, key.byteLength);
    if (value !== undefined && value.byteLength !== valueBytes) this.#refuse('value', valueBytes, value.byteLength);
    return fd;
  }

  #refuse(what: string, expected: number, given: number): never {
    throw new BpfError('SONDE_BPF_ARGUMENT', `a ${what} of map ${this.name} has ${expected} bytes, not ${given}`);
  }

  #found(operation: string, status: number): boolean {
    if (status >= 0) return true;
    if (status === -ENOENT) return false;
    throw new BpfError('SONDE_BPF_MAP', `${operation} in ${this.name}`, { errno: -status });
  }

  #declare(property: string, value: number | boolean, status: number): void {
    if (status >= 0) return;
    throw new BpfError('SONDE_BPF_ARGUMENT', `${property} of map ${this.name} to ${value}`, { errno: -status });
  }
}
