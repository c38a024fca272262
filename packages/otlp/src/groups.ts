import { NO_RESOURCE, NO_SCOPE, readResource, readScope } from './common.ts';
import { decoding } from './error.ts';
import type { Resource, Scope } from './types.ts';
import { bytes, Input } from './wire.ts';

/** What every export request is: items by scope, and scopes by resource. */
export interface Group<Item> {
  readonly resource: Resource;
  readonly scopes: readonly ScopeGroup<Item>[];
}

export interface ScopeGroup<Item> {
  readonly scope: Scope;
  readonly items: readonly Item[];
}

/** The groups of an export request called `message`; what `readItem` reads as null is left out. Throws `OtlpDecodeError`. */
export function readGroups<Item>(
  message: string,
  payload: Uint8Array,
  readItem: (input: Input) => Item | null,
): Group<Item>[] {
  return decoding(message, () => {
    const input = new Input(payload);
    const groups: Group<Item>[] = [];
    for (const end = input.enterRoot(); input.more(end); ) {
      if (input.tag() === bytes(1)) groups.push(readGroup(input, readItem));
      else input.skip();
    }
    return groups;
  });
}

function readGroup<Item>(input: Input, readItem: (input: Input) => Item | null): Group<Item> {
  let resource = NO_RESOURCE;
  const scopes: ScopeGroup<Item>[] = [];
  for (const end = input.enter(); input.more(end); ) {
    switch (input.tag()) {
      case bytes(1):
        resource = readResource(input);
        break;
      case bytes(2):
        scopes.push(readScopeGroup(input, readItem));
        break;
      default:
        input.skip();
    }
  }
  return { resource, scopes };
}

function readScopeGroup<Item>(input: Input, readItem: (input: Input) => Item | null): ScopeGroup<Item> {
  let scope = NO_SCOPE;
  const items: Item[] = [];
  for (const end = input.enter(); input.more(end); ) {
    switch (input.tag()) {
      case bytes(1):
        scope = readScope(input);
        break;
      case bytes(2): {
        const item = readItem(input);
        if (item !== null) items.push(item);
        break;
      }
      default:
        input.skip();
    }
  }
  return { scope, items };
}
