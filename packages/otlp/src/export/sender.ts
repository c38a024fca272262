import type { Batch } from './batch.ts';

/**
 * What became of a request.
 * - `delivered`: the server has it; `rejected` items of it were refused (OTLP partial success)
 * - `refused`: the batch itself is at fault and will never be taken
 * - `failed`: the server or the way to it is at fault, `isInternal` where it failed on this batch; `retryAfter` in ms
 *   where the server named a time
 */
export type SendResult =
  | { readonly kind: 'delivered'; readonly rejected: number }
  | { readonly kind: 'refused'; readonly cause: 'not_sendable' | StatusCause }
  | { readonly kind: 'failed'; readonly cause: string; readonly isInternal: boolean; readonly retryAfter: number };

/** A status that is not success. */
export type StatusCause = `http_${number}` | `grpc_${number}`;

/** A way batches are sent. */
export interface Sender {
  /** Never rejects. */
  send(batch: Batch, stop: AbortSignal): Promise<SendResult>;
  close(): void;
}

export interface Endpoint {
  /** Over HTTP `/v1/<signal>` is appended to its path. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** From connecting to the end of the response, in ms. */
  readonly timeout?: number;
}

export const SEND_TIMEOUT = 10_000;

export const MAX_RESPONSE_BYTES = 64 * 1024;

/** The header of a token, none where there is none. */
export function bearer(token: string | null | undefined): Readonly<Record<string, string>> {
  return token == null ? {} : { authorization: `Bearer ${token}` };
}
