import type { Exchange } from '@sonde/model';
import type { Transaction } from './manifest.ts';
import { READINGS } from './readings.ts';

/** What a transaction must be read as; what is left out is not compared. */
export interface Wanted {
  readonly text: string;
  readonly operation?: string | undefined;
  readonly target?: ((target: string) => boolean) | undefined;
  readonly status?: string | undefined;
  readonly failed?: boolean | undefined;
}

export function agrees(wanted: Wanted, found: Exchange): boolean {
  if (wanted.operation !== undefined && wanted.operation !== found.operation) return false;
  if (wanted.status !== undefined && wanted.status !== found.status) return false;
  if (wanted.failed !== undefined && wanted.failed !== (found.error !== '')) return false;
  return wanted.target === undefined || wanted.target(found.target);
}

/** Null for what is no exchange: a response whose request was not captured. */
export function wanted(transaction: Transaction): Wanted | null {
  const { kind, proto, conv, req_frame, resp_frame, latency_us, ...rest } = transaction;
  const read = READINGS[proto];
  if (req_frame === undefined && !rest.command) return null;
  const fields = read ? read(transaction) : {};
  return fields && { text: `${conv} ${req_frame ?? '-'} ${resp_frame ?? '-'} ${JSON.stringify(rest)}`, ...fields };
}
