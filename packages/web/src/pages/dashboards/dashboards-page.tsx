import { Button } from '@mantine/core';
import { ApiError, type Dashboard, type DashboardSummary } from '@sonde/api';
import { Link, useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { sentence } from '../../base/format.ts';
import { newId, useDashboardChanges, useDashboards } from '../../data/dashboards.ts';
import { useText } from '../../data/text.ts';
import form from '../../widgets/form.module.css';
import { Page, Panel } from '../../widgets/page.tsx';
import { QueryView } from '../../widgets/query-view.tsx';
import { KindIcon } from '../../widgets/tags.tsx';
import css from './dashboards.module.css';
import { useDashboardText } from './text.ts';

export function DashboardsPage() {
  const words = useDashboardText();
  const query = useDashboards();
  return (
    <Page title={words.title}>
      <QueryView query={query}>
        {({ dashboards }) => (
          <>
            <Panel title={words.own} aside={<Make />} flush>
              <List of={dashboards.filter(({ provided }) => !provided)} none={words.none} />
            </Panel>
            <Panel title={words.provided} aside={<span className={css.hint}>{words.providedHint}</span>} flush>
              <List of={dashboards.filter(({ provided }) => provided)} none="" />
            </Panel>
          </>
        )}
      </QueryView>
    </Page>
  );
}

function List({ of, none }: { readonly of: readonly DashboardSummary[]; readonly none: string }) {
  const words = useDashboardText();
  const text = useText();
  if (of.length === 0) return <p className={css.empty}>{none}</p>;
  return (
    <ul className={css.list}>
      {of.map(({ id, name, description, kind, provided, panels }) => (
        <li key={id}>
          {kind && <KindIcon kind={kind} />}
          <Link to="/dashboards/$id" params={{ id }}>
            {provided && kind ? text.kinds[kind] : name}
          </Link>
          <small>{words.panels(panels)}</small>
          <p>{description}</p>
        </li>
      ))}
    </ul>
  );
}

/** A new dashboard, empty or from a file. What is wrong with a file the API says. */
function Make() {
  const words = useDashboardText();
  const { put } = useDashboardChanges();
  const navigate = useNavigate();
  const file = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const store = (body: Dashboard, edit: boolean) => {
    const id = newId();
    put.mutate(
      { id, body },
      {
        onSuccess: () =>
          navigate({
            to: '/dashboards/$id',
            params: { id },
            search: (all) => ({ ...all, edit: edit ? '1' : undefined }),
          }),
        onError: (error) =>
          setProblem(error instanceof ApiError ? `${error.code}: ${sentence(error.message)}` : String(error)),
      },
    );
  };
  const read = async (chosen: File | undefined) => {
    setProblem(null);
    if (chosen === undefined) return;
    try {
      store(JSON.parse(await chosen.text()) as Dashboard, false);
    } catch {
      setProblem(`${words.notJson}: ${chosen.name}`);
    }
  };
  return (
    <span className={form.line}>
      {problem && (
        <span className={form.problem} role="alert">
          {problem}
        </span>
      )}
      <input
        ref={file}
        type="file"
        accept="application/json,.json"
        hidden
        aria-label={words.import}
        onChange={({ currentTarget }) => {
          void read(currentTarget.files?.[0]);
          currentTarget.value = '';
        }}
      />
      <Button size="xs" variant="default" onClick={() => file.current?.click()}>
        {words.import}
      </Button>
      <Button
        size="xs"
        onClick={() => store({ version: 1, name: words.newName, description: '', panels: [] }, true)}
        loading={put.isPending}
      >
        {words.add}
      </Button>
    </span>
  );
}
