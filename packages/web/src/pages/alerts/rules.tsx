import { Button } from '@mantine/core';
import type { StoredAlertRule, StoredAlertSilence } from '@sonde/api';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { alertValue } from '../../base/alert-value.ts';
import { dateTime } from '../../base/time.ts';
import { useAlertChanges, useAlertRules } from '../../data/alerts.ts';
import { type Text, useText } from '../../data/text.ts';
import { type Column, DataTable } from '../../widgets/data-table.tsx';
import { ExportMenu } from '../../widgets/export-menu.tsx';
import css from '../../widgets/monitoring/alerts.module.css';
import { Panel } from '../../widgets/page.tsx';
import { QueryView } from '../../widgets/query-view.tsx';
import { RuleForm } from './rule-form.tsx';

function conditionOf(rule: StoredAlertRule, words: Text['alerts']): string {
  const name = words.metrics[rule.metric];
  const metric =
    rule.metric === 'latency' ? `P${rule.percentile}` : rule.metric === 'rtt' ? `${name}: P${rule.percentile}` : name;
  if (rule.metric === 'no_data') return `${metric}, ${rule.window} s`;
  if (rule.metric === 'burn_rate') {
    const pairs = rule.windows.map(({ factor, long, short }) => `${factor}× ${long / 3600} h / ${short / 60} min`);
    return `${metric} ${rule.objective * 100} %: ${pairs.join(', ')}`;
  }
  return `${metric} ${words[rule.operator]} ${alertValue(rule.metric, rule.threshold)}, ${rule.window} s`;
}

export const HOUR = 3_600_000;

/** The silence that covers a whole rule, if there is one. */
const silenceOf = (rule: StoredAlertRule, silences: readonly StoredAlertSilence[]) =>
  silences.find((each) => each.rule === rule.id && each.service === '*' && each.part === '*');

interface Actions {
  readonly toggle: (rule: StoredAlertRule) => void;
  readonly edit: (rule: StoredAlertRule) => void;
  readonly remove: (rule: StoredAlertRule) => void;
  readonly silence: (rule: StoredAlertRule, silence: StoredAlertSilence | undefined) => void;
}

function columnsOf(text: Text, silences: readonly StoredAlertSilence[], actions: Actions): Column<StoredAlertRule>[] {
  const { alerts: words } = text;
  const column = (id: string, header: string, width: number, value: (row: StoredAlertRule) => string) => ({
    id,
    header,
    width,
    value,
    cell: (row: StoredAlertRule) => <span title={value(row)}>{value(row)}</span>,
  });
  return [
    {
      ...column('name', words.name, 300, (row) => row.name),
      grow: true,
      cell: (row) => (
        <span className={css.subject}>
          {row.name}
          {row.firing > 0 && (
            <Link
              to="/alerts"
              search={{ rule: row.id, state: 'firing' }}
              className={css.count}
              data-state={row.severity}
              title={words.stillFiring(row.firing)}
            >
              {row.firing}
            </Link>
          )}
          {row.preset && <small>{words.preset}</small>}
        </span>
      ),
    },
    {
      ...column('enabled', words.enabled, 44, (row) => (row.enabled ? '1' : '0')),
      cell: (row) => (
        <input
          type="checkbox"
          checked={row.enabled}
          aria-label={`${words.enabled}: ${row.name}`}
          onChange={() => actions.toggle(row)}
        />
      ),
    },
    column('severity', words.severity, 72, (row) => words.severities[row.severity]),
    { ...column('condition', words.condition, 170, (row) => conditionOf(row, words)), grow: true },
    column('by', words.by, 76, (row) => words.bys[row.by]),
    column('filter', words.filter, 72, (row) => [row.service, row.part].join(' · ')),
    column('channels', words.channels, 68, (row) => row.channels.join(', ') || '*'),
    {
      ...column('actions', '', 258, (row) => row.id),
      cell: (row) => {
        const silence = silenceOf(row, silences);
        return (
          <span className={css.tools}>
            <Button size="compact-xs" variant="default" onClick={() => actions.edit(row)}>
              {words.edit}
            </Button>
            <Button size="compact-xs" variant="default" onClick={() => actions.silence(row, silence)}>
              {silence ? `${words.unsilence} (${dateTime(silence.until).slice(11, 16)})` : words.silence}
            </Button>
            <Button size="compact-xs" variant="subtle" color="red" onClick={() => actions.remove(row)}>
              {words.remove}
            </Button>
          </span>
        );
      },
    },
  ];
}

/** What is watched, and what is not spoken of for now. */
export function Rules() {
  const text = useText();
  const { alerts: words } = text;
  const query = useAlertRules();
  const { put, remove, silence, unsilence } = useAlertChanges();
  const [edited, setEdited] = useState<StoredAlertRule | 'new' | null>(null);
  const [sort, setSort] = useState('name');
  const silences = query.data?.silences;
  const rules = query.data?.rules ?? [];
  const columns = useMemo(
    () =>
      columnsOf(text, silences ?? [], {
        toggle: ({ id, preset: _, firing: __, ...rule }) =>
          put.mutate({ id, rule: { ...rule, enabled: !rule.enabled } }),
        edit: setEdited,
        remove: ({ id }) => remove.mutate(id),
        silence: ({ id }, known) =>
          known
            ? unsilence.mutate(known.id)
            : silence.mutate({ id: `silence-${Date.now()}`, body: { rule: id, until: Date.now() + HOUR } }),
      }),
    [text, silences, put, remove, silence, unsilence],
  );
  const close = () => {
    setEdited(null);
    put.reset();
  };
  return (
    <Panel
      title={words.rules}
      flush
      aside={
        <span className={css.tools}>
          <Button size="compact-xs" variant="default" onClick={() => setEdited('new')}>
            {words.add}
          </Button>
          <ExportMenu label={words.rules} columns={columns.slice(0, -1)} rows={rules} />
        </span>
      }
    >
      <QueryView query={query}>
        {() =>
          rules.length === 0 ? (
            <p className={css.empty}>{words.noRules}</p>
          ) : (
            <DataTable
              label={words.rules}
              columns={columns}
              rows={rules}
              rowKey={(row) => row.id}
              sort={sort}
              onSort={setSort}
              maxHeight={360}
            />
          )
        }
      </QueryView>
      {edited !== null && (
        <RuleForm
          key={edited === 'new' ? 'new' : edited.id}
          rule={edited === 'new' ? null : edited}
          problem={put.error && String(put.error.message)}
          onSave={(rule) =>
            put.mutate(
              { id: edited === 'new' ? `rule-${Date.now().toString(36)}` : edited.id, rule },
              { onSuccess: close },
            )
          }
          onCancel={close}
        />
      )}
    </Panel>
  );
}
