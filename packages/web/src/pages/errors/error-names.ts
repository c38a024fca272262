import type { ErrorGroup } from '@sonde/api';
import type { Text } from '../../data/text.ts';

/** What HTTP calls its codes (RFC 9110, section 15), for those one meets. */
const REASONS: Record<string, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

type Named = Pick<ErrorGroup, 'kind' | 'protocol' | 'status' | 'error'>;

export function nameOf({ kind, protocol, status, error }: Named, { errors: words }: Text): string {
  if (kind === 'http') return [status || error, REASONS[status]].filter(Boolean).join(' ');
  if (protocol === 'dns' && words.names[error] === undefined) return words.dns(status || error);
  return kind === 'network' ? (words.names[error] ?? error) : status || error;
}

export const endpointOf = ({ statement, operation, target }: ErrorGroup) =>
  statement || [operation, target].filter(Boolean).join(' ');

/** What spans that went wrong so bear: agents give the code to the span, and every error its type. */
export const spanTextOf = ({ status, error }: { readonly status?: string; readonly error?: string }) =>
  error ? `error.type=${error}` : status ? `http.response.status_code=${status}` : undefined;
