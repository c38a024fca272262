import { ApiError } from '@sonde/api';
import type { Batch } from '@sonde/store';

const FORM = /^([\x21-\x7e]{1,200})\/(\d{1,16})$/;

/** The header `x-sonde-batch: <source>/<sequence>`. Throws SONDE_INTAKE_BAD_BATCH_ID. */
export function parseBatchId(header: string | readonly string[] | undefined): Batch | undefined {
  if (header === undefined) return undefined;
  const match = typeof header === 'string' ? FORM.exec(header) : null;
  const sequence = Number(match?.[2]);
  if (match === null || !Number.isSafeInteger(sequence)) throw new ApiError('SONDE_INTAKE_BAD_BATCH_ID');
  return { source: match[1], sequence };
}
