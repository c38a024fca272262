import { BpfError } from '../errors.ts';
import { lastErrno, native, type Pointer } from '../native.ts';

/** enum BTF_KIND, linux/btf.h */
const BTF_KIND = { typedef: 8, func: 12 } as const;

/** The type information of the running kernel. */
export class KernelBtf implements Disposable {
  #pointer: Pointer | null;

  /** Reads and parses /sys/kernel/btf/vmlinux (or the kernel image). @throws BpfError SONDE_BPF_BTF_MISSING */
  constructor() {
    this.#pointer = native().btf__load_vmlinux_btf();
    if (this.#pointer === null) {
      throw new BpfError('SONDE_BPF_BTF_MISSING', '/sys/kernel/btf/vmlinux', { errno: lastErrno() });
    }
  }

  /** The id of a type, or undefined if this kernel has none of that name. */
  find(name: string, kind: number): number | undefined {
    const id: number = native().btf__find_by_name_kind(this.#pointer, name, kind);
    return id > 0 ? id : undefined;
  }

  /** The id by which a program of type `tp_btf` attaches to a tracepoint. */
  tracepoint(name: string): number | undefined {
    return this.find(`btf_trace_${name}`, BTF_KIND.typedef);
  }

  function(name: string): number | undefined {
    return this.find(name, BTF_KIND.func);
  }

  [Symbol.dispose](): void {
    native().btf__free(this.#pointer);
    this.#pointer = null;
  }
}
