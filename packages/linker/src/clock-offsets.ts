/** What is known of the clock of one host against another's, in microseconds. */
interface Bounds {
  low: number;
  high: number;
  /** The same of the window before, and when this window began. */
  oldLow: number;
  oldHigh: number;
  since: number;
}

const WINDOW = 60_000_000;
const MAX_PAIRS = 100_000;

/**
 * Offsets of clocks from calls that both hosts saw. The server's span lies inside the client's, so a call bounds the
 * server's clock less the client's from both sides: at least `serverEnd - clientEnd`, at most `serverStart -
 * clientStart`. All calls of one to two minutes together bound it well. Used for display, never to decide a link.
 */
export class ClockOffsets {
  readonly #pairs = new Map<number, Bounds>();

  /** Microseconds since the epoch, each on the clock of its host. */
  observe(
    client: number,
    server: number,
    clientStart: number,
    clientEnd: number,
    serverStart: number,
    serverEnd: number,
  ): void {
    if (client === server) return;
    const forward = client < server;
    let low = serverEnd - clientEnd;
    let high = serverStart - clientStart;
    if (low > high) return;
    if (!forward) [low, high] = [-high, -low];
    const key = forward ? client * 0x1_0000_0000 + server : server * 0x1_0000_0000 + client;
    let bounds = this.#pairs.get(key);
    if (bounds === undefined) {
      if (this.#pairs.size >= MAX_PAIRS) this.#pairs.clear();
      bounds = { low, high, oldLow: Number.NEGATIVE_INFINITY, oldHigh: Number.POSITIVE_INFINITY, since: clientStart };
      this.#pairs.set(key, bounds);
      return;
    }
    if (clientStart - bounds.since > WINDOW) {
      Object.assign(bounds, { oldLow: bounds.low, oldHigh: bounds.high, low, high, since: clientStart });
      return;
    }
    if (low > bounds.low) bounds.low = low;
    if (high < bounds.high) bounds.high = high;
  }

  /**
   * The clock of `b` less the clock of `a` in microseconds: the smallest shift that puts every server's span inside its
   * client's, 0 where none is needed; `null` where no call was seen.
   */
  between(a: number, b: number): number | null {
    if (a === b) return 0;
    const forward = a < b;
    const bounds = this.#pairs.get(forward ? a * 0x1_0000_0000 + b : b * 0x1_0000_0000 + a);
    if (bounds === undefined) return null;
    let low = Math.max(bounds.low, bounds.oldLow);
    let high = Math.min(bounds.high, bounds.oldHigh);
    if (low > high) ({ low, high } = bounds);
    if (low > high) [low, high] = [high, low];
    if (low <= 0 && high >= 0) return 0;
    const offset = (low + high) / 2;
    return forward ? offset : -offset;
  }
}
