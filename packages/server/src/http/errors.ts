import { ApiError, type ErrorCodeName } from '@sonde/api';
import { StoreBusy, StoreRefused } from '@sonde/store';

/** Any failure as one with a stable code; `badRequest` is the code of what Fastify itself refuses. */
export function toApiError(error: unknown, badRequest: ErrorCodeName): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof StoreBusy)
    return new ApiError('SONDE_STORE_UNAVAILABLE', error.message, undefined, { cause: error });
  if (error instanceof StoreRefused) return new ApiError('SONDE_STORE_REFUSED', undefined, undefined, { cause: error });
  const { statusCode = 500, message = '' } = error as { statusCode?: number; message?: string };
  if (statusCode === 413) return new ApiError('SONDE_INTAKE_TOO_LARGE', message, undefined, { cause: error });
  if (statusCode === 415) return new ApiError('SONDE_INTAKE_UNSUPPORTED_TYPE', message, undefined, { cause: error });
  if (statusCode < 500) return new ApiError(badRequest, message, undefined, { cause: error });
  return new ApiError('SONDE_API_INTERNAL', undefined, undefined, { cause: error });
}
