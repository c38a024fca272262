import { Button, SegmentedControl } from '@mantine/core';
import { type Alert, SEVERITIES } from '@sonde/api';
import { useMemo } from 'react';
import { matches } from '../../base/compare.ts';
import { useText } from '../../data/text.ts';
import { DataTable } from '../../widgets/data-table.tsx';
import { ExportMenu } from '../../widgets/export-menu.tsx';
import { FilterBox } from '../../widgets/filter-box.tsx';
import { alertColumns } from '../../widgets/monitoring/alert-columns.tsx';
import css from '../../widgets/monitoring/alerts.module.css';
import { Panel } from '../../widgets/page.tsx';
import { ALERT_STATES, type AlertsSearch, alertsRoute } from './route.ts';

function isShown(alert: Alert, { by, part, rule, severity, state, q = '' }: AlertsSearch): boolean {
  return (
    (part === undefined || (alert.part === part && (by === undefined || alert.by === by))) &&
    (rule === undefined || alert.rule === rule) &&
    (severity === undefined || alert.severity === severity) &&
    (state === undefined || (alert.ended === null) === (state === 'firing')) &&
    (q === '' || matches(q, alert.service, alert.part, alert.ruleName))
  );
}

/** What fired in the range, narrowed by what the URL says. */
export function History({ alerts }: { readonly alerts: readonly Alert[] }) {
  const text = useText();
  const { alerts: words } = text;
  const search = alertsRoute.useSearch();
  const navigate = alertsRoute.useNavigate();
  const change = (changed: AlertsSearch) =>
    navigate({ search: (previous) => ({ ...previous, ...changed }), replace: true });
  const columns = useMemo(() => alertColumns(text), [text]);
  const shown = alerts.filter((alert) => isShown(alert, search));
  const { part, rule, severity, state, q = '', sort = '-started' } = search;
  const chosen = [part, rule && (alerts.find((each) => each.rule === rule)?.ruleName ?? rule)].filter(Boolean);
  return (
    <Panel title={words.history} flush aside={<ExportMenu label={words.history} columns={columns} rows={shown} />}>
      <div className={css.filters}>
        <FilterBox
          label={words.find}
          placeholder={words.find}
          value={q}
          onChange={(value) => change({ q: value || undefined })}
        />
        <SegmentedControl
          size="xs"
          aria-label={words.state}
          value={state ?? 'all'}
          onChange={(value) => change({ state: ALERT_STATES.find((each) => each === value) })}
          data={[
            { value: 'all', label: words.anyState },
            ...ALERT_STATES.map((value) => ({ value, label: words.states[value] })),
          ]}
        />
        <SegmentedControl
          size="xs"
          aria-label={words.severity}
          value={severity ?? 'all'}
          onChange={(value) => change({ severity: SEVERITIES.find((each) => each === value) })}
          data={[
            { value: 'all', label: words.anySeverity },
            ...SEVERITIES.map((value) => ({ value, label: words.severities[value] })),
          ]}
        />
        {chosen.map((name) => (
          <code key={name} className={css.chosen}>
            {name}
          </code>
        ))}
        {chosen.length > 0 && (
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => change({ by: undefined, part: undefined, rule: undefined })}
          >
            {text.services.clear}
          </Button>
        )}
        <span role="status">{words.count(shown.length)}</span>
      </div>
      {shown.length === 0 ? (
        <p className={css.empty}>{words.none}</p>
      ) : (
        <DataTable
          label={words.history}
          query="alerts"
          columns={columns}
          rows={shown}
          rowKey={(row) => row.id}
          sort={sort}
          onSort={(next) => change({ sort: next })}
          maxHeight={460}
        />
      )}
    </Panel>
  );
}
