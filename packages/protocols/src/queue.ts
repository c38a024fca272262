/** First in, first out, in a ring: nothing is allocated but when it grows, unlike an array that runs empty again and again. */
export class Queue<T> {
  length = 0;
  #ring: (T | undefined)[] = new Array<T | undefined>(4).fill(undefined);
  #head = 0;

  push(value: T): void {
    if (this.length === this.#ring.length) {
      const ring = new Array<T | undefined>(this.length * 2).fill(undefined);
      for (let i = 0; i < this.length; i++) ring[i] = this.at(i);
      this.#ring = ring;
      this.#head = 0;
    }
    this.#ring[(this.#head + this.length++) & (this.#ring.length - 1)] = value;
  }

  shift(): T | undefined {
    if (this.length === 0) return undefined;
    const value = this.#ring[this.#head];
    this.#ring[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#ring.length - 1);
    this.length--;
    return value;
  }

  /** The element `index` places behind the first. */
  at(index: number): T | undefined {
    return index < this.length ? this.#ring[(this.#head + index) & (this.#ring.length - 1)] : undefined;
  }

  clear(): void {
    while (this.length > 0) this.shift();
  }
}
