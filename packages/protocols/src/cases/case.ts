/** A piece of one direction of a connection; strings are latin-1, `{ hex }` is for binary protocols. */
export interface Piece {
  readonly from: 'client' | 'server';
  readonly bytes: string | { readonly hex: string } | Uint8Array;
  /** Bytes that went over the wire after these but were not captured. */
  readonly missing?: number;
}

/** What one exchange must come out as; fields left out are not compared. */
export interface Expected {
  readonly protocol?: string;
  readonly operation?: string;
  readonly target?: string;
  readonly statement?: string;
  readonly status?: string;
  readonly error?: string;
  readonly version?: string;
  readonly namespace?: string;
  readonly outcome?: string;
  readonly requestBytes?: number;
  readonly responseBytes?: number;
  readonly complete?: boolean;
}

export interface ProtocolCase {
  readonly name: string;
  readonly pieces: readonly Piece[];
  readonly calls: readonly Expected[];
  /** Each piece is a datagram (a protocol of both transports). */
  readonly datagrams?: true;
  /** Why the bytes may not be cut at every place (a capture limit, a datagram): then they are fed as they are only. */
  readonly whole?: string;
}

export const client = (bytes: Piece['bytes'], missing = 0): Piece => ({ from: 'client', bytes, missing });
export const server = (bytes: Piece['bytes'], missing = 0): Piece => ({ from: 'server', bytes, missing });
export const hex = (text: string): { hex: string } => ({ hex: text.replace(/\s+/g, '') });
