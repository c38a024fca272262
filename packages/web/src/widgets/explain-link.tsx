import { useSetSettings } from '../data/settings.ts';
import { useText } from '../data/text.ts';
import css from './explain.module.css';

interface ExplainLinkProps {
  /** Name in `FORMULAS`. */
  readonly number: string;
  /** The query its rows come from, where that is not the one of the formula. */
  readonly query?: string | undefined;
  /** What is explained, where it is more than the formula says. */
  readonly of?: string;
}

/** Opens the formula of a number and the query it was made from. */
export function ExplainLink({ number, query, of = number }: ExplainLinkProps) {
  const { explain } = useText();
  const set = useSetSettings();
  return (
    <button
      type="button"
      className={css.link}
      title={explain.open}
      aria-label={`${explain.open}: ${of}`}
      data-formula={number}
      data-query={query}
      onClick={() => set({ explain: query === undefined ? number : `${number}@${query}` })}
    >
      ƒ
    </button>
  );
}
