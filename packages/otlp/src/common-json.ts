import { integerOf, NO_ATTRIBUTES, withAttribute } from './common.ts';
import {
  doubleFrom,
  integerFrom,
  type JsonObject,
  jsonDouble,
  objectOf,
  readFlag,
  readList,
  readObject,
  readText,
  readValues,
} from './json.ts';
import type { AttributeMap, AttributeValue, Resource, Scope } from './types.ts';
import { MAX_DEPTH } from './wire.ts';

/** AnyValue, KeyValue, InstrumentationScope and Resource as OTLP/JSON. */
export function attributesJson(attributes: AttributeMap): object[] {
  return Object.keys(attributes).map((key) => ({ key, value: anyJson(attributes[key]) }));
}

export function anyJson(value: AttributeValue): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'bigint' || Number.isSafeInteger(value)) return { intValue: String(value) };
  if (typeof value === 'number') return { doubleValue: jsonDouble(value) };
  if (value instanceof Uint8Array) return { bytesValue: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyJson) } };
  return { kvlistValue: { values: attributesJson(value as AttributeMap) } };
}

export function readAttributesJson(from: JsonObject, key: string, depth = 0): AttributeMap {
  let attributes = NO_ATTRIBUTES;
  for (const item of readValues(from, key)) {
    const pair = objectOf(item, `an element of ${key}`);
    attributes = withAttribute(attributes, readText(pair, 'key'), readAnyJson(readObject(pair, 'value'), depth + 1));
  }
  return attributes;
}

export function readAnyJson(any: JsonObject, depth = 0): AttributeValue {
  if (depth > MAX_DEPTH) throw new RangeError(`nested deeper than ${MAX_DEPTH}`);
  if (any.stringValue != null) return readText(any, 'stringValue');
  if (any.boolValue != null) return readFlag(any, 'boolValue');
  if (any.intValue != null) return integerOf(integerFrom(any.intValue, 'intValue'));
  if (any.doubleValue != null) return doubleFrom(any.doubleValue, 'doubleValue');
  if (any.bytesValue != null) return new Uint8Array(Buffer.from(readText(any, 'bytesValue'), 'base64'));
  if (any.arrayValue != null) {
    return readList(readObject(any, 'arrayValue'), 'values', (item) => readAnyJson(item, depth + 1));
  }
  if (any.kvlistValue != null) return readAttributesJson(readObject(any, 'kvlistValue'), 'values', depth + 1);
  return '';
}

export function resourceJson(resource: Resource): object {
  return { attributes: attributesJson(resource.attributes) };
}

export function readResourceJson(from: JsonObject): Resource {
  return { attributes: readAttributesJson(readObject(from, 'resource'), 'attributes') };
}

export function readScopeJson(from: JsonObject): Scope {
  const scope = readObject(from, 'scope');
  return { name: readText(scope, 'name'), version: readText(scope, 'version') };
}
