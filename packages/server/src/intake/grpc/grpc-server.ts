import {
  createServer,
  type Http2Server,
  constants as h2,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { frame, PREFIX_BYTES, percentEncode, type RpcStatus, readFrame } from '@sonde/otlp';

export interface UnaryCall {
  readonly headers: IncomingHttpHeaders;
  /** The message as it was sent, and how it is compressed (`identity`, `gzip`, …). */
  readonly message: Buffer;
  readonly encoding: string;
}

export interface GrpcServerOptions {
  /** Answers by path, `/package.Service/Method`. */
  readonly methods: ReadonlyMap<string, (call: UnaryCall) => Promise<Uint8Array>>;
  /** Largest message as it is sent. */
  readonly maxBytes: number;
  /** What to answer for whatever was thrown. */
  readonly statusOf: (thrown: unknown) => RpcStatus;
  /** The failures of the protocol itself. */
  readonly errors: { tooLarge(): unknown; badFrame(reason: string): unknown; unknownMethod(path: string): unknown };
}

const CONTENT_TYPE = 'application/grpc+proto';
const MAX_STREAMS = 100;

/** A call that makes no progress for so long is ended, in ms. */
const STALLED = 30_000;

/** How long open calls have to end when the server closes, in ms. */
const PATIENCE = 10_000;

/**
 * Unary calls of gRPC over HTTP/2 without TLS (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md).
 * Deadlines are left to the caller: what it gave up waiting for is still done.
 */
export class GrpcServer {
  readonly #options: GrpcServerOptions;
  readonly #server: Http2Server;
  readonly #sessions = new Set<ServerHttp2Session>();

  constructor(options: GrpcServerOptions) {
    this.#options = options;
    this.#server = createServer({ settings: { maxConcurrentStreams: MAX_STREAMS, initialWindowSize: 1 << 20 } });
    this.#server.on('session', (session) => {
      this.#sessions.add(session);
      session.setLocalWindowSize(8 << 20);
      session.on('error', () => {});
      session.on('close', () => this.#sessions.delete(session));
    });
    this.#server.on('stream', (stream, headers) => void this.#answer(stream, headers));
  }

  /** Resolves to the origin it listens on. Rejects where the port is taken (`code` EADDRINUSE). */
  async listen({ host, port }: { readonly host: string; readonly port: number }): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host, port }, resolve);
    });
    const { address, family, port: taken } = this.#server.address() as AddressInfo;
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`;
  }

  /** Takes no more calls, and resolves when those begun are answered. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const session of this.#sessions) session.close();
    const timer = setTimeout(() => {
      for (const session of this.#sessions) session.destroy();
    }, PATIENCE);
    await closed;
    clearTimeout(timer);
  }

  async #answer(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<void> {
    stream.on('error', () => {});
    stream.setTimeout(STALLED, () => stream.close(h2.NGHTTP2_CANCEL));
    if (!headers['content-type']?.startsWith('application/grpc')) {
      stream.respond({ ':status': 415 }, { endStream: true });
      return;
    }
    try {
      const method = this.#options.methods.get(headers[':path'] ?? '');
      if (method === undefined) throw this.#options.errors.unknownMethod(headers[':path'] ?? '');
      const read = readFrame(await this.#bodyOf(stream));
      if (typeof read === 'string') throw this.#options.errors.badFrame(read);
      const encoding = read.isCompressed ? String(headers['grpc-encoding'] ?? 'identity') : 'identity';
      this.#succeed(stream, await method({ headers, message: read.message, encoding }));
    } catch (thrown) {
      this.#fail(stream, this.#options.statusOf(thrown));
    }
  }

  /** Once it is too large the rest is read and forgotten, for the stream must stay open to be answered. */
  #bodyOf(stream: ServerHttp2Stream): Promise<Buffer> {
    const { maxBytes, errors } = this.#options;
    return new Promise((resolve, reject) => {
      let chunks: Buffer[] = [];
      let length = 0;
      stream.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length <= maxBytes + PREFIX_BYTES) {
          chunks.push(chunk);
        } else {
          chunks = [];
          reject(errors.tooLarge());
        }
      });
      stream.on('end', () => resolve(Buffer.concat(chunks)));
      stream.on('close', () => reject(errors.badFrame('the call was given up')));
    });
  }

  #succeed(stream: ServerHttp2Stream, answer: Uint8Array): void {
    if (stream.destroyed) return;
    stream.respond({ ':status': 200, 'content-type': CONTENT_TYPE }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(frame(answer));
  }

  /** Trailers alone. A caller that goes on sending is told to stop. */
  #fail(stream: ServerHttp2Stream, { code, message }: RpcStatus): void {
    if (stream.destroyed) return;
    stream.respond(
      {
        ':status': 200,
        'content-type': CONTENT_TYPE,
        'grpc-status': String(code),
        'grpc-message': percentEncode(message),
        'grpc-accept-encoding': 'identity,gzip',
      },
      { endStream: true },
    );
    if (!stream.readableEnded) stream.close(h2.NGHTTP2_NO_ERROR);
  }
}
