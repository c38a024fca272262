import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { decodeExportResponse } from '../response.ts';
import { type Batch, batchId } from './batch.ts';
import { type Endpoint, MAX_RESPONSE_BYTES, SEND_TIMEOUT, type Sender, type SendResult } from './sender.ts';

/** Statuses that speak of the batch, not of the server: malformed, too large, wrong type, unprocessable. */
const REFUSED = new Set([400, 413, 415, 422]);

/** OTLP/HTTP (https://opentelemetry.io/docs/specs/otlp/#otlphttp): posts batches as gzip compressed protobuf. */
export class HttpSender implements Sender {
  readonly #server: URL;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #timeout: number;
  readonly #agent: HttpAgent;
  readonly #request: typeof httpRequest;

  constructor({ url, headers, timeout = SEND_TIMEOUT }: Endpoint) {
    this.#server = url;
    this.#headers = { ...headers, 'content-type': 'application/x-protobuf', 'content-encoding': 'gzip' };
    this.#timeout = timeout;
    const secure = url.protocol === 'https:';
    this.#request = secure ? httpsRequest : httpRequest;
    this.#agent = new (secure ? HttpsAgent : HttpAgent)({ keepAlive: true, maxSockets: 1 });
  }

  async send(batch: Batch, stop: AbortSignal): Promise<SendResult> {
    try {
      return await this.#exchange(batch, stop);
    } catch {
      return { kind: 'refused', cause: 'not_sendable' };
    }
  }

  /** Rejects where the request cannot even be formed. */
  #exchange(batch: Batch, stop: AbortSignal): Promise<SendResult> {
    const timeout = AbortSignal.timeout(this.#timeout);
    return new Promise((resolve) => {
      const fail = (error: Error): void => {
        const cause = timeout.aborted ? 'timeout' : ((error as NodeJS.ErrnoException).code ?? error.name);
        resolve({ kind: 'failed', cause, isInternal: false, retryAfter: 0 });
      };
      const url = new URL(`${this.#server.pathname.replace(/\/$/, '')}/v1/${batch.signal}`, this.#server);
      const request = this.#request(url, {
        method: 'POST',
        agent: this.#agent,
        signal: AbortSignal.any([timeout, stop]),
        headers: { ...this.#headers, 'content-length': batch.body.length, 'x-sonde-batch': batchId(batch) },
      });
      request.on('error', fail);
      request.on('response', (response) => {
        const chunks: Buffer[] = [];
        let length = 0;
        response.on('error', fail);
        response.on('data', (chunk: Buffer) => {
          if ((length += chunk.length) <= MAX_RESPONSE_BYTES) chunks.push(chunk);
        });
        response.on('end', () => resolve(resultOf(response, Buffer.concat(chunks))));
      });
      request.end(batch.body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

function resultOf(response: IncomingMessage, body: Uint8Array): SendResult {
  const status = response.statusCode ?? 0;
  if (status >= 200 && status < 300) return { kind: 'delivered', rejected: rejectedIn(response, body) };
  if (REFUSED.has(status)) return { kind: 'refused', cause: `http_${status}` };
  const wait = retryAfter(response.headers['retry-after']);
  return { kind: 'failed', cause: `http_${status}`, isInternal: status === 500, retryAfter: wait };
}

function rejectedIn(response: IncomingMessage, body: Uint8Array): number {
  if (!response.headers['content-type']?.startsWith('application/x-protobuf')) return 0;
  try {
    return Math.max(0, decodeExportResponse(body).rejected);
  } catch {
    return 0;
  }
}

/** Retry-After (RFC 9110, section 10.2.3) as ms from now: seconds or an HTTP date; 0 where absent or unreadable. */
export function retryAfter(value: string | undefined, now: number = Date.now()): number {
  if (value === undefined) return 0;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const at = value.endsWith('GMT') ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? 0 : Math.max(0, at - now);
}
