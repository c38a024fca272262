import { type Elf, textAt } from './elf.ts';

/** Bytes of the largest table that is read. */
const MAX_TABLE = 1 << 28;
/** Of the tables of Go 1.18 and 1.20 (src/debug/gosym/pclntab.go); older ones are laid out in another way. */
const MAGIC = [0xfffffff0, 0xfffffff1];
const WORD = 8;

/**
 * Addresses of functions by their names in the table of a Go program (`.gopclntab`), which is there in stripped ones too.
 * A wanted name that ends with a dot stands for all functions within. What is not there is left out.
 */
export function goFunctions(elf: Elf, wanted: readonly string[]): Map<string, number> {
  const found = new Map<string, number>();
  const section = ['.gopclntab', '.data.rel.ro.gopclntab'].find((name) => elf.addressOf(name) >= 0);
  const table = section === undefined ? null : elf.section(section, MAX_TABLE);
  if (table === null || table.byteLength < 8 * WORD + 8) return found;
  if (!MAGIC.includes(table.getUint32(0, true)) || table.getUint8(7) !== WORD) return found;
  const [functions, , textStart, names, , , , entries] = Array.from({ length: 8 }, (_, i) =>
    Number(table.getBigUint64(8 + i * WORD, true)),
  );
  const text = textStart || elf.addressOf('.text');
  const bytes = new Uint8Array(table.buffer, table.byteOffset, table.byteLength);
  const patterns = wanted.map((name) => Buffer.from(name.endsWith('.') ? name : `${name}\0`));
  for (let i = 0; i < functions; i++) {
    const at = entries + i * 8;
    if (at + 8 > table.byteLength) break;
    const info = entries + table.getUint32(at + 4, true);
    if (info + 8 > table.byteLength) break;
    const nameAt = names + table.getInt32(info + 4, true);
    if (!patterns.some((pattern) => startsWith(bytes, nameAt, pattern))) continue;
    found.set(textAt(table, nameAt), text + table.getUint32(at, true));
  }
  return found;
}

/** The version that built a program (`go1.19.8`), or '' where it does not say so: `.go.buildinfo` since Go 1.18. */
export function goVersion(elf: Elf): string {
  const info = elf.section('.go.buildinfo', 1 << 20);
  if (info === null || info.byteLength < 34 || !textAt(info, 1).startsWith(' Go buildinf:')) return '';
  const INLINE = 2;
  if ((info.getUint8(15) & INLINE) === 0) return '';
  const length = info.getUint8(32);
  if (length > 0x7f || 33 + length > info.byteLength) return '';
  return Buffer.from(info.buffer, info.byteOffset + 33, length).toString('latin1');
}

function startsWith(bytes: Uint8Array, at: number, pattern: Uint8Array): boolean {
  if (at < 0 || at + pattern.length > bytes.length) return false;
  for (let i = 0; i < pattern.length; i++) if (bytes[at + i] !== pattern[i]) return false;
  return true;
}
