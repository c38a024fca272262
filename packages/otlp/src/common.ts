import { type BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { AttributeMap, AttributeValue, Resource, Scope } from './types.ts';
import { bits64, bytes, type Input, nested, varint, writeString } from './wire.ts';

/**
 * AnyValue, KeyValue, InstrumentationScope and Resource.
 * Field numbers: opentelemetry/proto/common/v1/common.proto and resource/v1/resource.proto.
 */
const NO_ATTRIBUTES: AttributeMap = Object.freeze({});
const NO_SCOPE: Scope = Object.freeze({ name: '', version: '' });
const NO_RESOURCE: Resource = Object.freeze({ attributes: NO_ATTRIBUTES });

export { NO_ATTRIBUTES, NO_RESOURCE, NO_SCOPE };

/** Writes attributes as a repeated KeyValue under `field`. Whole numbers become int_value, others double_value. */
export function writeAttributes(out: BinaryWriter, field: number, attributes: AttributeMap): void {
  for (const key of Object.keys(attributes)) {
    nested(out, field, () => {
      writeString(out, 1, key);
      nested(out, 2, () => writeAny(out, attributes[key]));
    });
  }
}

/** AnyValue, the inside of it. */
export function writeAny(out: BinaryWriter, value: AttributeValue): void {
  if (typeof value === 'string') {
    out.tag(1, WireType.LengthDelimited).string(value);
  } else if (typeof value === 'boolean') {
    out.tag(2, WireType.Varint).bool(value);
  } else if (typeof value === 'bigint' || Number.isSafeInteger(value)) {
    out.tag(3, WireType.Varint).int64(value as bigint | number);
  } else if (typeof value === 'number') {
    out.tag(4, WireType.Bit64).double(value);
  } else if (value instanceof Uint8Array) {
    out.tag(7, WireType.LengthDelimited).bytes(value);
  } else if (Array.isArray(value)) {
    nested(out, 5, () => {
      for (const item of value) nested(out, 1, () => writeAny(out, item));
    });
  } else {
    nested(out, 6, () => writeAttributes(out, 1, value as AttributeMap));
  }
}

export function writeResource(out: BinaryWriter, field: number, resource: Resource): void {
  nested(out, field, () => writeAttributes(out, 1, resource.attributes));
}

export function writeScope(out: BinaryWriter, field: number, scope: Scope): void {
  nested(out, field, () => {
    writeString(out, 1, scope.name);
    writeString(out, 2, scope.version);
  });
}

const KEY = bytes(1);
const VALUE = bytes(2);

/** Reads one KeyValue and returns the attributes with it: a new map on the first one, the same map after. */
export function readAttribute(input: Input, into: AttributeMap): AttributeMap {
  let key = '';
  let value: AttributeValue = '';
  for (const end = input.enter(); input.more(end); ) {
    switch (input.tag()) {
      case KEY:
        key = input.string();
        break;
      case VALUE:
        value = readAny(input);
        break;
      default:
        input.skip();
    }
  }
  return withAttribute(into, key, value);
}

/** The map with one attribute more; `NO_ATTRIBUTES` is replaced by a new map, any other is changed in place. */
export function withAttribute(into: AttributeMap, key: string, value: AttributeValue): AttributeMap {
  const map = (into === NO_ATTRIBUTES ? {} : into) as Record<string, AttributeValue>;
  if (key === '__proto__') Object.defineProperty(map, key, { value, enumerable: true, configurable: true });
  else map[key] = value;
  return map;
}

export function readAny(input: Input): AttributeValue {
  let value: AttributeValue = '';
  for (const end = input.enter(); input.more(end); ) {
    switch (input.tag()) {
      case bytes(1):
        value = input.string();
        break;
      case varint(2):
        value = input.reader.bool();
        break;
      case varint(3):
        value = integerOf(BigInt(input.reader.int64()));
        break;
      case bits64(4):
        value = input.reader.double();
        break;
      case bytes(5):
        value = readArray(input);
        break;
      case bytes(6):
        value = readAttributes(input);
        break;
      case bytes(7):
        value = new Uint8Array(input.reader.bytes());
        break;
      default:
        input.skip();
    }
  }
  return value;
}

/** A number where it is exact, a bigint beyond 2^53. */
export function integerOf(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function readArray(input: Input): AttributeValue[] {
  const values: AttributeValue[] = [];
  for (const end = input.enter(); input.more(end); ) {
    if (input.tag() === bytes(1)) values.push(readAny(input));
    else input.skip();
  }
  return values;
}

/** KeyValueList and Resource: both hold a repeated KeyValue as field 1. */
function readAttributes(input: Input): AttributeMap {
  let attributes = NO_ATTRIBUTES;
  for (const end = input.enter(); input.more(end); ) {
    if (input.tag() === bytes(1)) attributes = readAttribute(input, attributes);
    else input.skip();
  }
  return attributes;
}

export function readResource(input: Input): Resource {
  return { attributes: readAttributes(input) };
}

export function readScope(input: Input): Scope {
  let name = '';
  let version = '';
  for (const end = input.enter(); input.more(end); ) {
    switch (input.tag()) {
      case bytes(1):
        name = input.string();
        break;
      case bytes(2):
        version = input.string();
        break;
      default:
        input.skip();
    }
  }
  return { name, version };
}
