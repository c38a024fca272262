import type { Overview } from '@sonde/api';
import { Link } from '@tanstack/react-router';
import { count, duration } from '../../base/format.ts';
import { useText } from '../../data/text.ts';
import { Panel } from '../page.tsx';
import css from './monitoring.module.css';

/** The slowest endpoints, each a way to its page. */
export function Slowest({ overview }: { readonly overview: Overview }) {
  const { overview: texts, measures } = useText();
  return (
    <Panel
      title={texts.slowest}
      aside={<span className={css.hint}>{texts.slowestHelp}</span>}
      formula="percentile"
      query="endpoints"
    >
      {overview.slowest.length === 0 ? (
        <p className={css.empty}>{texts.noSlowest}</p>
      ) : (
        <ol className={css.list}>
          {overview.slowest.map(({ protocol, operation, target, statement, latency, requests }) => (
            <li key={`${protocol} ${operation} ${target} ${statement}`}>
              <Link
                to="/services/$name/endpoint"
                params={{ name: overview.name }}
                search={{ protocol, operation, target, statement }}
              >
                <strong title={statement || `${operation} ${target}`}>{statement || `${operation} ${target}`}</strong>
                <span>
                  {measures.p99} {duration(latency.p99)}
                </span>
                <span>{count(requests)}</span>
              </Link>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}
