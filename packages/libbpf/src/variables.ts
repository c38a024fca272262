import koffi from 'koffi';
import { native, type Pointer } from './native.ts';

/** Where a global variable of an object lies. */
export interface Variable {
  readonly section: string;
  /** Offset and size in bytes within the section. */
  readonly offset: number;
  readonly size: number;
}

const BTF_KIND_DATASEC = 15;
/** Bytes of struct btf_type and of struct btf_var_secinfo, linux/btf.h */
const BTF_TYPE = 12;
const BTF_VAR_SECINFO = 12;

/** The global variables of an opened object by name, from the BTF that the compiler wrote. */
export function readVariables(object: Pointer): ReadonlyMap<string, Variable> {
  const lib = native();
  const btf: Pointer | null = lib.bpf_object__btf(object);
  const variables = new Map<string, Variable>();
  if (btf === null) return variables;
  const nameAt = (offset: number): string => lib.btf__name_by_offset(btf, offset);
  for (let id = 1; id < lib.btf__type_cnt(btf); id++) {
    const type: Pointer = lib.btf__type_by_id(btf, id);
    const [name, info] = words(type, BTF_TYPE);
    if (((info! >>> 24) & 0x1f) !== BTF_KIND_DATASEC) continue;
    const section = nameAt(name!);
    for (let index = 0; index < (info! & 0xffff); index++) {
      const [variable, offset, size] = words(type + BigInt(BTF_TYPE + index * BTF_VAR_SECINFO), BTF_VAR_SECINFO);
      const [variableName] = words(lib.btf__type_by_id(btf, variable), BTF_TYPE);
      variables.set(nameAt(variableName!), { section, offset: offset!, size: size! });
    }
  }
  return variables;
}

/** A copy of the 32-bit words at a pointer. */
function words(pointer: Pointer, bytes: number): Uint32Array {
  return new Uint32Array(koffi.view(pointer, bytes).slice(0));
}
