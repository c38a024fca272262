import { SegmentedControl } from '@mantine/core';
import { useMemo } from 'react';
import { matches } from '../../base/compare.ts';
import { useErrors } from '../../data/monitoring.ts';
import { useText } from '../../data/text.ts';
import { DataTable } from '../../widgets/data-table.tsx';
import { ExportMenu } from '../../widgets/export-menu.tsx';
import { FilterBox } from '../../widgets/filter-box.tsx';
import { ServiceTabs } from '../../widgets/monitoring/service-tabs.tsx';
import { Notice } from '../../widgets/notice.tsx';
import { Page } from '../../widgets/page.tsx';
import { QueryView } from '../../widgets/query-view.tsx';
import { errorColumns } from './error-columns.tsx';
import { endpointOf, nameOf } from './error-names.ts';
import css from './errors-page.module.css';
import { ERROR_KINDS, type ErrorsSearch, errorsRoute, serviceErrorsRoute } from './route.ts';

interface ErrorsViewProps {
  readonly service?: string;
  readonly search: ErrorsSearch;
  readonly change: (change: ErrorsSearch) => void;
}

export function ErrorsPage() {
  const navigate = errorsRoute.useNavigate();
  return (
    <ErrorsView
      search={errorsRoute.useSearch()}
      change={(change) => navigate({ search: (previous) => ({ ...previous, ...change }), replace: true })}
    />
  );
}

export function ServiceErrorsPage() {
  const { name } = serviceErrorsRoute.useParams();
  const navigate = serviceErrorsRoute.useNavigate();
  return (
    <ErrorsView
      key={name}
      service={name}
      search={serviceErrorsRoute.useSearch()}
      change={(change) => navigate({ search: (previous) => ({ ...previous, ...change }), replace: true })}
    />
  );
}

function ErrorsView({ service, search, change }: ErrorsViewProps) {
  const text = useText();
  const { errors: words } = text;
  const query = useErrors(service);
  const { kind, q = '', sort = '-requests' } = search;
  const columns = useMemo(() => errorColumns(text, service), [text, service]);
  const all = query.data?.errors ?? [];
  const shown = all.filter(
    (row) =>
      (kind === undefined || row.kind === kind) &&
      (q === '' || matches(q, nameOf(row, text), endpointOf(row), row.service, ...row.callers, ...row.servers)),
  );
  const title = service === undefined ? words.title : words.of(service);
  return (
    <Page title={title} meta={query.data?.meta} fill>
      {service !== undefined && <ServiceTabs name={service} />}
      <QueryView query={query}>
        {() => (
          <section className={css.panel} aria-label={title}>
            <div className={css.bar}>
              <FilterBox
                label={words.filter}
                placeholder={words.filter}
                value={q}
                onChange={(value) => change({ q: value || undefined })}
              />
              <SegmentedControl
                size="xs"
                value={kind ?? 'all'}
                onChange={(value) => change({ kind: ERROR_KINDS.find((each) => each === value) })}
                data={[
                  { value: 'all', label: words.all },
                  ...ERROR_KINDS.map((value) => ({ value, label: words.kinds[value] })),
                ]}
              />
              <span className={css.grow} role="status">
                {query.data?.truncated && `${text.state.cut(all.length)} `}
                {kind && words.kindHelp[kind]}
              </span>
              <ExportMenu label={title} columns={columns} rows={shown} />
            </div>
            {shown.length === 0 ? (
              <Notice title={words.none} hint={words.noneHint} />
            ) : (
              <DataTable
                label={words.title}
                query="errors"
                columns={columns}
                rows={shown}
                rowKey={(row) =>
                  [row.service, row.side, row.protocol, endpointOf(row), row.status, row.error].join('\0')
                }
                sort={sort}
                onSort={(next) => change({ sort: next })}
              />
            )}
          </section>
        )}
      </QueryView>
    </Page>
  );
}
