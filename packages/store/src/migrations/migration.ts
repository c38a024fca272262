/** One step of the schema. Applied once, in order of `id`; never changed after it was released. */
export interface Migration {
  readonly id: number;
  readonly name: string;
  /** Each can be repeated without harm, since a crash may fall between two of them. */
  readonly statements: readonly (string | Guarded)[];
}

/** A statement that must not be repeated: left out where the query `unless` has rows. */
export interface Guarded {
  readonly query: string;
  readonly unless: string;
}
