import type { ResourceRow } from '@sonde/store';

const REPEAT_AFTER = 60;
const MAX_KNOWN = 100_000;

/** Lets a resource through when it is new, has changed, or was not stored for a minute. */
export class KnownResources {
  readonly #known = new Map<string, { time: number; attributes: string }>();

  changed(resources: readonly ResourceRow[]): ResourceRow[] {
    return resources.filter(({ time, service, instance, attributes }) => {
      const key = JSON.stringify([service, instance]);
      const text = JSON.stringify(attributes);
      const last = this.#known.get(key);
      if (last !== undefined && last.attributes === text && time - last.time < REPEAT_AFTER) return false;
      if (this.#known.size >= MAX_KNOWN) this.#known.clear();
      this.#known.set(key, { time, attributes: text });
      return true;
    });
  }
}
