import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { ApiError } from '@sonde/api';
import {
  decodeLogs,
  decodeLogsJson,
  decodeMetrics,
  decodeMetricsJson,
  decodeTraces,
  decodeTracesJson,
  type LogsData,
  type MetricsData,
  OtlpDecodeError,
  type Signal,
  type TracesData,
} from '@sonde/otlp';

export type Format = 'protobuf' | 'json';

const unzip = promisify(gunzip);

/** Throws SONDE_INTAKE_UNSUPPORTED_TYPE. */
export function formatOf(contentType: string | undefined): Format {
  const type = (contentType ?? '').split(';', 1)[0].trim().toLowerCase();
  if (type === 'application/x-protobuf' || type === 'application/protobuf') return 'protobuf';
  if (type === 'application/json') return 'json';
  throw new ApiError('SONDE_INTAKE_UNSUPPORTED_TYPE', `content type ${type || '(none)'} is not supported`);
}

/** Throws SONDE_INTAKE_UNSUPPORTED_TYPE, SONDE_INTAKE_BAD_PAYLOAD or SONDE_INTAKE_TOO_LARGE. */
export async function decompress(body: Buffer, encoding: string | undefined, maxBytes: number): Promise<Buffer> {
  const name = (encoding ?? 'identity').trim().toLowerCase();
  if (name === 'identity' || name === '') {
    if (body.length > maxBytes) throw new ApiError('SONDE_INTAKE_TOO_LARGE');
    return body;
  }
  if (name !== 'gzip') throw new ApiError('SONDE_INTAKE_UNSUPPORTED_TYPE', `content encoding ${name} is not supported`);
  try {
    return await unzip(body, { maxOutputLength: maxBytes });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new ApiError('SONDE_INTAKE_TOO_LARGE', `the body is over ${maxBytes} bytes when decompressed`);
    }
    throw new ApiError('SONDE_INTAKE_BAD_PAYLOAD', 'the body is not gzip', undefined, { cause });
  }
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw new ApiError('SONDE_INTAKE_BAD_PAYLOAD', 'the body is not JSON', undefined, { cause });
  }
}

const DECODERS = {
  logs: {
    protobuf: decodeLogs,
    json: (body: Buffer) => decodeLogsJson(parseJson(body)),
  },
  metrics: {
    protobuf: decodeMetrics,
    json: (body: Buffer) => decodeMetricsJson(parseJson(body)),
  },
  traces: {
    protobuf: decodeTraces,
    json: (body: Buffer) => decodeTracesJson(parseJson(body)),
  },
};

/** Throws SONDE_INTAKE_BAD_PAYLOAD. */
export function decode(signal: Signal, format: Format, body: Buffer): LogsData | MetricsData | TracesData {
  try {
    return DECODERS[signal][format](body);
  } catch (cause) {
    if (!(cause instanceof OtlpDecodeError)) throw cause;
    throw new ApiError('SONDE_INTAKE_BAD_PAYLOAD', cause.message, undefined, { cause });
  }
}
