import { BpfError, EINVAL, ENOENT, ENOSPC } from './errors.ts';
import type { BpfMap } from './map.ts';
import { native } from './native.ts';

/** Entries asked for at once; a hash bucket with more makes us ask for more. */
const BATCH = 1024;
const ENOTSUPP = 524;

/** Called for each entry; the buffers are used again for the next one. */
export type OnEntry = (key: Uint8Array, value: Uint8Array) => void;

/**
 * Hands over every entry of a map, with BPF_MAP_LOOKUP_BATCH where the kernel offers it for this type (two system calls
 * for a thousand entries instead of two thousand), else key by key. The map may change meanwhile, as with `keys`.
 */
export function forEachEntry(map: BpfMap, onEntry: OnEntry): void {
  const { fd, keySize, valueBytes } = map;
  /** The kernel's place in the map: a bucket number or a key. */
  const place = new Uint8Array(Math.max(keySize, 4));
  let first = true;
  let size = BATCH;
  let keys = new Uint8Array(size * keySize);
  let values = new Uint8Array(size * valueBytes);
  for (;;) {
    const count = Uint32Array.of(size);
    const from = first ? null : place.slice();
    const status: number = native().bpf_map_lookup_batch(fd, from, place, keys, values, count, null);
    if (first && (status === -ENOTSUPP || status === -EINVAL)) {
      forEachKey(map, onEntry);
      return;
    }
    if (status === -ENOSPC) {
      if (from !== null) place.set(from);
      size *= 2;
      keys = new Uint8Array(size * keySize);
      values = new Uint8Array(size * valueBytes);
      continue;
    }
    if (status < 0 && status !== -ENOENT) {
      throw new BpfError('SONDE_BPF_MAP', `batch lookup in ${map.name}`, { errno: -status });
    }
    first = false;
    for (let index = 0; index < count[0]!; index++) {
      onEntry(
        keys.subarray(index * keySize, (index + 1) * keySize),
        values.subarray(index * valueBytes, (index + 1) * valueBytes),
      );
    }
    if (status === -ENOENT) return;
  }
}

function forEachKey(map: BpfMap, onEntry: OnEntry): void {
  const value = new Uint8Array(map.valueBytes);
  for (const key of map.keys()) if (map.lookup(key, value)) onEntry(key, value);
}
