import type { Signal } from '../response.ts';
import type { StatusCause } from './sender.ts';

/** Causes of loss. */
export type ExportDrop =
  | 'closed'
  | 'memory_full'
  | 'not_encodable'
  | 'not_sendable'
  | 'partial_success'
  | 'spool_corrupt'
  | 'spool_error'
  | 'spool_full'
  | StatusCause;

export interface ExportStats {
  /** Data points, spans and log records the server acknowledged. */
  readonly delivered: Readonly<Record<Signal, number>>;
  /** Data points, spans and log records lost for good, by cause. */
  readonly dropped: ReadonlyMap<string, number>;
  /** Attempts that failed and were or will be repeated, by cause. */
  readonly failures: ReadonlyMap<string, number>;
  /** Failed attempts since the last one that succeeded; above 0 the server counts as away. */
  readonly failing: number;
  readonly memoryBytes: number;
  readonly spoolBytes: number;
  /** Batches not delivered yet. */
  readonly waiting: number;
}
