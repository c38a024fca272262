/** How the text of a database's statements differs from standard SQL, as flags. */
const BACKSLASH = 1;
const DOUBLE_QUOTED_STRINGS = 2;
const HASH_COMMENTS = 4;
const DOLLAR_QUOTES = 8;
const BRACKET_NAMES = 16;
const EXECUTABLE_COMMENTS = 32;

export const dialects = {
  mysql: BACKSLASH | DOUBLE_QUOTED_STRINGS | HASH_COMMENTS | EXECUTABLE_COMMENTS,
  pgsql: DOLLAR_QUOTES,
  tsql: BRACKET_NAMES,
  clickhouse: BACKSLASH | HASH_COMMENTS,
  cql: DOLLAR_QUOTES,
} as const;
export type Dialect = number;

export { BACKSLASH, BRACKET_NAMES, DOLLAR_QUOTES, DOUBLE_QUOTED_STRINGS, EXECUTABLE_COMMENTS, HASH_COMMENTS };
