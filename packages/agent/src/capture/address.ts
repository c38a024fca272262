import { type SymbolId, symbols } from '@sonde/protocols';

const HEX = '0123456789abcdef';

/** Text of 16 bytes of an IPv6 address (RFC 5952); an IPv4-mapped one is written as IPv4. */
export function addressText(bytes: Uint8Array, at: number): string {
  let mapped = bytes[at + 10] === 0xff && bytes[at + 11] === 0xff;
  for (let i = 0; mapped && i < 10; i++) mapped = bytes[at + i] === 0;
  if (mapped) return `${bytes[at + 12]}.${bytes[at + 13]}.${bytes[at + 14]}.${bytes[at + 15]}`;
  const groups = Array.from({ length: 8 }, (_, i) => (bytes[at + 2 * i] << 8) | bytes[at + 2 * i + 1]);
  let best = -1;
  let bestLength = 1;
  for (let i = 0; i < 8; i++) {
    let length = 0;
    while (i + length < 8 && groups[i + length] === 0) length++;
    if (length > bestLength) [best, bestLength] = [i, length];
  }
  const part = (from: number, to: number) =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(':');
  return best < 0 ? part(0, 8) : `${part(0, best)}::${part(best + bestLength, 8)}`;
}

/** The same, with a port. */
export function endpointText(bytes: Uint8Array, at: number, port: number): string {
  const address = addressText(bytes, at);
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

export function addressSymbol(bytes: Uint8Array, at: number): SymbolId {
  return symbols.ofText(addressText(bytes, at));
}

export function endpointSymbol(bytes: Uint8Array, at: number, port: number): SymbolId {
  return symbols.ofText(endpointText(bytes, at, port));
}

/** 16 hex digits of a pair of 32-bit numbers. */
export function hex64(high: number, low: number): string {
  let text = '';
  for (const word of [high, low]) for (let shift = 28; shift >= 0; shift -= 4) text += HEX[(word >>> shift) & 15];
  return text;
}

const decoder = new TextDecoder();

/** A C string in `bytes[at, end)`. */
export function zeroTerminated(bytes: Uint8Array, at: number, end: number): string {
  const stop = bytes.indexOf(0, at);
  return decoder.decode(bytes.slice(at, stop < 0 || stop > end ? end : stop));
}
