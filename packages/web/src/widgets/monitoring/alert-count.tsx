import type { Alert } from '@sonde/api';
import { Link } from '@tanstack/react-router';
import { type AlertGroups, type AlertScope, alertsOf, worstOf } from '../../base/alert-groups.ts';
import { type Text, useText } from '../../data/text.ts';
import type { Column } from '../data-table.tsx';
import css from './alerts.module.css';

interface AlertCountProps {
  readonly alerts: readonly Alert[];
  readonly of: AlertScope;
  /** In words, where it stands by itself. */
  readonly long?: boolean;
}

/** How many alerts there were, in the colour of the worst that fires; a link to them. */
export function AlertCount({ alerts, of, long = false }: AlertCountProps) {
  const { alerts: words } = useText();
  if (alerts.length === 0) return null;
  const firing = alerts.filter(({ ended }) => ended === null).length;
  const rules = [...new Set(alerts.map(({ ruleName }) => ruleName))];
  const title = [words.count(alerts.length), words.stillFiring(firing), ...rules].join('\n');
  return (
    <Link to="/alerts" search={{ ...of }} className={css.count} data-state={worstOf(alerts)} title={title}>
      {long ? words.count(alerts.length) : alerts.length}
    </Link>
  );
}

/** The column of a table whose rows alerts can be about. */
export function alertColumn<Row>(
  { alerts: words }: Text,
  groups: AlertGroups,
  scopeOf: (row: Row) => AlertScope,
): Column<Row> {
  return {
    id: 'alerts',
    header: words.column,
    numeric: true,
    formula: 'alerts',
    query: 'alerts',
    width: 64,
    value: (row) => alertsOf(groups, scopeOf(row)).length,
    cell: (row) => {
      const scope = scopeOf(row);
      const alerts = alertsOf(groups, scope);
      return alerts.length === 0 ? '0' : <AlertCount alerts={alerts} of={scope} />;
    },
  };
}
