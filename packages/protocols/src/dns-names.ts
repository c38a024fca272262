import { dnsCodeName, dnsTypeName } from '@sonde/model';
import { type SymbolId, symbols } from './symbols.ts';

const types = new Map<number, SymbolId>();

/** `A`, or `TYPE65280` where the number has no name (RFC 3597 §5). */
export function typeName(type: number): SymbolId {
  const known = types.get(type);
  if (known !== undefined) return known;
  const symbol = symbols.ofText(dnsTypeName(type));
  types.set(type, symbol);
  return symbol;
}

const codes: SymbolId[] = Array.from({ length: 16 }, (_, code) => symbols.ofText(dnsCodeName(code)));

export function codeName(code: number): SymbolId {
  return codes[code];
}
