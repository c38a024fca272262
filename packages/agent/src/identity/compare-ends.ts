/** What one end's probe said of one read or write. */
export interface Piece {
  readonly side: 'client' | 'server';
  /** Whether the bytes came from the client. */
  readonly fromClient: boolean;
  readonly clientStart: number;
  readonly serverStart: number;
  /** Place of the first byte in its direction of the connection. */
  readonly offset: number;
  readonly bytes: number;
}

/** Bytes of one direction in truth: from `from` to before `to`. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** What was sent over a connection while its ends were observed. */
export interface Sent {
  readonly client: Stretch;
  readonly server: Stretch;
}

/**
 * Whether both ends of a connection gave it one identity and each byte its true place. Returns '' or what differs, for
 * people. `pieces` are those of each end in the order in which they were read or written.
 */
export function compareEnds(pieces: readonly Piece[], sent: Sent): string {
  const [first] = pieces;
  if (first === undefined) return 'no read or write was seen';
  for (const { clientStart, serverStart, side } of pieces) {
    if (clientStart === first.clientStart && serverStart === first.serverStart) continue;
    return `the connection is ${name(first)} at the ${first.side}, and ${name({ clientStart, serverStart })} at the ${side}`;
  }
  for (const side of ['client', 'server'] as const) {
    for (const from of ['client', 'server'] as const) {
      const stretch = sent[from];
      let place = stretch.from;
      for (const piece of pieces) {
        if (piece.side !== side || piece.fromClient !== (from === 'client')) continue;
        if (piece.offset !== place) return `byte ${place} from the ${from} is at ${piece.offset} at the ${side}`;
        place += piece.bytes;
      }
      if (place !== stretch.to) return `the ${side} saw ${place} bytes from the ${from}, of ${stretch.to}`;
    }
  }
  return '';
}

function name({ clientStart, serverStart }: Pick<Piece, 'clientStart' | 'serverStart'>): string {
  return `${clientStart.toString(16)}-${serverStart.toString(16)}`;
}
