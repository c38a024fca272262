import type { TraceSpan } from '@sonde/api';
import { useText } from '../../data/text.ts';
import css from './source-badge.module.css';

/** Who saw the span: application, syscall, network. */
export function SourceBadge({ source }: Pick<TraceSpan, 'source'>) {
  const [letter, meaning] = useText().trace.sources[source];
  return (
    <abbr className={css.badge} data-source={source} title={meaning}>
      {letter}
    </abbr>
  );
}
