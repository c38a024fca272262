import { SegmentedControl } from '@mantine/core';
import type { Overview } from '@sonde/api';
import { Link } from '@tanstack/react-router';
import { count, duration } from '../../base/format.ts';
import { useChoice } from '../../data/choice.ts';
import { useText } from '../../data/text.ts';
import { Panel } from '../page.tsx';
import css from './monitoring.module.css';

export const TOPS = ['p99', 'slow'] as const;

/** By what the slowest endpoints are chosen, kept in the URL. */
export function useTop() {
  const [chosen, set] = useChoice('top', 'p99');
  return [TOPS.find((each) => each === chosen) ?? 'p99', set] as const;
}

/** The slowest endpoints, each a way to its page. */
export function Slowest({ overview }: { readonly overview: Overview }) {
  const { overview: texts, measures, slow } = useText();
  const [top, setTop] = useTop();
  return (
    <Panel
      title={texts.slowest}
      aside={
        <SegmentedControl
          size="xs"
          aria-label={texts.slowest}
          value={top}
          onChange={setTop}
          data={TOPS.map((value) => ({ value, label: texts.top[value] }))}
        />
      }
      formula={top === 'p99' ? 'percentile' : 'slow'}
      query="endpoints"
    >
      {overview.slowest.length === 0 ? (
        <p className={css.empty}>{top === 'p99' ? texts.noSlowest : texts.noSlow(duration(overview.slowThreshold))}</p>
      ) : (
        <ol className={css.list} title={top === 'p99' ? texts.slowestHelp : undefined}>
          {overview.slowest.map(({ protocol, operation, target, statement, latency, requests, slow: n }) => (
            <li key={`${protocol} ${operation} ${target} ${statement}`}>
              <Link
                to="/services/$name/endpoint"
                params={{ name: overview.name }}
                search={{ protocol, operation, target, statement }}
              >
                <strong title={statement || `${operation} ${target}`}>{statement || `${operation} ${target}`}</strong>
                <span>{top === 'p99' ? `${measures.p99} ${duration(latency.p99)}` : `${slow.slow} ${count(n)}`}</span>
                <span>{count(requests)}</span>
              </Link>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}
