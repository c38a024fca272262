/** Sending OTLP: batches wait in memory and on disk until the other side has them. */
export { EXPORT_DEFAULTS, type ExportDrop, Exporter, type ExportStats } from './exporter.ts';
export { bearer, HttpSender } from './http-sender.ts';
export { makeFolder } from './make-folder.ts';
