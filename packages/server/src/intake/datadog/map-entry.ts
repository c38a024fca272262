import { bytes, type Input, varint } from '@sonde/otlp/wire';

/** One half of a map's entries: the tag it has, how it is read, what it is where it was left out. */
export interface Half<T> {
  readonly tag: number;
  readonly read: (input: Input) => T;
  readonly absent: T;
}

export const number = (field: number): Half<number> => ({
  tag: varint(field),
  read: ({ reader }) => reader.int32(),
  absent: 0,
});
export const text = (field: number): Half<string> => ({
  tag: bytes(field),
  read: (input) => input.string(),
  absent: '',
});
export const long = (field: number): Half<number> => ({
  tag: varint(field),
  read: ({ reader }) => Number(reader.int64()),
  absent: 0,
});

export function mapEntry<K, V>(input: Input, into: Map<K, V>, key: Half<K>, value: Half<V>): void {
  let k = key.absent;
  let v = value.absent;
  for (const end = input.enter(); input.more(end); ) {
    const tag = input.tag();
    if (tag === key.tag) k = key.read(input);
    else if (tag === value.tag) v = value.read(input);
    else input.skip();
  }
  into.set(k, v);
}
