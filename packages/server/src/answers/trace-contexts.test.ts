import { describe, expect, test } from 'vitest';
import { idOf, nameOf, rowOf, STORY, type ToldSpan, TREE } from '../test-story.ts';
import { placesOf } from './trace-tree.ts';

function treeOf(told: readonly ToldSpan[]): Record<string, [string, string | undefined]> {
  const places = placesOf(
    told.map((span) => rowOf(span, 1_790_000_000_000)),
    [],
  );
  return Object.fromEntries(
    told.map(({ id }) => {
      const place = places.get(idOf(id));
      return [id, [place === undefined ? '' : nameOf(place.parent), place?.method]];
    }),
  );
}

const without = (...ids: string[]) => STORY.filter(({ id }) => !ids.includes(id));

describe('spans of kernel and application', () => {
  test('are one tree, in whatever order they are', () => {
    expect(treeOf(STORY)).toEqual(TREE);
    expect(treeOf(STORY.toReversed())).toEqual(TREE);
    for (let i = 1; i < STORY.length; i++) expect(treeOf([...STORY.slice(i), ...STORY.slice(0, i)])).toEqual(TREE);
  });

  test('of an application that sends its own nowhere: calls stay with the request they were made for', () => {
    const tree = treeOf(STORY.filter(({ trace }) => trace !== undefined));
    expect(tree).toMatchObject({
      'shop-to': ['shop-in', 'scope-both'],
      'prox-to': ['prox-in', 'header'],
      'cart-to': ['cart-in', 'scope-both'],
    });
  });

  test('where the kernel did not see a host', () => {
    expect(treeOf(without('shop-in', 'shop-to'))).toMatchObject({
      Shop: ['', undefined],
      'prox-in': ['Fetch', 'context'],
      'prox-to': ['prox-in', 'header'],
      Cart: ['cart-in', 'context'],
    });
    expect(treeOf(without('cart-in'))).toMatchObject({ Cart: ['prox-in', 'context'] });
    expect(treeOf(without('cart-in', 'prox-in'))).toMatchObject({ Cart: ['Fetch', 'application'] });
  });
});

describe('a header that came twice', () => {
  /** Two requests at once with the same header, each passed on. */
  const twice: ToldSpan[] = [
    { id: 'Fetch', kind: 'client', at: 0, ms: 100, on: 'shop' },
    { id: 'in-1', kind: 'server', at: 1, ms: 90, on: 'proxy', trace: 1, context: 'Fetch' },
    { id: 'in-2', kind: 'server', at: 2, ms: 90, on: 'proxy', trace: 2, context: 'Fetch' },
    { id: 'out-1', kind: 'client', at: 3, ms: 40, on: 'proxy', trace: 1, context: 'Fetch' },
    { id: 'out-2', parent: 'in-2', kind: 'client', at: 3, ms: 40, on: 'proxy', trace: 2, context: 'Fetch' },
  ];

  test('proves nothing, what the kernel saw counts', () => {
    expect(treeOf(twice)).toMatchObject({ 'out-1': ['Fetch', 'context'], 'out-2': ['in-2', 'scope-both'] });
  });

  test('one after the other: only the request that was running', () => {
    const [fetch, first, second, ...calls] = twice;
    const after = [fetch, { ...first, ms: 1 }, second, ...calls];
    expect(treeOf(after)).toMatchObject({ 'out-1': ['in-2', 'header'], 'out-2': ['in-2', 'header'] });
  });

  test('an application span that either request could have begun stays where it says', () => {
    const served: ToldSpan = { id: 'Serve', parent: 'Fetch', kind: 'server', at: 4, ms: 20, on: 'proxy' };
    expect(treeOf([...twice, served])).toMatchObject({ Serve: ['Fetch', 'application'] });
    const elsewhere = twice.map((span) => (span.id === 'in-1' ? { ...span, on: 'mirror' } : span));
    expect(treeOf([...elsewhere, served])).toMatchObject({ Serve: ['in-2', 'context'] });
  });
});

test('a process that calls itself', () => {
  const tree = treeOf([
    { id: 'Self', kind: 'client', at: 0, ms: 50, on: 'shop' },
    { id: 'out', kind: 'client', at: 1, ms: 48, on: 'shop', trace: 1, context: 'Self' },
    { id: 'in', parent: 'out', kind: 'server', at: 1, ms: 46, on: 'shop', trace: 1, context: 'Self' },
  ]);
  expect(tree).toEqual({ Self: ['', undefined], out: ['Self', 'context'], in: ['out', 'sequence'] });
});

test('an application whose calls were made for different requests is not put under one of them', () => {
  const tree = treeOf([
    { id: 'in-1', kind: 'server', at: 0, ms: 90, on: 'shop', trace: 1 },
    { id: 'in-2', kind: 'server', at: 0, ms: 90, on: 'shop', trace: 2 },
    { id: 'Batch', kind: 'internal', at: 1, ms: 80, on: 'shop' },
    { id: 'out-1', parent: 'in-1', kind: 'client', at: 2, ms: 9, on: 'shop', trace: 1, context: 'Batch' },
    { id: 'out-2', parent: 'in-2', kind: 'client', at: 3, ms: 9, on: 'shop', trace: 2, context: 'Batch' },
  ]);
  expect(tree).toMatchObject({ Batch: ['', undefined], 'out-1': ['Batch', 'context'], 'out-2': ['Batch', 'context'] });
});
