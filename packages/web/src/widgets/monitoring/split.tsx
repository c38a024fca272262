import type { SlowAnalysis } from '@sonde/api';
import { duration, percent } from '../../base/format.ts';
import { useText } from '../../data/text.ts';
import { ExplainLink } from '../explain-link.tsx';
import css from './slow.module.css';

const PARTS = ['network', 'queueWait', 'server'] as const;

/** The average of the callers as a bar of its parts; where one end is not seen, what is known stands alone. */
export function Split({ split }: { readonly split: SlowAnalysis['split'] }) {
  const { slow: words } = useText();
  const total = PARTS.reduce((sum, part) => sum + (split[part] ?? 0), 0);
  const isSplit = split.network !== null;
  const shareOf = (part: (typeof PARTS)[number]) => (isSplit && total > 0 ? (split[part] ?? 0) / total : null);
  return (
    <>
      {isSplit && (
        <div className={css.bar} role="img" aria-label={words.split}>
          {PARTS.map((part) => (
            <i key={part} data-part={part} style={{ flexGrow: shareOf(part) ?? 0 }} />
          ))}
        </div>
      )}
      <dl className={css.split}>
        {PARTS.map((part) => (
          <div key={part} data-part={part} title={words.splitHelp[part]}>
            <dt>
              <i /> {words[part]}
            </dt>
            <dd>{duration(split[part])}</dd>
            <dd>{percent(shareOf(part))}</dd>
            <dd>
              <ExplainLink number={part} query="requests by caller" />
            </dd>
          </div>
        ))}
        <div>
          <dt>{words.client}</dt>
          <dd>{duration(split.client)}</dd>
          <dd />
          <dd>
            <ExplainLink number="client" query="requests by caller" />
          </dd>
        </div>
      </dl>
      {!isSplit && <p>{words.noSplit}</p>}
    </>
  );
}
