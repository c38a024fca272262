/**
 * OTLP/JSON (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding): protobuf JSON with lowerCamelCase keys,
 * ids in hex instead of base64, enums as numbers. 64-bit integers are decimal strings, or numbers; `null` and an absent
 * key are the default value; unknown keys are passed over. Readers throw `TypeError` that names the key.
 */
export type JsonObject = { readonly [key: string]: unknown };

/** The value itself, checked to be an object. */
export function objectOf(value: unknown, key: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new TypeError(`${key} is not an object`);
}

export function readObject(from: JsonObject, key: string): JsonObject {
  return from[key] == null ? {} : objectOf(from[key], key);
}

export function readList<T>(from: JsonObject, key: string, one: (item: JsonObject) => T): T[] {
  return readValues(from, key).map((item) => one(objectOf(item, `an element of ${key}`)));
}

export function readValues(from: JsonObject, key: string): readonly unknown[] {
  const value = from[key] ?? [];
  if (!Array.isArray(value)) throw new TypeError(`${key} is not an array`);
  return value;
}

export function readText(from: JsonObject, key: string): string {
  const value = from[key] ?? '';
  if (typeof value !== 'string') throw new TypeError(`${key} is not a string`);
  return value;
}

export function readFlag(from: JsonObject, key: string): boolean {
  const value = from[key] ?? false;
  if (typeof value !== 'boolean') throw new TypeError(`${key} is not a boolean`);
  return value;
}

/** A 64-bit integer, signed or not. */
export function readInteger(from: JsonObject, key: string): bigint {
  return integerFrom(from[key] ?? 0, key);
}

export function integerFrom(value: unknown, key: string): bigint {
  const fits =
    (typeof value === 'number' && Number.isInteger(value)) ||
    (typeof value === 'string' && /^-?\d{1,20}$/.test(value)) ||
    typeof value === 'bigint';
  if (!fits) throw new TypeError(`${key} is not a 64-bit integer`);
  const integer = BigInt(value as string | number | bigint);
  if (integer >= 2n ** 64n || integer < -(2n ** 63n)) throw new TypeError(`${key} is not a 64-bit integer`);
  return integer;
}

/** An unsigned 64-bit time. */
export function readNanos(from: JsonObject, key: string): bigint {
  const time = readInteger(from, key);
  if (time < 0n) throw new TypeError(`${key} is negative`);
  return time;
}

export function readCount(from: JsonObject, key: string): number {
  return countFrom(from[key] ?? 0, key);
}

export function countFrom(value: unknown, key: string): number {
  const count = Number(integerFrom(value, key));
  if (count < 0) throw new TypeError(`${key} is negative`);
  return count;
}

/** A 32-bit integer: a scale, an offset, an enum. */
export function readInt32(from: JsonObject, key: string): number {
  const value = Number(readInteger(from, key));
  if (value !== (value | 0)) throw new TypeError(`${key} is not a 32-bit integer`);
  return value;
}

export function readDouble(from: JsonObject, key: string): number {
  return doubleFrom(from[key] ?? 0, key);
}

const NUMBER = /^-?(\d+(\.\d*)?([eE][+-]?\d+)?|Infinity)$|^NaN$/;

export function doubleFrom(value: unknown, key: string): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && NUMBER.test(value)) return Number(value);
  throw new TypeError(`${key} is not a number`);
}

/** A double as JSON can carry it. */
export function jsonDouble(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

/** An id of `length` bytes in hex of any case; '' where absent or all zeros. */
export function readId(from: JsonObject, key: string, length: number): string {
  const hex = readText(from, key).toLowerCase();
  if (hex === '') return '';
  if (hex.length !== length * 2 || !/^[0-9a-f]+$/.test(hex))
    throw new TypeError(`${key} is not ${length} bytes in hex`);
  return /^0+$/.test(hex) ? '' : hex;
}
