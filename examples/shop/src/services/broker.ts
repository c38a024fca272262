import { connect, type Socket } from 'node:net';

/** A message; the payload is JSON. */
export interface Message {
  readonly subject: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

const CONNECT = `CONNECT {"verbose":false,"pedantic":false,"name":"shop","lang":"node","version":"1"}\r\n`;

/**
 * What the shop needs of NATS: publish, subscribe and stay connected
 * (https://docs.nats.io/reference/reference-protocols/nats-protocol). ASCII payloads only.
 */
export class Broker {
  readonly #socket: Socket;
  readonly #received: (message: Message) => void;
  #text = '';
  #flushed: () => void = () => {};

  constructor(port: number, received: (message: Message) => void = () => {}) {
    this.#received = received;
    this.#socket = connect(port, '127.0.0.1').setNoDelay().setEncoding('latin1');
    this.#socket.on('data', (chunk) => this.#read(String(chunk)));
    this.#socket.write(CONNECT);
  }

  /** Port of this end. */
  get port(): number {
    return this.#socket.localPort ?? 0;
  }

  publish({ subject, payload }: Message): void {
    const text = JSON.stringify(payload);
    this.#socket.write(`PUB ${subject} ${text.length}\r\n${text}\r\n`);
  }

  subscribe(subject: string): void {
    this.#socket.write(`SUB ${subject} 1\r\n`);
  }

  /** Until the broker has done all that was asked before. */
  flush(): Promise<void> {
    this.#socket.write('PING\r\n');
    return new Promise((resolve) => {
      this.#flushed = resolve;
    });
  }

  #read(chunk: string): void {
    this.#text += chunk;
    for (;;) {
      const end = this.#text.indexOf('\r\n');
      if (end < 0) return;
      const [word, subject, , length] = this.#text.slice(0, end).split(' ');
      const next = word === 'MSG' ? end + 2 + Number(length) + 2 : end + 2;
      if (this.#text.length < next) return;
      const payload = this.#text.slice(end + 2, next - 2);
      this.#text = this.#text.slice(next);
      if (word === 'PING') this.#socket.write('PONG\r\n');
      if (word === 'PONG') this.#flushed();
      if (word === 'MSG') this.#received({ subject, payload: JSON.parse(payload) });
    }
  }
}
