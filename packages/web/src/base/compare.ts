export type SortValue = number | string | null;

/** `name` ascending, `-name` descending. */
export interface Sort {
  readonly id: string;
  readonly descending: boolean;
}

export function parseSort(text: string): Sort {
  return text.startsWith('-') ? { id: text.slice(1), descending: true } : { id: text, descending: false };
}

export function sortText(sort: Sort): string {
  return sort.descending ? `-${sort.id}` : sort.id;
}

const COLLATOR = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** A stable sorted copy. What was not measured comes last in both directions. */
export function sorted<Row>(rows: readonly Row[], value: (row: Row) => SortValue, descending: boolean): Row[] {
  const sign = descending ? -1 : 1;
  return rows
    .map((row) => ({ row, key: value(row) }))
    .sort((a, b) => {
      if (a.key === null || b.key === null) return a.key === b.key ? 0 : a.key === null ? 1 : -1;
      if (typeof a.key === 'number' && typeof b.key === 'number') return sign * (a.key - b.key);
      return sign * COLLATOR.compare(String(a.key), String(b.key));
    })
    .map(({ row }) => row);
}

/** Every word of the query is in the text, without regard to case. */
export function matches(query: string, ...texts: readonly string[]): boolean {
  const haystack = texts.join(' ').toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => haystack.includes(word));
}
