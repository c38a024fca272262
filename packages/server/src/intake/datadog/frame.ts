import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import { ApiError } from '@sonde/api';

/**
 * The frame around every message of a Datadog process-agent, little-endian: version, encoding, type and a subscription
 * byte; from version 2 on an organisation (int32), from version 3 on a time (int64); then the body.
 * Source: https://github.com/DataDog/agent-payload, `process/message.go`.
 */
export interface Frame {
  readonly type: number;
  readonly format: 'protobuf' | 'json';
  readonly body: Buffer;
}

/** `CollectorConnections` and `CollectorPod`, the types that are imported. */
export const CONNECTIONS = 22;
export const PODS = 41;

/** Types process-agents send besides: processes, containers, orchestrator objects. They are taken and left aside. */
export const OTHER_TYPES: ReadonlySet<number> = new Set([
  12, 27, 39, 40, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 80,
]);

const HEADER_BYTES: Record<number, number> = { 1: 4, 2: 8, 3: 16 };

const PROTOBUF = 0;
const JSON_TEXT = 1;
const ZSTD_LEGACY = 2;
const ZSTD = 4;
const ZSTD_GO = 5;

const unzstd = promisify(zstdDecompress);

const bad = (message: string, cause?: unknown) => new ApiError('SONDE_INTAKE_BAD_FRAME', message, undefined, { cause });

async function decompress(body: Buffer, maxBytes: number): Promise<Buffer> {
  try {
    return await unzstd(body, { maxOutputLength: maxBytes });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new ApiError('SONDE_INTAKE_TOO_LARGE', `the message is over ${maxBytes} bytes when decompressed`);
    }
    throw bad('the body of the frame is not zstd', cause);
  }
}

/** The type a framed message says it has; `null` where the header is not of a known version. */
export function typeOf(message: Buffer): number | null {
  const header = HEADER_BYTES[message[0]];
  return header === undefined || message.length < header ? null : message[2];
}

/** Takes the frame off. Throws SONDE_INTAKE_BAD_FRAME or SONDE_INTAKE_TOO_LARGE. */
export async function openFrame(message: Buffer, maxBytes: number): Promise<Frame> {
  const type = typeOf(message);
  if (type === null) throw bad('the header of the frame is not of version 1, 2 or 3, or is cut');
  const encoding = message[1];
  const body = message.subarray(HEADER_BYTES[message[0]]);
  switch (encoding) {
    case PROTOBUF:
    case JSON_TEXT:
      if (body.length > maxBytes) throw new ApiError('SONDE_INTAKE_TOO_LARGE');
      return { type, format: encoding === JSON_TEXT ? 'json' : 'protobuf', body };
    case ZSTD:
    case ZSTD_GO:
      return { type, format: 'protobuf', body: await decompress(body, maxBytes) };
    case ZSTD_LEGACY:
      throw bad('the body is compressed with zstd 0.5, which is not supported');
    default:
      throw bad(`encoding ${encoding} of the frame is unknown`);
  }
}

/** What agents expect back: a version 3 frame of type 23 (`ResCollector`) with an empty status. */
export const REPLY: Buffer = Buffer.from('030017000000000000000000000000001a00', 'hex');
