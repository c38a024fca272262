import { ERRORS, type ErrorCodeName } from './errors.ts';

/** What travels as `{ "error": … }`: thrown by the server's handlers, and by the client when it receives one. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ErrorCodeName;
  /** HTTP status. */
  readonly status: number;
  readonly hint: string;
  readonly details: unknown;

  constructor(code: ErrorCodeName, message: string = ERRORS[code].cause, details?: unknown, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.status = ERRORS[code].status;
    this.hint = ERRORS[code].hint;
    this.details = details;
  }

  toJSON(): { error: { code: string; message: string; hint: string; details?: unknown } } {
    const { code, message, hint, details } = this;
    return { error: { code, message, hint, ...(details === undefined ? {} : { details }) } };
  }
}

export function isErrorCode(code: string): code is ErrorCodeName {
  return Object.hasOwn(ERRORS, code);
}
