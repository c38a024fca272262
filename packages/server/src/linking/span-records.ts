import { numberOf, type SpanRecord } from '@sonde/linker';
import { ATTR } from '@sonde/model';
import type { SpanRow } from '@sonde/store';
import { isOfKernel, spanKeysOf } from './span-keys.ts';

/** `key=value` of span attributes whose traces are kept, or dropped. */
export interface Rules {
  readonly always: readonly string[];
  readonly never: readonly string[];
}

type Pair = readonly [key: string, value: string];

const pairOf = (rule: string): Pair => {
  const at = rule.indexOf('=');
  return [rule.slice(0, at), rule.slice(at + 1)];
};

/** Makes of spans what the linker and the sampler need of them. */
export class SpanRecords {
  readonly #always: readonly Pair[];
  readonly #never: readonly Pair[];

  constructor({ always, never }: Rules) {
    this.#always = always.map(pairOf);
    this.#never = never.map(pairOf);
  }

  of(row: SpanRow, verdict: SpanRecord['summary']['verdict'] = null): SpanRecord {
    const says = ([key, value]: Pair) => row.attributes[key] === value;
    const summary = {
      service: numberOf(row.service),
      endpoint: numberOf(`${row.service} ${row.name}`),
      hasError: row.status === 'error',
      rule: this.#always.some(says) ? 'always' : this.#never.some(says) ? 'never' : null,
      application: applicationOf(row),
      verdict,
    } as const;
    return { keys: spanKeysOf(row), summary };
  }
}

/** A context says what its application decided; one that sends its spans has decided to keep them. */
function applicationOf(row: SpanRow): SpanRecord['summary']['application'] {
  if (!isOfKernel(row)) return 'keep';
  const sampled = row.attributes[ATTR.contextSampled];
  return sampled === 'true' ? 'keep' : sampled === 'false' ? 'drop' : null;
}
