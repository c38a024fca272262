import type { Side } from '@sonde/model';
import { Link } from '@tanstack/react-router';
import type { PartFilter } from '../../data/monitoring.ts';
import { type Text, useText } from '../../data/text.ts';
import type { Column } from '../data-table.tsx';
import { Icon } from '../icon.tsx';
import css from './part-links.module.css';

/** What of its traces is looked for, besides the endpoint. */
interface TracesOf {
  /** As typed: `250ms`. */
  readonly min?: string;
  readonly text?: string | undefined;
}

interface PartLinksProps {
  readonly service: string;
  readonly side: Side;
  readonly part: Pick<PartFilter, 'protocol' | 'operation' | 'target' | 'statement' | 'instance'>;
  /** Absent where traces cannot be searched by the part. */
  readonly traces?: TracesOf;
}

/** From a part of a service to its traces and its dashboard. */
function PartLinks({ service, side, part, traces }: PartLinksProps) {
  const text = useText();
  const { protocol, operation, target, statement, instance } = part;
  const spans = [operation, target].filter(Boolean).join(' ');
  return (
    <span className={css.links}>
      {traces && (
        <Link
          to="/traces"
          search={{
            ...(side === 'client' ? { peer: service } : { service }),
            operation: spans || undefined,
            ...traces,
          }}
          aria-label={text.traces.of}
          title={text.traces.of}
        >
          <Icon name="traces" />
        </Link>
      )}
      <Link
        to="/services/$name/dashboard"
        params={{ name: service }}
        search={{ protocol, operation, target, statement, instance }}
        aria-label={text.overview.dashboardOf}
        title={text.overview.dashboardOf}
      >
        <Icon name="dashboards" />
      </Link>
    </span>
  );
}

/** The column of them. */
export function linksColumn<Row>(text: Text, of: (row: Row) => PartLinksProps): Column<Row> {
  return {
    id: 'links',
    header: text.overview.links,
    width: 76,
    value: (row) => of(row).service,
    cell: (row) => <PartLinks {...of(row)} />,
  };
}
