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
  readonly #cursor: Cursor;
  readonly #abbreviations: DataView;
  readonly #wanted: ReadonlySet<string>;
  readonly #structures: ReadonlySet<string>;
  readonly #found = new Map<string, number>();
  readonly #tables = new Map<number, Map<number, Abbreviation>>();
  #name = '';
  #value = -1;

  constructor(info: DataView, abbreviations: DataView, wanted: readonly string[]) {
    this.#cursor = { bytes: info, at: 0 };
    this.#abbreviations = abbreviations;
    this.#wanted = new Set(wanted);
    this.#structures = new Set(wanted.map((name) => name.slice(0, name.lastIndexOf('.'))));
  }

  read(): Map<string, number> | null {
    while (this.#cursor.at < this.#cursor.bytes.byteLength && this.#found.size < this.#wanted.size) {
      const start = this.#cursor.at;
      const end = start + 4 + this.#cursor.bytes.getUint32(start, true);
      const version = this.#cursor.bytes.getUint16(start + 4, true);
      if (version !== 4 && version !== 5) return null;
      const table = this.#cursor.bytes.getUint32(start + (version === 5 ? 8 : 6), true);
      this.#cursor.at = start + (version === 5 ? 12 : 11);
      this.#readUnit(end, this.#tableAt(table));
      this.#cursor.at = end;
    }
    return this.#found.size === this.#wanted.size ? this.#found : null;
  }

  #readUnit(end: number, table: Map<number, Abbreviation>): void {
    let depth = 0;
    let structure = '';
    let within = 0;
    while (this.#cursor.at < end) {
      const code = readUnsigned(this.#cursor);
      if (code === 0) {
        if (--depth < within) structure = '';
        continue;
      }
      const entry = table.get(code);
      if (entry === undefined) throw new RangeError('an abbreviation is not there');
      this.#readEntry(entry);
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

  #readEntry({ tag, attributes }: Abbreviation): void {
    const matters = tag === STRUCTURE || tag === MEMBER;
    this.#name = '';
    this.#value = -1;
    for (let i = 0; i < attributes.length; i += 2) {
      const start = this.#cursor.at;
      const form = attributes[i + 1];
      const value = this.#skip(form);
      if (!matters) continue;
      if (attributes[i] === NAME && form === 0x08) this.#name = textAt(this.#cursor.bytes, start);
      else if (attributes[i] === LOCATION) this.#value = value;
    }
  }

  /** Passes by a value of a form; returns it where it is a number, or an expression that adds one; else -1. */
  #skip(form: number): number {
    const info = this.#cursor.bytes;
    const at = this.#cursor.at;
    switch (form) {
      case 0x0b: case 0x0c: case 0x11: case 0x25: case 0x29:
        this.#cursor.at += 1;
        return info.getUint8(at);
      case 0x05: case 0x12: case 0x26: case 0x2a:
        this.#cursor.at += 2;
        return info.getUint16(at, true);
      case 0x06: case 0x0e: case 0x13: case 0x17: case 0x1f: case 0x28: case 0x2c:
        this.#cursor.at += 4;
        return info.getUint32(at, true);
      case 0x10:
        this.#cursor.at += 4;
        return -1;
      case 0x01: case 0x07: case 0x14: case 0x20:
        this.#cursor.at += 8;
        return -1;
      case 0x1e:
        this.#cursor.at += 16;
        return -1;
      case 0x08:
        while (info.getUint8(this.#cursor.at++) !== 0);
        return -1;
      case 0x0d: case 0x0f: case 0x15: case 0x1a: case 0x1b: case 0x22: case 0x23:
        return readUnsigned(this.#cursor);
      case 0x19: case 0x21:
        return -1;
      case 0x09: case 0x18:
        return this.#expression(readUnsigned(this.#cursor));
      case 0x0a:
        this.#cursor.at += 1;
        return this.#expression(info.getUint8(at));
      case 0x03:
        this.#cursor.at += 2;
        return this.#expression(info.getUint16(at, true));
      case 0x04:
        this.#cursor.at += 4;
        return this.#expression(info.getUint32(at, true));
      default:
        throw new RangeError(`form ${form}`);
    } // biome-ignore format: one table
  }

  #expression(length: number): number {
    const end = this.#cursor.at + length;
    const value =
      length > 1 && this.#cursor.bytes.getUint8(this.#cursor.at++) === PLUS_CONSTANT ? readUnsigned(this.#cursor) : -1;
    this.#cursor.at = end;
    return value;
  }

  #tableAt(offset: number): Map<number, Abbreviation> {
    const known = this.#tables.get(offset);
    if (known !== undefined) return known;
    const table = new Map<number, Abbreviation>();
    const cursor: Cursor = { bytes: this.#abbreviations, at: offset };
    const unsigned = () => readUnsigned(cursor);
    for (let code = unsigned(); code !== 0; code = unsigned()) {
      const tag = unsigned();
      const children = cursor.bytes.getUint8(cursor.at++) === 1;
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

/** Where one reads. */
interface Cursor {
  readonly bytes: DataView;
  at: number;
}

/** LEB128 without sign. */
function readUnsigned(cursor: Cursor): number {
  let value = 0;
  for (let scale = 1; ; scale *= 128) {
    const byte = cursor.bytes.getUint8(cursor.at++);
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return value;
  }
}
