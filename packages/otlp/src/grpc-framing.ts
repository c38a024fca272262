import type { Signal } from './response.ts';

/** Methods of opentelemetry/proto/collector/<signal>/v1/<signal>_service.proto. */
export const GRPC_METHODS: Readonly<Record<Signal, string>> = {
  traces: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  metrics: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
  logs: '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
};

/** One byte that says whether a message is compressed, and four bytes of its length. */
export const PREFIX_BYTES = 5;

/** A message of gRPC with its prefix. */
export function frame(message: Uint8Array, isCompressed = false): Buffer {
  const framed = Buffer.alloc(PREFIX_BYTES + message.length);
  framed[0] = isCompressed ? 1 : 0;
  framed.writeUInt32BE(message.length, 1);
  framed.set(message, PREFIX_BYTES);
  return framed;
}

/** The one message of a unary call, or in words why it is not one. */
export function readFrame(body: Buffer): { readonly message: Buffer; readonly isCompressed: boolean } | string {
  if (body.length < PREFIX_BYTES) return 'there is no message';
  const flag = body[0];
  if (flag > 1) return `${flag} is no compressed flag`;
  if (body.readUInt32BE(1) !== body.length - PREFIX_BYTES) return 'it does not hold exactly one whole message';
  return { message: body.subarray(PREFIX_BYTES), isCompressed: flag === 1 };
}

/** The form of `grpc-message`: printable ASCII save `%` as it is, all else as escaped UTF-8. */
export function percentEncode(text: string): string {
  return text.toWellFormed().replaceAll(/[^\x20-\x24\x26-\x7e]/gu, encodeURIComponent);
}
