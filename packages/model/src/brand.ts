declare const brand: unique symbol;

/** A value of type `T` that cannot be mixed up with another `T`: the tag exists in the type system only. */
export type Brand<T, Tag extends string> = T & { readonly [brand]: Tag };
