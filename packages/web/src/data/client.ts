import type { agentsResponse, endpointsResponse, mapResponse, serviceResponse, servicesResponse } from '@sonde/api';
import type { z } from 'zod';
import type { TimeRange } from '../base/time.ts';

/** What the API (or the way to it) answered instead of data. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: string;
  readonly hint: string;
  readonly status: number;

  constructor(status: number, code: string, message: string, hint: string) {
    super(message);
    this.code = code;
    this.hint = hint;
    this.status = status;
  }
}

async function get<T>(path: string, range: TimeRange, signal: AbortSignal): Promise<T> {
  const query = new URLSearchParams({ from: String(range.from), to: String(range.to) });
  let response: Response;
  try {
    response = await fetch(`/api/v1${path}?${query}`, { signal, headers: { accept: 'application/json' } });
  } catch (cause) {
    if (signal.aborted) throw cause;
    throw new ApiError(0, 'SONDE_WEB_UNREACHABLE', '', '');
  }
  const body = await response.json().catch(() => null);
  if (response.ok && body !== null) return body as T;
  const error = body?.error;
  throw new ApiError(
    response.status,
    error?.code ?? 'SONDE_WEB_BAD_ANSWER',
    error?.message ?? `HTTP ${response.status} ${response.statusText}`,
    error?.hint ?? '',
  );
}

const part = encodeURIComponent;

export const client = {
  services: (range: TimeRange, signal: AbortSignal) =>
    get<z.infer<typeof servicesResponse>>('/services', range, signal),
  service: (name: string, range: TimeRange, signal: AbortSignal) =>
    get<z.infer<typeof serviceResponse>>(`/services/${part(name)}`, range, signal),
  endpoints: (name: string, range: TimeRange, signal: AbortSignal) =>
    get<z.infer<typeof endpointsResponse>>(`/services/${part(name)}/endpoints`, range, signal),
  map: (range: TimeRange, signal: AbortSignal) => get<z.infer<typeof mapResponse>>('/map', range, signal),
  agents: (range: TimeRange, signal: AbortSignal) => get<z.infer<typeof agentsResponse>>('/agents', range, signal),
};
