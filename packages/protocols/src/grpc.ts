import { protocolId } from '@sonde/model';
import { EMPTY, type SymbolId, symbols } from './symbols.ts';

/** gRPC over HTTP/2 (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md). */

export const GRPC = protocolId('grpc');

/** Names of status codes, which are the `error.type` of those that are none of OK. */
const NAMES = [
  'OK', 'CANCELLED', 'UNKNOWN', 'INVALID_ARGUMENT', 'DEADLINE_EXCEEDED', 'NOT_FOUND', 'ALREADY_EXISTS',
  'PERMISSION_DENIED', 'RESOURCE_EXHAUSTED', 'FAILED_PRECONDITION', 'ABORTED', 'OUT_OF_RANGE', 'UNIMPLEMENTED',
  'INTERNAL', 'UNAVAILABLE', 'DATA_LOSS', 'UNAUTHENTICATED',
]; // biome-ignore format: one list

const STATUS = NAMES.map((_, code) => symbols.ofText(String(code)));
const ERROR = NAMES.map((name, code) => (code === 0 ? EMPTY : symbols.ofText(name)));
const OTHER_STATUS = symbols.ofText('other');

/** `rpc.grpc.status_code` */
export function grpcStatus(code: number): SymbolId {
  return STATUS[code] ?? OTHER_STATUS;
}

/** `error.type` of a status code. */
export function grpcError(code: number): SymbolId {
  return code === 0 ? EMPTY : (ERROR[code] ?? OTHER_STATUS);
}

/** Where the name of the method begins in the path `/package.Service/Method`, or -1. */
export function methodStart(path: Uint8Array, length: number): number {
  for (let at = length - 1; at > 0; at--) if (path[at] === 0x2f) return at + 1;
  return -1;
}

/** Whether a path is `/package.Service/Method` and nothing else. */
export function isQualified(path: Uint8Array, length: number): boolean {
  const method = methodStart(path, length);
  if (method < 0 || path[0] !== 0x2f || method === length) return false;
  let dots = 0;
  for (let at = 1; at < length; at++) {
    const byte = path[at];
    if (byte === 0x2e && at < method) dots++;
    else if (!isNameByte(byte) && at !== method - 1) return false;
  }
  return dots > 0;
}

function isNameByte(byte: number): boolean {
  const letter = byte | 0x20;
  return (letter >= 0x61 && letter <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || byte === 0x5f;
}
