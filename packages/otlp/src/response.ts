import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { decoding } from './error.ts';
import { bytes, Input, nested, varint, writeEnum, writeString } from './wire.ts';

export type Signal = 'logs' | 'metrics' | 'traces';

/**
 * ExportMetricsServiceResponse, ExportTraceServiceResponse and ExportLogsServiceResponse: how much of the request was
 * refused, and why. Nothing refused and no message is the plain success, an empty message on the wire.
 * Field numbers: opentelemetry/proto/collector/metrics/v1/metrics_service.proto; those of traces and logs are the same.
 */
export interface ExportResponse {
  /** Data points, spans or log records refused. */
  readonly rejected: number;
  readonly errorMessage: string;
}

export function encodeExportResponse(response: ExportResponse): Uint8Array {
  const out = new BinaryWriter();
  if (response.rejected > 0 || response.errorMessage !== '') {
    nested(out, 1, () => {
      if (response.rejected > 0) out.tag(1, WireType.Varint).int64(response.rejected);
      writeString(out, 2, response.errorMessage);
    });
  }
  return out.finish();
}

/** Throws `OtlpDecodeError`. */
export function decodeExportResponse(payload: Uint8Array): ExportResponse {
  return decoding('ExportServiceResponse', () => {
    const input = new Input(payload);
    let response: ExportResponse = { rejected: 0, errorMessage: '' };
    for (const end = input.enterRoot(); input.more(end); ) {
      if (input.tag() === bytes(1)) response = readPartialSuccess(input);
      else input.skip();
    }
    return response;
  });
}

function readPartialSuccess(input: Input): ExportResponse {
  let rejected = 0;
  let errorMessage = '';
  for (const end = input.enter(); input.more(end); ) {
    switch (input.tag()) {
      case varint(1):
        rejected = Number(input.reader.int64());
        break;
      case bytes(2):
        errorMessage = input.string();
        break;
      default:
        input.skip();
    }
  }
  return { rejected, errorMessage };
}

const REJECTED: Record<Signal, string> = {
  logs: 'rejectedLogRecords',
  metrics: 'rejectedDataPoints',
  traces: 'rejectedSpans',
};

/** The JSON form of `encodeExportResponse`. */
export function encodeExportResponseJson(signal: Signal, response: ExportResponse): object {
  if (response.rejected === 0 && response.errorMessage === '') return {};
  return { partialSuccess: { [REJECTED[signal]]: String(response.rejected), errorMessage: response.errorMessage } };
}

/**
 * google.rpc.Status, the body of every OTLP/HTTP error (https://opentelemetry.io/docs/specs/otlp/#failures). Its JSON
 * form is the object itself.
 */
export interface RpcStatus {
  readonly code: number;
  readonly message: string;
}

export function encodeRpcStatus(status: RpcStatus): Uint8Array {
  const out = new BinaryWriter();
  writeEnum(out, 1, status.code);
  writeString(out, 2, status.message);
  return out.finish();
}

/** Throws `OtlpDecodeError`. */
export function decodeRpcStatus(payload: Uint8Array): RpcStatus {
  return decoding('google.rpc.Status', () => {
    const input = new Input(payload);
    let code = 0;
    let message = '';
    for (const end = input.enterRoot(); input.more(end); ) {
      switch (input.tag()) {
        case varint(1):
          code = input.reader.int32();
          break;
        case bytes(2):
          message = input.string();
          break;
        default:
          input.skip();
      }
    }
    return { code, message };
  });
}
