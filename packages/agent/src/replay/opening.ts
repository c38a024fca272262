import { behindProxyHeader, CERTAIN, infer, likelihood, type Protocol, TABLE } from '@sonde/protocols';
import type { End } from './reassembly.ts';

/** A piece of one end's stream, kept until it is known what it means. `bytes` is null for a gap of `total` bytes. */
export interface HeldPiece {
  readonly end: End;
  readonly bytes: Uint8Array | null;
  readonly total: number;
  readonly offset: number;
  readonly time: number;
}

export interface Verdict {
  readonly protocol: Protocol;
  readonly client: End;
  /** The pieces from which on the protocol can be read. */
  readonly pieces: readonly HeldPiece[];
}

interface Guess {
  readonly protocol: Protocol;
  readonly client: End;
  readonly score: number;
}

/** What bytes are; `tied` where either end may be the client. */
interface Answer extends Guess {
  readonly tied: boolean;
}

const MAX_PREFIX = 4096;
const MAX_HELD_BYTES = 1 << 16;
const MAX_HELD_PIECES = 32;
/** Pieces after which a guess counts although nobody is sure. */
const PATIENCE_PIECES = 6;
/** Pieces that are asked alone. */
const MAX_ATTEMPTS = 64;

/**
 * Finds which protocol a connection speaks, and which end is the client where nobody saw who opened it.
 *
 * The first bytes of both ends are asked together. Where they say nothing (the beginning was not seen, bytes are missing,
 * a proxy has its own words first) each later piece is asked alone as well, since messages mostly begin where segments
 * begin; then only certainty counts.
 */
export class Opening {
  /** No piece will be looked at any more. */
  given = false;
  readonly #opener: End | -1;
  readonly #ports: readonly [number, number];
  readonly #excluded: Protocol[] = [];
  #held: HeldPiece[] = [];
  #heldBytes = 0;
  #attempts = 0;
  #fromStart: boolean;
  /** The protocol is certain, the client is not yet. */
  #tied = false;

  /** @param fromStart whether the first piece is where the connection began */
  constructor(opener: End | -1, ports: readonly [number, number], fromStart: boolean) {
    this.#opener = opener;
    this.#ports = ports;
    this.#fromStart = fromStart;
  }

  /** `protocol` was wrong about this connection. */
  exclude(protocol: Protocol): void {
    this.#excluded.push(protocol);
  }

  add(whole: HeldPiece): Verdict | null {
    if (this.given) return null;
    const piece = this.#held.length === 0 ? withoutProxyHeader(whole) : whole;
    if (piece.total === 0) return null;
    this.#held.push(piece);
    this.#heldBytes += piece.bytes?.length ?? 0;
    if (!piece.bytes) {
      this.#fromStart = false;
      return null;
    }
    const verdict = this.#together(false) ?? (this.#tied ? null : this.#alone(piece));
    if (verdict) return verdict;
    if (this.#heldBytes > MAX_HELD_BYTES || this.#held.length > MAX_HELD_PIECES) this.#forget();
    return null;
  }

  /** No more pieces come: what is known must do. */
  finish(): Verdict | null {
    return this.given ? null : this.#together(true);
  }

  /** Asks about the first bytes of both ends. */
  #together(final: boolean): Verdict | null {
    const first = prefix(this.#held, 0);
    const second = prefix(this.#held, 1);
    const best = this.#ask(first, second);
    this.#tied = best?.tied === true && best.score >= CERTAIN;
    if (!best) return null;
    const bothSpoke = first.length > 0 && second.length > 0;
    const patient = this.#held.length < PATIENCE_PIECES;
    if ((best.score < CERTAIN || best.tied) && !final && patient && !bothSpoke) return null;
    if (best.score < CERTAIN && !bothSpoke && !this.#fromStart) return null;
    return { ...best, pieces: this.#held };
  }

  /** Asks about one piece; which end is the client must be certain too while more may tell. */
  #alone(piece: HeldPiece): Verdict | null {
    if (++this.#attempts > MAX_ATTEMPTS) {
      this.given = true;
      this.#held = [];
      return null;
    }
    const bytes = piece.bytes?.subarray(0, MAX_PREFIX) ?? EMPTY;
    const best = piece.end === 0 ? this.#ask(bytes, EMPTY) : this.#ask(EMPTY, bytes);
    if (!best || best.score < CERTAIN || (best.tied && this.#held.length < PATIENCE_PIECES)) return null;
    return { ...best, pieces: [piece] };
  }

  #ask(first: Uint8Array, second: Uint8Array): Answer | null {
    if (first.length + second.length === 0) return null;
    const bytes = Buffer.concat([first, second]);
    const middle = first.length;
    const table = this.#excluded.length === 0 ? TABLE : TABLE.filter((one) => !this.#excluded.includes(one));
    let best: Guess | null = null;
    let tied = false;
    for (const client of this.#clients()) {
      const ranges = client === 0 ? [0, middle, middle, bytes.length] : [middle, bytes.length, 0, middle];
      const [from, to, back, stop] = ranges;
      const protocol = infer(table, 'tcp', bytes, from, to, back, stop);
      const score = protocol ? likelihood(protocol, 'tcp', bytes, from, to, back, stop) : 0;
      const most = best?.score ?? 0;
      tied = score === most;
      if (protocol && score > most) best = { protocol, client, score };
    }
    return best && { ...best, tied };
  }

  /** Which ends may be the client, the likelier first: it has the higher port. */
  #clients(): readonly End[] {
    if (this.#opener >= 0) return [this.#opener as End];
    return likelyClient(this.#ports) === 0 ? [0, 1] : [1, 0];
  }

  #forget(): void {
    this.#held = [];
    this.#heldBytes = 0;
    this.#fromStart = false;
  }
}

/** The end with the higher port. */
export function likelyClient(ports: readonly [number, number]): End {
  return ports[0] >= ports[1] ? 0 : 1;
}

function withoutProxyHeader(piece: HeldPiece): HeldPiece {
  const size = piece.bytes ? behindProxyHeader(piece.bytes, 0, piece.bytes.length) : 0;
  if (!piece.bytes || size === 0) return piece;
  const { end, bytes, total, offset, time } = piece;
  return { end, bytes: bytes.subarray(size), total: total - size, offset: offset + size, time };
}

const EMPTY = new Uint8Array(0);

/** The first bytes of an end that were seen without a gap. */
function prefix(held: readonly HeldPiece[], end: End): Uint8Array {
  const parts: Uint8Array[] = [];
  let size = 0;
  for (const piece of held) {
    if (piece.end !== end) continue;
    if (!piece.bytes) {
      if (size > 0) break;
      continue;
    }
    parts.push(piece.bytes);
    size += piece.bytes.length;
    if (size >= MAX_PREFIX || piece.bytes.length < piece.total) break;
  }
  return parts.length === 1 ? parts[0].subarray(0, MAX_PREFIX) : Buffer.concat(parts).subarray(0, MAX_PREFIX);
}
