/** What of an export is not stored, and why: the text of an OTLP partial success. */
export class Rejections {
  readonly #reasons = new Map<string, number>();
  count = 0;

  add(reason: string, items = 1): void {
    this.count += items;
    this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + items);
  }

  /** Items by reason. */
  get reasons(): ReadonlyMap<string, number> {
    return this.#reasons;
  }

  get message(): string {
    return [...this.#reasons]
      .map(([reason, items]) => `${items} × ${reason}`)
      .slice(0, 10)
      .join('; ');
  }
}
