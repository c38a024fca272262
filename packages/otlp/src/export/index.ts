/** Sending OTLP: batches wait in memory and on disk until the other side has them. */
export type { Batch } from './batch.ts';
export { EXPORT_DEFAULTS, Exporter } from './exporter.ts';
export { GrpcSender } from './grpc-sender.ts';
export { HttpSender } from './http-sender.ts';
export { makeFolder } from './make-folder.ts';
export { bearer } from './sender.ts';
export type { ExportDrop, ExportStats } from './stats.ts';
