import { timingSafeEqual } from 'node:crypto';
import { ApiError } from '@sonde/api';
import { StoreBusy } from '@sonde/store';

/** Whether the token, with or without `Bearer` before it, is one that may send. Throws SONDE_INTAKE_UNAUTHORIZED. */
export function authorize(header: string | undefined, tokens: readonly string[]): void {
  if (tokens.length === 0) return;
  const given = Buffer.from(header?.replace(/^Bearer /i, '') ?? '');
  const known = tokens.some((token) => {
    const expected = Buffer.from(token);
    return expected.length === given.length && timingSafeEqual(expected, given);
  });
  if (!known) throw new ApiError('SONDE_INTAKE_UNAUTHORIZED');
}

/** The promise, or StoreBusy after `milliseconds`; the promise itself goes on. */
export async function within<T>(milliseconds: number, promise: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new StoreBusy('the store is slow')), milliseconds);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
    promise.catch(() => {});
  }
}
