import { Button } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { useText } from '../../data/text.ts';
import { FilterBox } from '../../widgets/filter-box.tsx';
import { Icon } from '../../widgets/icon.tsx';
import tabs from '../../widgets/tabs.module.css';
import { TRACE_VIEWS, type TraceViewName } from './route.ts';
import css from './toolbar.module.css';

interface ToolbarProps {
  readonly view: TraceViewName;
  readonly q: string;
  readonly found: number;
  /** Absent where no critical path is drawn. */
  readonly isCritical: boolean | undefined;
  readonly onFind: (q: string) => void;
  readonly onCritical: (on: boolean) => void;
  /** The address of what is shown now. */
  readonly link: () => string;
}

/** Ways to look at the trace, what is looked for in it, and a link to exactly this. */
export function Toolbar({ view, q, found, isCritical, onFind, onCritical, link }: ToolbarProps) {
  const { trace, state } = useText();
  const clipboard = useClipboard({ timeout: 1500 });
  return (
    <div className={css.bar}>
      <nav className={tabs.tabs} aria-label={trace.viewsLabel}>
        {TRACE_VIEWS.map((each, i) => (
          <Link
            key={each}
            from="/traces/$id"
            to="."
            search={(previous) => ({ ...previous, view: each === 'waterfall' ? undefined : each, sort: undefined })}
            activeOptions={{ exact: true, includeSearch: true, explicitUndefined: true }}
            aria-current={each === view ? 'page' : undefined}
            aria-keyshortcuts={String(i + 1)}
          >
            {trace.views[each]}
          </Link>
        ))}
      </nav>
      <FilterBox label={trace.find} placeholder={trace.find} value={q} width={200} onChange={onFind} />
      <span role="status">{q !== '' && trace.found(found)}</span>
      <span className={css.grow} />
      {isCritical !== undefined && (
        <Button
          size="compact-xs"
          variant={isCritical ? 'light' : 'default'}
          aria-pressed={isCritical}
          title={trace.criticalHelp}
          onClick={() => onCritical(!isCritical)}
        >
          {trace.criticalPath}
        </Button>
      )}
      <Button
        size="compact-xs"
        variant="default"
        leftSection={<Icon name={clipboard.copied ? 'check' : 'copy'} size={13} />}
        onClick={() => clipboard.copy(link())}
      >
        {clipboard.copied ? state.copied : trace.copyLink}
      </Button>
      <Keys />
    </div>
  );
}

function Keys() {
  const { trace } = useText();
  return (
    <details className={css.keys}>
      <summary>{trace.keys}</summary>
      <dl>
        {trace.keyList.map(([keys, meaning]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
