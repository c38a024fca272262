import type { AlertSubject } from '@sonde/api';
import { timeRange } from '@sonde/model';
import type { LookupTotal, Measures, NetworkTotal, Plan, Store, SubjectKind, SubjectTotal } from '@sonde/store';
import { preferServer, sumOf } from '../answers/measures.ts';

/** One thing a rule holds its condition against. */
export interface Subject {
  readonly service: string;
  /** Endpoint, instance or peer, '' of a whole service. */
  readonly part: string;
}

export const keyOf = ({ service, part }: Subject): string => JSON.stringify([service, part]);

export type Totals = ReadonlyMap<string, { readonly subject: Subject; readonly measures: Measures }>;

/** Totals of windows that end at one time. Rules that look at the same window share one query. */
export class Windows {
  readonly #store: Store;
  readonly #end: number;
  readonly #asked = new Map<string, Promise<unknown>>();

  /** `end` in seconds since the epoch. */
  constructor(store: Store, end: number) {
    this.#store = store;
    this.#end = end;
  }

  totals(by: AlertSubject, seconds: number, clientErrorsOnly = false): Promise<Totals> {
    return this.#once(`requests ${by} ${seconds} ${clientErrorsOnly}`, seconds, async (plan) => {
      const rows = await this.#store.subjectTotals(plan, by as SubjectKind, clientErrorsOnly);
      const groups = Map.groupBy(rows, ({ name, part }) => keyOf({ service: name, part }));
      return new Map([...groups].map(([key, all]) => [key, merged(all)]));
    });
  }

  network(by: AlertSubject, seconds: number): Promise<readonly NetworkTotal[]> {
    const keys = by === 'peer' || by === 'instance' ? [by] : [];
    return this.#once(`network ${by} ${seconds}`, seconds, (plan) => this.#store.networkTotals(plan, keys));
  }

  lookups(by: AlertSubject, seconds: number): Promise<readonly LookupTotal[]> {
    return this.#once(`look-ups ${by} ${seconds}`, seconds, (plan) =>
      this.#store.lookupTotals(plan, by as SubjectKind),
    );
  }

  #once<T>(key: string, seconds: number, ask: (plan: Plan) => Promise<T>): Promise<T> {
    const asked = this.#asked.get(key) as Promise<T> | undefined;
    if (asked !== undefined) return asked;
    const answer = ask(this.#store.plan(timeRange((this.#end - seconds) * 1000, this.#end * 1000)));
    this.#asked.set(key, answer);
    return answer;
  }
}

function merged(rows: readonly SubjectTotal[]) {
  const { name, part } = rows[0];
  return { subject: { service: name, part }, measures: sumOf(preferServer(rows).rows) };
}
