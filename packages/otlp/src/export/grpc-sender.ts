import { type ClientHttp2Session, connect, type IncomingHttpHeaders } from 'node:http2';
import { frame, GRPC_METHODS, readFrame } from '../grpc-framing.ts';
import { decodeExportResponse } from '../response.ts';
import { type Batch, batchId } from './batch.ts';
import { type Endpoint, MAX_RESPONSE_BYTES, SEND_TIMEOUT, type Sender, type SendResult } from './sender.ts';

/** Codes that speak of the batch, not of the server: invalid argument, unimplemented. */
const REFUSED = new Set([3, 12]);
const INTERNAL = 13;

/** OTLP/gRPC (https://opentelemetry.io/docs/specs/otlp/#otlpgrpc): batches as unary calls, gzip compressed. */
export class GrpcSender implements Sender {
  readonly #endpoint: Endpoint;
  #session: ClientHttp2Session | null = null;

  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint;
  }

  async send(batch: Batch, stop: AbortSignal): Promise<SendResult> {
    const timeout = AbortSignal.timeout(this.#endpoint.timeout ?? SEND_TIMEOUT);
    try {
      return await this.#call(batch, AbortSignal.any([timeout, stop]));
    } catch (error) {
      this.close();
      const { code, name, cause: origin } = error as NodeJS.ErrnoException;
      const cause = timeout.aborted ? 'timeout' : ((origin as NodeJS.ErrnoException | undefined)?.code ?? code ?? name);
      return { kind: 'failed', cause, isInternal: false, retryAfter: 0 };
    }
  }

  close(): void {
    this.#session?.destroy();
    this.#session = null;
  }

  #connected(): ClientHttp2Session {
    if (this.#session === null || this.#session.closed || this.#session.destroyed) {
      this.#session = connect(this.#endpoint.url.origin);
      this.#session.on('error', () => {});
    }
    return this.#session;
  }

  /** Rejects where the connection or the call breaks. */
  #call(batch: Batch, signal: AbortSignal): Promise<SendResult> {
    const names = Object.entries(this.#endpoint.headers).map(([name, value]) => [name.toLowerCase(), value]);
    return new Promise((resolve, reject) => {
      const session = this.#connected();
      session.once('error', reject);
      const stream = session.request(
        {
          ...Object.fromEntries(names),
          ':method': 'POST',
          ':path': GRPC_METHODS[batch.signal],
          'content-type': 'application/grpc+proto',
          'grpc-encoding': 'gzip',
          'x-sonde-batch': batchId(batch),
          te: 'trailers',
        },
        { signal },
      );
      let head: IncomingHttpHeaders = {};
      const chunks: Buffer[] = [];
      let length = 0;
      stream.on('response', (headers) => {
        head = headers;
      });
      stream.on('trailers', (trailers) => {
        head = { ...head, ...trailers };
      });
      stream.on('data', (chunk: Buffer) => {
        if ((length += chunk.length) <= MAX_RESPONSE_BYTES) chunks.push(chunk);
      });
      stream.on('error', reject);
      stream.on('close', () => {
        session.removeListener('error', reject);
        const result = resultOf(head, Buffer.concat(chunks));
        if (result === null) reject(new Error('no status'));
        else resolve(result);
      });
      stream.end(frame(batch.body, true));
    });
  }
}

/** `null` where the call ended without a status. */
function resultOf(head: IncomingHttpHeaders, body: Buffer): SendResult | null {
  const http = Number(head[':status'] ?? 0);
  if (http !== 200) {
    return http === 0 ? null : { kind: 'failed', cause: `http_${http}`, isInternal: http === 500, retryAfter: 0 };
  }
  if (head['grpc-status'] === undefined) return null;
  const status = Number(head['grpc-status']);
  if (status === 0) return { kind: 'delivered', rejected: rejectedIn(body) };
  if (REFUSED.has(status)) return { kind: 'refused', cause: `grpc_${status}` };
  return { kind: 'failed', cause: `grpc_${status}`, isInternal: status === INTERNAL, retryAfter: 0 };
}

function rejectedIn(body: Buffer): number {
  const read = readFrame(body);
  if (typeof read === 'string' || read.isCompressed) return 0;
  try {
    return Math.max(0, decodeExportResponse(read.message).rejected);
  } catch {
    return 0;
  }
}
