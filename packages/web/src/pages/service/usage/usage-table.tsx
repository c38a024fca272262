import type { UsageBy, UsageGroup } from '@sonde/api';
import { type ProtocolName, type ServiceKind, serviceKind } from '@sonde/model';
import type { ReactNode } from 'react';
import { matches } from '../../../base/compare.ts';
import { useChoice } from '../../../data/choice.ts';
import { useText } from '../../../data/text.ts';
import { useUsage } from '../../../data/usage.ts';
import { type Column, DataTable } from '../../../widgets/data-table.tsx';
import { ExportMenu } from '../../../widgets/export-menu.tsx';
import { FilterBox } from '../../../widgets/filter-box.tsx';
import { Panel } from '../../../widgets/page.tsx';
import { QueryView } from '../../../widgets/query-view.tsx';
import { serviceRoute } from '../route.ts';
import css from './usage.module.css';

export const ofKind = (kind: ServiceKind) => (group: UsageGroup) =>
  serviceKind(group.protocol as ProtocolName) === kind;

interface UsageTableProps {
  readonly service: string;
  readonly kind: ServiceKind;
  readonly title: string;
  readonly by: UsageBy;
  readonly columns: readonly Column<UsageGroup>[];
  readonly sort: string;
  /** The filter of the page is for this table. */
  readonly filtered?: boolean;
  /** Above the table, of all groups. */
  readonly head?: (groups: readonly UsageGroup[]) => ReactNode;
}

/** What a service is asked for in protocols of one kind, a row a group. */
export function UsageTable({ service, kind, title, by, columns, sort, filtered = false, head }: UsageTableProps) {
  const text = useText();
  const query = useUsage(service, by);
  const [order, setOrder] = useChoice(`${by}-${kind}`, sort);
  const { q = '' } = serviceRoute.useSearch();
  const navigate = serviceRoute.useNavigate();
  const all = (query.data?.groups ?? []).filter(ofKind(kind));
  const shown = filtered && q !== '' ? all.filter((row) => matches(q, row.operation, row.target)) : all;
  const filter = filtered && (
    <FilterBox
      label={text.service.filterEndpoints}
      placeholder={text.service.filterEndpoints}
      value={q}
      width={220}
      onChange={(value) => navigate({ search: (previous) => ({ ...previous, q: value || undefined }), replace: true })}
    />
  );
  return (
    <Panel
      title={title}
      flush
      aside={
        <span className={css.tools}>
          {query.data?.truncated && <small role="status">{text.state.cut(query.data.groups.length)}</small>}
          {filter}
          <ExportMenu label={`${title}: ${service}`} columns={columns} rows={shown} />
        </span>
      }
    >
      <QueryView query={query}>
        {() => {
          if (all.length === 0) return <p className={css.empty}>{text.service.noEndpoints}</p>;
          return (
            <>
              {head?.(all)}
              {shown.length === 0 ? (
                <p className={css.empty}>{text.services.noMatch}</p>
              ) : (
                <DataTable
                  label={title}
                  query={`usage by ${by}`}
                  columns={columns}
                  rows={shown}
                  rowKey={(row) => [row.protocol, row.operation, row.target].join('\0')}
                  sort={order}
                  onSort={setOrder}
                  maxHeight={520}
                />
              )}
            </>
          );
        }}
      </QueryView>
    </Panel>
  );
}
