/** One step of the schema. Applied once, in order of `id`; never changed after it was released. */
export interface Migration {
  readonly id: number;
  readonly name: string;
  /** Each can be repeated without harm, since a crash may fall between two of them. */
  readonly statements: readonly (string | Conditional)[];
}

/** A statement that is not always needed. */
export interface Conditional {
  readonly query: string;
  /** Left out where this query has rows: for what must not be repeated. */
  readonly unless?: string;
  /** About rows that were stored before: left out of a new store, which has none. */
  readonly isOfRows?: true;
}
