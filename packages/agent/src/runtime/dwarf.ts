import { type Elf, textAt } from './elf.ts';

/** Bytes of debugging information that are read, inflated: more would hold up the agent. */
const MAX_INFO = 1 << 25;
const MAX_ABBREVIATIONS = 1 << 20;
const [STRUCTURE, MEMBER] = [0x13, 0x0d];
const [NAME, LOCATION] = [0x03, 0x38];
const PLUS_CONSTANT = 0x23;

interface Abbreviation {
  readonly tag: number;
  readonly children: boolean;
  /** Attribute and form in turn. */
  readonly attributes: readonly number[];
}

/**
 * Offsets of members of structures by `structure.member`, from the debugging information of a program (DWARF 4 and 5, §7.5),
 * or null where not all of them are there. The first structure of a name counts.
 */
export function structureOffsets(elf: Elf, wanted: readonly string[]): Map<string, number> | null {
  const info = elf.section('.debug_info', MAX_INFO);
  const abbreviations = elf.section('.debug_abbrev', MAX_ABBREVIATIONS);
  if (info === null || abbreviations === null) return null;
  try {
    return new DwarfReader(info, abbreviations, wanted).read();
  } catch (error) {
    if (error instanceof RangeError) return null; // cut short, or in a form that is not known
    throw error;
  }
}

class DwarfReader {
  readonly #info: DataView;
  readonly #abbreviations: DataView;
  readonly #wanted: ReadonlySet<string>;
  readonly #structures: ReadonlySet<string>;
  readonly #found = new Map<string, number>();
  readonly #tables = new Map<number, Map<number, Abbreviation>>();
  #at = 0;
  #name = '';
  #value = -1;

  constructor(info: DataView, abbreviations: DataView, wanted: readonly string[]) {
    this.#info = info;
    this.#abbreviations = abbreviations;
    this.#wanted = new Set(wanted);
    this.#structures = new Set(wanted.map((name) => name.slice(0, name.lastIndexOf('.'))));
  }

  read(): Map<string, number> | null {
    while (this.#at < this.#info.byteLength && this.#found.size < this.#wanted.size) {
      const start = this.#at;
      const end = start + 4 + this.#info.getUint32(start, true);
      const version = this.#info.getUint16(start + 4, true);
      if (version !== 4 && version !== 5) return null;
      const table = this.#info.getUint32(start + (version === 5 ? 8 : 6), true);
      this.#at = start + (version === 5 ? 12 : 11);
      this.#readUnit(end, this.#tableAt(table), version);
      this.#at = end;
    }
    return this.#found.size === this.#wanted.size ? this.#found : null;
  }

  #readUnit(end: number, table: Map<number, Abbreviation>, version: number): void {
    let depth = 0;
    let structure = '';
    let within = 0;
    while (this.#at < end) {
      const code = this.#unsigned();
      if (code === 0) {
        if (--depth < within) structure = '';
        continue;
      }
      const entry = table.get(code);
      if (entry === undefined) throw new RangeError('an abbreviation is not there');
      this.#readEntry(entry, version);
      if (entry.tag === STRUCTURE && entry.children && this.#structures.has(this.#name)) {
        structure = this.#name;
        within = depth + 1;
      } else if (entry.tag === MEMBER && structure !== '' && depth === within) {
        const name = `${structure}.${this.#name}`;
        if (this.#wanted.has(name) && !this.#found.has(name) && this.#value >= 0) this.#found.set(name, this.#value);
        if (this.#found.size === this.#wanted.size) return;
      }
      if (entry.children) depth++;
    }
  }

  #readEntry({ tag, attributes }: Abbreviation, version: number): void {
    const matters = tag === STRUCTURE || tag === MEMBER;
    this.#name = '';
    this.#value = -1;
    for (let i = 0; i < attributes.length; i += 2) {
      const start = this.#at;
      const form = attributes[i + 1];
      const value = this.#skip(form, version);
      if (!matters) continue;
      if (attributes[i] === NAME && form === 0x08) this.#name = textAt(this.#info, start);
      else if (attributes[i] === LOCATION) this.#value = value;
    }
  }

  /** Passes by a value of a form; returns it where it is a number, or an expression that adds one; else -1. */
  #skip(form: number, version: number): number {
    const info = this.#info;
    const at = this.#at;
    switch (form) {
      case 0x0b: case 0x0c: case 0x11: case 0x25: case 0x29:
        this.#at += 1;
        return info.getUint8(at);
      case 0x05: case 0x12: case 0x26: case 0x2a:
        this.#at += 2;
        return info.getUint16(at, true);
      case 0x06: case 0x0e: case 0x13: case 0x17: case 0x1f: case 0x28: case 0x2c:
        this.#at += 4;
        return info.getUint32(at, true);
      case 0x10:
        this.#at += version < 3 ? 8 : 4;
        return -1;
      case 0x01: case 0x07: case 0x14: case 0x20:
        this.#at += 8;
        return -1;
      case 0x1e:
        this.#at += 16;
        return -1;
      case 0x08:
        while (info.getUint8(this.#at++) !== 0);
        return -1;
      case 0x0d: case 0x0f: case 0x15: case 0x1a: case 0x1b: case 0x22: case 0x23:
        return this.#unsigned();
      case 0x19: case 0x21:
        return -1;
      case 0x09: case 0x18:
        return this.#expression(this.#unsigned());
      case 0x0a:
        this.#at += 1;
        return this.#expression(info.getUint8(at));
      case 0x03:
        this.#at += 2;
        return this.#expression(info.getUint16(at, true));
      case 0x04:
        this.#at += 4;
        return this.#expression(info.getUint32(at, true));
      default:
        throw new RangeError(`form ${form}`);
    } // biome-ignore format: one table
  }

  #expression(length: number): number {
    const end = this.#at + length;
    const value = length > 1 && this.#info.getUint8(this.#at++) === PLUS_CONSTANT ? this.#unsigned() : -1;
    this.#at = end;
    return value;
  }

  /** LEB128 */
  #unsigned(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.#info.getUint8(this.#at++);
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  #tableAt(offset: number): Map<number, Abbreviation> {
    const known = this.#tables.get(offset);
    if (known !== undefined) return known;
    const table = new Map<number, Abbreviation>();
    const bytes = this.#abbreviations;
    let at = offset;
    const unsigned = () => {
      let value = 0;
      for (let scale = 1; ; scale *= 128) {
        const byte = bytes.getUint8(at++);
        value += (byte & 0x7f) * scale;
        if (byte < 0x80) return value;
      }
    };
    for (let code = unsigned(); code !== 0; code = unsigned()) {
      const tag = unsigned();
      const children = bytes.getUint8(at++) === 1;
      const attributes: number[] = [];
      for (;;) {
        const name = unsigned();
        const form = unsigned();
        if (form === 0x21) unsigned();
        if (name === 0 && form === 0) break;
        attributes.push(name, form);
      }
      table.set(code, { tag, children, attributes });
    }
    this.#tables.set(offset, table);
    return table;
  }
}
