import { useSetSettings } from '../data/settings.ts';
import { useText } from '../data/text.ts';
import css from './explain.module.css';

/** Opens the formula of a number and the query it was made from. */
export function ExplainLink({ number }: { readonly number: string }) {
  const { explain } = useText();
  const set = useSetSettings();
  return (
    <button
      type="button"
      className={css.link}
      title={explain.open}
      aria-label={`${explain.open}: ${number}`}
      onClick={() => set({ explain: number })}
    >
      ƒ
    </button>
  );
}
