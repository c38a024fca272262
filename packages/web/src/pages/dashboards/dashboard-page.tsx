import { Button } from '@mantine/core';
import { ApiError, type Dashboard } from '@sonde/api';
import { useBlocker } from '@tanstack/react-router';
import { useState } from 'react';
import { sentence } from '../../base/format.ts';
import { useDashboard, useDashboardChanges } from '../../data/dashboards.ts';
import { useServices } from '../../data/queries.ts';
import { useText } from '../../data/text.ts';
import form from '../../widgets/form.module.css';
import { Page } from '../../widgets/page.tsx';
import { QueryView } from '../../widgets/query-view.tsx';
import { Board } from './board.tsx';
import css from './dashboards.module.css';
import { dashboardRoute } from './route.ts';
import { useDashboardText } from './text.ts';
import { Tools } from './tools.tsx';

export function DashboardPage() {
  const { id } = dashboardRoute.useParams();
  const words = useDashboardText();
  const text = useText();
  const query = useDashboard(id);
  const kind = query.data?.dashboard.kind;
  const title =
    query.data === undefined ? id : query.data.provided && kind ? text.kinds[kind] : query.data.dashboard.name;
  return (
    <Page title={`${words.dashboard}: ${title}`}>
      <QueryView query={query}>{(found) => <Opened key={id} {...found} />}</QueryView>
    </Page>
  );
}

interface OpenedProps {
  readonly id: string;
  readonly provided: boolean;
  readonly dashboard: Dashboard;
}

const KINDS = ['http', 'rpc', 'database', 'cache', 'queue', 'dns', 'other'] as const;

function Opened({ id, provided, dashboard }: OpenedProps) {
  const words = useDashboardText();
  const text = useText();
  const { service, edit } = dashboardRoute.useSearch();
  const navigate = dashboardRoute.useNavigate();
  const { put } = useDashboardChanges();
  const [draft, setDraft] = useState(dashboard);
  const services = useServices();
  const editing = edit === '1' && !provided;
  const { kind, panels } = editing ? draft : dashboard;
  const ofKind = (services.data?.services ?? []).filter((each) => each.kind === kind && each.requests > 0);
  const chosen = service ?? (kind === undefined ? undefined : ofKind[0]?.name);
  const setSearch = (change: { service?: string | undefined; edit?: string | undefined }) =>
    navigate({ search: (previous) => ({ ...previous, ...change }), replace: true });
  const isUnsaved = editing && draft !== dashboard;
  useBlocker({
    shouldBlockFn: ({ current, next }) => current.pathname !== next.pathname && !window.confirm(words.leave),
    enableBeforeUnload: isUnsaved,
    disabled: !isUnsaved,
  });
  const begin = () => {
    setDraft(dashboard);
    setSearch({ edit: '1' });
  };
  const end = () => setSearch({ edit: undefined });
  const save = () => put.mutate({ id, body: draft }, { onSuccess: end });
  const { error } = put;
  return (
    <>
      <div className={form.line}>
        {kind !== undefined && (
          <label htmlFor="dashboard-service">
            {words.service}
            <select
              id="dashboard-service"
              value={chosen ?? ''}
              onChange={(event) => setSearch({ service: event.currentTarget.value })}
            >
              {chosen !== undefined && !ofKind.some(({ name }) => name === chosen) && <option>{chosen}</option>}
              {ofKind.map(({ name }) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
        )}
        {editing && (
          <>
            <label htmlFor="dashboard-name">
              {words.name}
              <input
                id="dashboard-name"
                value={draft.name}
                maxLength={200}
                onChange={(event) => setDraft({ ...draft, name: event.currentTarget.value })}
              />
            </label>
            <label htmlFor="dashboard-description">
              {words.description}
              <input
                id="dashboard-description"
                value={draft.description}
                maxLength={1000}
                onChange={(event) => setDraft({ ...draft, description: event.currentTarget.value })}
              />
            </label>
            <label htmlFor="dashboard-kind">
              {words.ofKind}
              <select
                id="dashboard-kind"
                value={draft.kind ?? ''}
                onChange={({ currentTarget: { value } }) => {
                  const { kind: _, ...rest } = draft;
                  const next = KINDS.find((each) => each === value);
                  setDraft(next === undefined ? rest : { ...rest, kind: next });
                }}
              >
                <option value="">{words.anyKind}</option>
                {KINDS.map((each) => (
                  <option key={each} value={each}>
                    {text.kinds[each]}
                  </option>
                ))}
              </select>
            </label>
            <Button size="xs" onClick={save} loading={put.isPending}>
              {words.save}
            </Button>
            <Button size="xs" variant="default" onClick={end}>
              {words.cancel}
            </Button>
          </>
        )}
        <span className={css.end}>
          {isUnsaved && <small>{words.unsaved}</small>}
          <Tools id={id} dashboard={dashboard} provided={provided} {...(editing ? {} : { onEdit: begin })} />
        </span>
      </div>
      {!editing && dashboard.description !== '' && <p className={css.hint}>{dashboard.description}</p>}
      {error && (
        <p className={form.problem} role="alert">
          {error instanceof ApiError ? `${error.code}: ${sentence(error.message)}` : String(error)}
        </p>
      )}
      {kind !== undefined && chosen === undefined ? (
        services.data && <p className={css.empty}>{words.noService(text.kinds[kind])}</p>
      ) : (
        <Board
          panels={panels}
          scope={kind === undefined ? {} : { service: chosen }}
          scoped={kind !== undefined}
          {...(editing ? { onChange: (next) => setDraft({ ...draft, panels: [...next] }) } : {})}
        />
      )}
    </>
  );
}
