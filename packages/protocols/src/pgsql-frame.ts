import { u32be } from './bytes.ts';

/** Frames: a type and a length that counts itself. */
export const HEADER = 5;
const MAX_LENGTH = 1 << 30;

const ANY = -1;
const clients = new Int32Array(128);
const servers = new Int32Array(128);
const set = (table: Int32Array, types: string, length: number): void => {
  for (const type of types) table[type.charCodeAt(0)] = length;
};
set(clients, 'QPBDECFdfp', ANY);
set(clients, 'SHXc', 4);
set(servers, 'RSKTDCENAGHWdtVv', ANY);
set(servers, '123nsIc', 4);
set(servers, 'Z', 5);

/** The end of the frame at `at` by its header, -1 where no such frame exists. At least HEADER bytes are there. */
export function frameEnd(bytes: Uint8Array, at: number, fromClient: boolean): number {
  const type = bytes[at];
  const wanted = type < 128 ? (fromClient ? clients : servers)[type] : 0;
  if (wanted === 0) return -1;
  const length = u32be(bytes, at + 1);
  if (length < 4 || length > MAX_LENGTH || (wanted !== ANY && length !== wanted)) return -1;
  return at + 1 + length;
}

/** The index of the zero byte that ends the text at `at`, or -1. */
export function textEnd(bytes: Uint8Array, at: number, end: number): number {
  for (let i = at; i < end; i++) if (bytes[i] === 0) return i;
  return -1;
}
