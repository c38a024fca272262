import type { ExportResponse, Signal } from '@sonde/otlp';
import type { Logger } from 'pino';

/** What of an export was not stored, and why, is worth a warning: many senders never show a partial success. */
export function logAnswer(log: Pick<Logger, 'debug' | 'warn'>, signal: Signal, answer: ExportResponse): void {
  const { rejected, errorMessage } = answer;
  if (rejected > 0) log.warn({ signal, rejected, reason: errorMessage }, 'intake taken in part');
  else log.debug({ signal }, 'intake');
}
