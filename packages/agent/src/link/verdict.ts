/** What is known of a call, by the response that its answer led to, or by its task. */
export const UNSAID = 0;
export const AGREED = 1;
export const DISAGREED = 2;
export const BACKWARD = 3;
/** Several responses followed its answer: nobody knows whose it was. */
export const MUDDLED = 4;
/** A later call of its chain agreed. */
export const VOUCHED = 5;
/** A later call of its chain disagreed: nobody knows where the chain went wrong. */
export const DOUBTED = 6;
/** The task that made it has answered a request. */
export const TASK = 7;
/** The task that made it works for others than the request it leads to. */
export const STRAYED = 8;

/** A response has followed its answer. */
export const NAMED: ReadonlySet<number> = new Set([AGREED, DISAGREED, BACKWARD, MUDDLED]);
