import type { AttributeMap, AttributeValue } from '@sonde/otlp';
import type { TextAttributes } from '@sonde/store';

/** Longest text kept of one attribute that is part of a row's key. */
const MAX_TEXT = 1024;

export function textOf(value: AttributeValue): string {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return typeof value === 'object' ? jsonOf(value) : String(value);
}

/** JSON with big integers as decimal text and bytes as base64. */
export function jsonOf(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => {
    if (typeof item === 'bigint') return item.toString();
    return item instanceof Uint8Array ? Buffer.from(item).toString('base64') : item;
  });
}

/** The first of the attributes that is there, as text; '' where none is. */
export function firstOf(attributes: AttributeMap, ...keys: readonly string[]): string {
  for (const key of keys) {
    const value = attributes[key];
    if (value !== undefined && value !== '') return textOf(value).slice(0, MAX_TEXT);
  }
  return '';
}

export function allText(attributes: AttributeMap): TextAttributes {
  return Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, textOf(value)]));
}
