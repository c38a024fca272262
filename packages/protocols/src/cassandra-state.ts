import { type Prepared, PreparedByName } from './prepared.ts';
import { EMPTY, type SymbolId } from './symbols.ts';

export interface State {
  keyspace: SymbolId;
  readonly statements: PreparedByName;
  /** By stream id: what is being prepared. */
  readonly preparing: Map<number, Prepared>;
  /** Version 5: per direction, whether envelopes come in frames, what is left of the frame and of the envelope in it. */
  readonly framed: [boolean, boolean];
  readonly frameLeft: [number, number];
  readonly envelopeLeft: [number, number];
  readonly stream: [number, number];
  /** Version 5 with compressed frames: header of 8 bytes. */
  packed: boolean;
}

export const connect = (): State => ({
  keyspace: EMPTY, statements: new PreparedByName(), preparing: new Map(), framed: [false, false], frameLeft: [0, 0],
  envelopeLeft: [0, 0], stream: [0, 0], packed: false,
}); // biome-ignore format: one list
