import * as ber from './ber.ts';
import { element } from './ber.ts';
import type { Message } from './message.ts';
import { scrub } from './scrub.ts';
import { EMPTY, type SymbolId, symbols } from './symbols.ts';

/** Tags of operations (RFC 4511 §4.1.1). */
export const [BIND, UNBIND, SEARCH, MODIFY, ADD, DELETE, RENAME, COMPARE, ABANDON, EXTENDED] = [
  0x60, 0x42, 0x63, 0x66, 0x68, 0x4a, 0x6c, 0x6e, 0x50, 0x77,
] as const;
export const [ENTRY, REFERENCE, INTERMEDIATE, EXTENDED_RESPONSE] = [0x64, 0x73, 0x79, 0x78] as const;

const NAMES = new Map<number, SymbolId>(
  (
    [
      [BIND, 'bind'], [UNBIND, 'unbind'], [SEARCH, 'search'], [MODIFY, 'modify'], [ADD, 'add'], [DELETE, 'delete'],
      [RENAME, 'modifyDN'], [COMPARE, 'compare'], [EXTENDED, 'extended'], [ABANDON, 'abandon'],
    ] as const
  ).map(([tag, name]) => [tag, symbols.ofText(name)]),
); // biome-ignore format: one list
const RESPONSES: readonly number[] = [
  0x61,
  0x65,
  0x67,
  0x69,
  0x6b,
  0x6d,
  0x6f,
  ENTRY,
  REFERENCE,
  INTERMEDIATE,
  EXTENDED_RESPONSE,
];

export const isRequest = (tag: number): boolean => NAMES.has(tag);
export const isResponse = (tag: number): boolean => RESPONSES.includes(tag);

const MAX_OUT = 512;
const MAX_DEPTH = 16;
const out = new Uint8Array(MAX_OUT + 8);
let length = 0;

function put(byte: number): void {
  if (length < MAX_OUT) out[length++] = byte;
}

function putBytes(bytes: Uint8Array, at: number, end: number): void {
  for (; at < end && length < MAX_OUT; at++) out[length++] = bytes[at];
}

/** Takes what a request `[at, end)` says. */
export function readRequest(tag: number, bytes: Uint8Array, at: number, end: number, message: Message): void {
  message.operation = NAMES.get(tag) ?? EMPTY;
  switch (tag) {
    case BIND:
      if (ber.readElement(bytes, at, end) && ber.readElement(bytes, element.end, end))
        message.target = name(bytes, end);
      return;
    case DELETE:
      message.target = nameOf(bytes, at, end);
      return;
    case SEARCH: {
      if (!ber.readElement(bytes, at, end)) return;
      const next = element.end;
      message.target = name(bytes, end);
      element.end = next;
      for (let i = 0; i < 5; i++) if (!ber.readElement(bytes, element.end, end)) return;
      length = 0;
      putFilter(bytes, element.end, end, 0);
      message.statement = symbols.of(out, 0, length);
      return;
    }
    case EXTENDED:
      if (ber.readElement(bytes, at, end) && element.tag === 0x80 && element.end <= end)
        message.target = symbols.of(bytes, element.at, Math.min(element.end, element.at + 64));
      return;
    case MODIFY:
    case ADD:
    case RENAME:
    case COMPARE:
      if (ber.readElement(bytes, at, end)) message.target = name(bytes, end);
  }
}

function name(bytes: Uint8Array, end: number): SymbolId {
  return nameOf(bytes, element.at, Math.min(end, element.end));
}

/** Attributes whose values name a place in the tree and not one of many entries. */
const PLACES = ['dc', 'ou', 'o', 'c', 'l', 'st'];

/** A distinguished name with the values of other attributes left out: `uid={id},ou=people,dc=example`. */
function nameOf(bytes: Uint8Array, at: number, end: number): SymbolId {
  length = 0;
  while (at < end) {
    let equals = at;
    while (equals < end && bytes[equals] !== 0x3d && bytes[equals] !== 0x2c) equals++;
    if (equals === end || bytes[equals] === 0x2c) {
      if (equals > at) putText('{id}');
      if (equals < end) put(0x2c);
      at = equals + 1;
      continue;
    }
    let comma = equals;
    while (comma < end && (bytes[comma] !== 0x2c || bytes[comma - 1] === 0x5c)) comma++;
    putBytes(bytes, at, equals + 1);
    if (isPlace(bytes, at, equals)) putBytes(bytes, equals + 1, comma);
    else putText('{id}');
    if (comma < end) put(0x2c);
    at = comma + 1;
  }
  return symbols.of(out, 0, length);
}

function putText(text: string): void {
  for (let i = 0; i < text.length; i++) put(text.charCodeAt(i));
}

function isPlace(bytes: Uint8Array, at: number, end: number): boolean {
  while (at < end && bytes[at] === 0x20) at++;
  search: for (let i = 0; i < PLACES.length; i++) {
    const place = PLACES[i];
    if (place.length !== end - at) continue;
    for (let j = 0; j < place.length; j++) if ((bytes[at + j] | 0x20) !== place.charCodeAt(j)) continue search;
    return true;
  }
  return false;
}

const [AND, OR, NOT, SUBSTRINGS, GREATER, LESS, PRESENT, APPROXIMATE, EXTENSIBLE] = [
  0xa0, 0xa1, 0xa2, 0xa4, 0xa5, 0xa6, 0x87, 0xa8, 0xa9,
] as const;

/** Writes the filter at `at` as RFC 4515 does, with `?` for values: where the next one is. */
function putFilter(bytes: Uint8Array, at: number, end: number, depth: number): number {
  if (depth > MAX_DEPTH || !ber.readElement(bytes, at, end)) return end;
  const { tag, at: content } = element;
  const stop = Math.min(end, element.end);
  put(0x28);
  if (tag === AND || tag === OR || tag === NOT) {
    put(tag === AND ? 0x26 : tag === OR ? 0x7c : 0x21);
    for (let next = content; next < stop; ) next = putFilter(bytes, next, stop, depth + 1);
  } else if (tag === PRESENT) {
    putAttribute(bytes, content, stop);
    putText('=*');
  } else if (tag === EXTENSIBLE) putText(':=?');
  else if (ber.readElement(bytes, content, stop)) {
    putAttribute(bytes, element.at, Math.min(stop, element.end));
    putText(
      tag === GREATER ? '>=?' : tag === LESS ? '<=?' : tag === APPROXIMATE ? '~=?' : tag === SUBSTRINGS ? '=?*' : '=?',
    );
  }
  put(0x29);
  return stop;
}

function putAttribute(bytes: Uint8Array, at: number, end: number): void {
  for (let i = at; i < end; i++) {
    if (bytes[i] >= 0x2d && bytes[i] <= 0x7a && bytes[i] !== 0x3d && end - at <= 64) continue;
    put(0x3f);
    return;
  }
  putBytes(bytes, at, end);
}

/** Result codes (RFC 4511 appendix A); those without a name here are no errors. */
const CODES = new Map(
  (
    [
      [1, 'operationsError'], [2, 'protocolError'], [3, 'timeLimitExceeded'], [4, 'sizeLimitExceeded'],
      [7, 'authMethodNotSupported'], [8, 'strongerAuthRequired'], [11, 'adminLimitExceeded'],
      [12, 'unavailableCriticalExtension'], [13, 'confidentialityRequired'], [16, 'noSuchAttribute'],
      [17, 'undefinedAttributeType'], [18, 'inappropriateMatching'], [19, 'constraintViolation'],
      [20, 'attributeOrValueExists'], [21, 'invalidAttributeSyntax'], [32, 'noSuchObject'], [33, 'aliasProblem'],
      [34, 'invalidDNSyntax'], [36, 'aliasDereferencingProblem'], [48, 'inappropriateAuthentication'],
      [49, 'invalidCredentials'], [50, 'insufficientAccessRights'], [51, 'busy'], [52, 'unavailable'],
      [53, 'unwillingToPerform'], [54, 'loopDetect'], [64, 'namingViolation'], [65, 'objectClassViolation'],
      [66, 'notAllowedOnNonLeaf'], [67, 'notAllowedOnRDN'], [68, 'entryAlreadyExists'],
      [69, 'objectClassModsProhibited'], [71, 'affectsMultipleDSAs'], [80, 'other'],
    ] as const
  ).map(([code, text]) => [code as number, symbols.ofText(text)] as const),
); // biome-ignore format: one list
const NUMBERS: readonly SymbolId[] = Array.from({ length: 128 }, (_, code) => symbols.ofText(String(code)));
const OTHER = symbols.ofText('other');
const NO_ERRORS = [0, 5, 6, 10, 14];

/** Code, matched name, text. The code, or -1. */
export function readResult(bytes: Uint8Array, at: number, end: number, message: Message): number {
  if (!ber.readElement(bytes, at, end) || element.tag !== 0x0a) return -1;
  const code = ber.integer(bytes, end);
  const next = element.end;
  message.status = NUMBERS[code] ?? OTHER;
  if (NO_ERRORS.includes(code)) return code;
  message.error = CODES.get(code) ?? OTHER;
  if (ber.readElement(bytes, next, end) && ber.readElement(bytes, element.end, end))
    message.errorText = scrub(bytes, element.at, Math.min(end, element.end));
  return code;
}
