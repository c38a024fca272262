import type { RingReader } from '@sonde/libbpf';

/** Where records come from, and where the mode of a connection is asked for: `Probes`, or a ring on plain memory. */
export interface RecordSource {
  readonly ring: Pick<RingReader, 'drain' | 'data' | 'u16' | 'u32'>;
  /** From the next turn on the connection comes in another mode (`Mode`), as another protocol (model `protocolId`). */
  setMode(clientStart: number, serverStart: number, mode: number, protocol: number): void;
}
