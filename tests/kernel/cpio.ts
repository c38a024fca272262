/** One entry of an initramfs. */
export interface CpioEntry {
  /** Without a leading slash. */
  readonly path: string;
  readonly mode: number;
  readonly content?: Uint8Array;
}

export const DIRECTORY = 0o040755;
export const EXECUTABLE = 0o100755;
export const SYMLINK = 0o120777;

/** Packs entries in the "newc" format: Documentation/driver-api/early-userspace/buffer-format.rst of the kernel. */
export function packCpio(entries: readonly CpioEntry[]): Buffer {
  const parts = entries.map((entry, index) => pack(entry, index + 1));
  return Buffer.concat([...parts, pack({ path: 'TRAILER!!!', mode: 0 }, 0)]);
}

function pack({ path, mode, content = new Uint8Array(0) }: CpioEntry, inode: number): Buffer {
  const name = Buffer.from(`${path}\0`);
  const fields = [inode, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, name.length, 0];
  const header = `070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`;
  return Buffer.concat([padded(Buffer.concat([Buffer.from(header), name])), padded(content)]);
}

const padded = (bytes: Uint8Array): Buffer => Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
