import type { Endpoint } from '@sonde/model';
import { type Call, FROM_CLIENT, type Protocol, type Segment } from '@sonde/protocols';
import type { End } from './reassembly.ts';

/** A TCP connection, or the datagrams between two endpoints. */
export interface Session {
  readonly transport: 'tcp' | 'udp';
  readonly peers: readonly [Endpoint, Endpoint];
  /** Which of `peers` is the client, as far as is known. */
  readonly client: End;
  readonly protocol: Protocol | null;
  /** Bytes of payload in both directions, without headers and repetitions. */
  readonly payload: number;
  /** Nanoseconds on the clock of the capture. */
  readonly lastTime: number;
  /** Sequence number of each end's first byte: what names a connection (`ConnectionKey`). Of datagrams, a count. */
  readonly starts: readonly [number, number];
  finish(): void;
}

/** Takes what a session finds. `call` is reused after the call returns. */
export interface SessionSink {
  call(session: Session, call: Call): void;
  ended(session: Session): void;
}

export function newSegment(): Segment {
  return {
    direction: FROM_CLIENT,
    bytes: new Uint8Array(0),
    start: 0,
    end: 0,
    total: 0,
    offset: 0,
    first: 0,
    last: 0,
    queueWait: 0,
  };
}
