import type { ApiError } from '@sonde/api';
import type { RpcStatus } from '@sonde/otlp';

const INVALID_ARGUMENT = 3;

/** Codes of google.rpc.Status by HTTP status; a sender repeats an export on 429 and 503 alone. */
const CODES: Record<number, number> = { 401: 16, 404: 12, 415: 12, 429: 8, 500: 13, 503: 14 };

/** An error as gRPC and the bodies of OTLP/HTTP tell it: the stable code comes first in the message. */
export function rpcStatusOf(error: ApiError): RpcStatus {
  return { code: CODES[error.status] ?? INVALID_ARGUMENT, message: `${error.code}: ${error.message}` };
}
