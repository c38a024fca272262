/** Reads bounded little-endian numbers and texts; anything beyond the end is `null`. */
class Bytes {
  readonly #view: DataView;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u16(at: number): number | null {
    return at >= 0 && at + 2 <= this.#bytes.length ? this.#view.getUint16(at, true) : null;
  }

  u32(at: number): number | null {
    return at >= 0 && at + 4 <= this.#bytes.length ? this.#view.getUint32(at, true) : null;
  }

  text(at: number): string | null {
    const length = this.u16(at);
    if (length === null || at + 2 + length > this.#bytes.length) return null;
    return new TextDecoder().decode(this.#bytes.subarray(at + 2, at + 2 + length));
  }
}

/** Most tags read of one set. */
const MAX_TAGS = 1000;

/**
 * The tag set at `index` of an encoded tag buffer, `key:value` each; empty where there is none.
 * Version 1: at the index a count and that many texts, each behind its length. Versions 2 and 3: the index is relative to
 * a footer, whose place is in the header, and holds positions of texts. What runs over the end is left out.
 * Source: https://github.com/DataDog/agent-payload, `process/tags_v2.go`.
 */
export function tagsAt(buffer: Uint8Array, index: number): string[] {
  if (index < 0 || buffer.length === 0) return [];
  const bytes = new Bytes(buffer);
  const tags: string[] = [];
  if (buffer[0] === 1) {
    const count = Math.min(bytes.u16(index) ?? 0, MAX_TAGS);
    for (let i = 0, at = index + 2; i < count; i++) {
      const text = bytes.text(at);
      if (text === null) break;
      tags.push(text);
      at += 2 + bytes.u16(at)!;
    }
  } else if (buffer[0] === 2 || buffer[0] === 3) {
    const footer = bytes.u32(1);
    const at = (footer ?? 0) + index;
    const count = Math.min((footer !== null && bytes.u16(at)) || 0, MAX_TAGS);
    for (let i = 0; i < count; i++) {
      const position = bytes.u32(at + 2 + 4 * i);
      const text = position === null ? null : bytes.text(position);
      if (text === null) break;
      tags.push(text);
    }
  }
  return tags;
}

/** Tags that name a service, best first. */
const SERVICE_TAGS = [
  'service',
  'app',
  'short_image',
  'kube_container_name',
  'container_name',
  'kube_deployment',
  'kube_service',
];

/** '' where no tag names the service. */
export function serviceOfTags(tags: readonly string[]): string {
  for (const key of SERVICE_TAGS) {
    const tag = tags.find((each) => each.startsWith(`${key}:`));
    if (tag !== undefined && tag.length > key.length + 1) return tag.slice(key.length + 1);
  }
  return '';
}
