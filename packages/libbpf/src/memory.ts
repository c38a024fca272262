import koffi from 'koffi';
import { BpfError } from './errors.ts';
import { lastErrno, native, type Pointer } from './native.ts';

const PROT_READ = 1;
const PROT_WRITE = 2;
const MAP_SHARED = 0x01;
const MAP_PRIVATE = 0x02;
const MAP_ANONYMOUS = 0x20;
const MAP_NORESERVE = 0x4000;
const MAP_FAILED = 0xffffffffffffffffn;

/** A stretch of mapped memory and the one buffer over it. */
export interface Mapping extends Disposable {
  readonly pointer: Pointer;
  readonly buffer: ArrayBuffer;
  /** Detaches the buffer, so that no view of it can reach the memory any more, then unmaps. */
  unmap(): void;
}

export const pageSize = (): number => native().getpagesize();

export const roundUp = (value: number, unit: number): number => Math.ceil(value / unit) * unit;

/** Maps `length` bytes of a BPF map's file descriptor, shared with the kernel. */
export function mapFile(fd: number, offset: number, length: number, access: 'read' | 'write'): Mapping {
  const protection = access === 'write' ? PROT_READ | PROT_WRITE : PROT_READ;
  return map(length, protection, MAP_SHARED, fd, offset);
}

/** Maps zeroed memory that takes up room only where it is written. */
export function mapAnonymous(length: number): Mapping {
  return map(length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
}

function map(length: number, protection: number, flags: number, fd: number, offset: number): Mapping {
  const pointer: Pointer = native().mmap(null, length, protection, flags, fd, offset);
  if (pointer === MAP_FAILED) throw new BpfError('SONDE_BPF_MMAP', `${length} bytes`, { errno: lastErrno() });
  const buffer = koffi.view(pointer, length);
  const unmap = () => {
    if (buffer.detached) return;
    detach(buffer);
    native().munmap(pointer, length);
  };
  return { pointer, buffer, unmap, [Symbol.dispose]: unmap };
}

/** Makes every view of the buffer empty; the memory itself is left alone. */
export function detach(buffer: ArrayBuffer): void {
  if (!buffer.detached) buffer.transfer(0);
}
