import type { SlowAnalysis } from '@sonde/api';
import { duration } from '../../base/format.ts';
import { useText } from '../../data/text.ts';
import css from './slow-page.module.css';

const PARTS = ['client', 'network', 'server', 'queueWait'] as const;

/** Averages of the same calls from both ends: which part of the latency is whose. */
export function Split({ split }: { readonly split: SlowAnalysis['split'] }) {
  const { slow: words } = useText();
  const most = Math.max(1, ...PARTS.map((part) => split[part] ?? 0));
  return (
    <>
      <dl className={css.split}>
        {PARTS.map((part) => (
          <div key={part} data-part={part}>
            <dt>{words[part]}</dt>
            <i style={{ width: `${(100 * (split[part] ?? 0)) / most}%` }} />
            <dd>{duration(split[part])}</dd>
          </div>
        ))}
      </dl>
      {split.network === null && <p>{words.noSplit}</p>}
    </>
  );
}
