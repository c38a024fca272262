import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { inflateSync } from 'node:zlib';

/** A section, as far as it is needed (System V ABI, "Section Header"). */
interface Section {
  readonly flags: number;
  readonly address: number;
  readonly offset: number;
  readonly size: number;
}

const HEADER = 64;
const SECTION_HEADER = 64;
const PROGRAM_HEADER = 56;
const MAX_SECTIONS = 512;
const SYMBOL = 24;
const MAX_SYMBOLS = 1 << 26;
const SHF_COMPRESSED = 0x800;
/** Elf64_Chdr, and its type for zlib. */
const COMPRESSION_HEADER = 24;
const ZLIB = 1;
const PT_LOAD = 1;
const ET_DYN = 3;

/** An ELF file of 64 bits, little-endian, read piece by piece. Offsets and addresses are safe integers. */
export class Elf implements Disposable {
  /** Whether it is loaded wherever there is room. */
  readonly relocates: boolean;
  /** Address of the file's first byte. */
  readonly firstAddress: number;
  /** Tells files apart that are another file under the same name. */
  readonly identity: string;
  readonly #file: number;
  readonly #sections = new Map<string, Section>();
  readonly #segments: { offset: number; address: number; size: number }[] = [];

  /** The file, or null where it cannot be read or is of another kind. */
  static open(path: string): Elf | null {
    let file: number;
    try {
      file = openSync(path, 'r');
    } catch {
      return null;
    }
    try {
      return new Elf(file);
    } catch {
      closeSync(file); // no ELF, or a damaged one
      return null;
    }
  }

  private constructor(file: number) {
    this.#file = file;
    const { dev, ino, size, mtimeMs } = fstatSync(file);
    this.identity = `${dev}:${ino}:${size}:${mtimeMs}`;
    const header = this.#read(0, HEADER);
    if (header.getUint32(0) !== 0x7f454c46 || header.getUint16(4) !== 0x0201) throw new Error('no ELF of 64 bits');
    this.relocates = header.getUint16(16, true) === ET_DYN;
    this.#readSegments(Number(header.getBigUint64(32, true)), header.getUint16(56, true));
    this.firstAddress = this.#segments.find(({ offset }) => offset === 0)?.address ?? 0;
    this.#readSections(Number(header.getBigUint64(40, true)), header.getUint16(60, true), header.getUint16(62, true));
  }

  /** The contents of a section, inflated where they are compressed; null where there are none, or more than `most` bytes. */
  section(name: string, most: number): DataView | null {
    const section = this.#sections.get(name);
    if (section === undefined || section.size > most) return null;
    try {
      const bytes = this.#read(section.offset, section.size);
      if ((section.flags & SHF_COMPRESSED) === 0) return bytes;
      const size = Number(bytes.getBigUint64(8, true));
      if (bytes.getUint32(0, true) !== ZLIB || size > most) return null;
      const packed = new Uint8Array(bytes.buffer, COMPRESSION_HEADER);
      const { buffer, byteOffset, byteLength } = inflateSync(packed, { maxOutputLength: size + 1 });
      return new DataView(buffer, byteOffset, byteLength);
    } catch {
      return null; // cut short
    }
  }

  /** Address of a symbol, or 0 where there is none: stripped programs have no table of them. */
  symbol(name: string): number {
    const symbols = this.section('.symtab', MAX_SYMBOLS);
    const names = this.section('.strtab', MAX_SYMBOLS);
    if (symbols === null || names === null) return 0;
    const wanted = Buffer.from(names.buffer, names.byteOffset, names.byteLength).indexOf(`\0${name}\0`) + 1;
    if (wanted === 0) return 0;
    for (let at = 0; at + SYMBOL <= symbols.byteLength; at += SYMBOL) {
      if (symbols.getUint32(at, true) === wanted) return Number(symbols.getBigUint64(at + 8, true));
    }
    return 0;
  }

  /** Where a section lies in memory, or -1. */
  addressOf(name: string): number {
    return this.#sections.get(name)?.address ?? -1;
  }

  /** Where in the file what lies at an address is, or -1. */
  offsetAt(address: number): number {
    const segment = this.#segments.find((one) => address >= one.address && address < one.address + one.size);
    return segment === undefined ? -1 : segment.offset + (address - segment.address);
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
  }

  #read(offset: number, length: number): DataView {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length; ) {
      const read = readSync(this.#file, bytes, at, length - at, offset + at);
      if (read === 0) throw new Error('the file ends early');
      at += read;
    }
    return new DataView(bytes.buffer);
  }

  #readSegments(offset: number, count: number): void {
    const headers = this.#read(offset, count * PROGRAM_HEADER);
    for (let at = 0; at < headers.byteLength; at += PROGRAM_HEADER) {
      if (headers.getUint32(at, true) !== PT_LOAD) continue;
      const [from, address, size] = [8, 16, 32].map((field) => Number(headers.getBigUint64(at + field, true)));
      this.#segments.push({ offset: from, address, size });
    }
  }

  #readSections(offset: number, count: number, names: number): void {
    if (count > MAX_SECTIONS || names >= count) throw new Error('too many sections');
    const headers = this.#read(offset, count * SECTION_HEADER);
    const word = (index: number, field: number) => Number(headers.getBigUint64(index * SECTION_HEADER + field, true));
    const texts = this.#read(word(names, 24), word(names, 32));
    for (let index = 0; index < count; index++) {
      const name = textAt(texts, headers.getUint32(index * SECTION_HEADER, true));
      const [flags, address, from, size] = [8, 16, 24, 32].map((field) => word(index, field));
      this.#sections.set(name, { flags, address, offset: from, size });
    }
  }
}

/** The text at `at`, up to a zero. */
export function textAt(bytes: DataView, at: number): string {
  let end = at;
  while (end < bytes.byteLength && bytes.getUint8(end) !== 0) end++;
  return Buffer.from(bytes.buffer, bytes.byteOffset + at, end - at).toString('latin1');
}
