import type { ServiceDetail, UsageGroup } from '@sonde/api';
import { useMemo } from 'react';
import { count, duration, exact, percent } from '../../../base/format.ts';
import type { Level } from '../../../base/health.ts';
import { useText } from '../../../data/text.ts';
import type { Column } from '../../../widgets/data-table.tsx';
import { volumeColumns } from '../../../widgets/measure-columns.tsx';
import { Stat, Stats } from '../../../widgets/stat.tsx';
import { Leveled } from '../../../widgets/tags.tsx';
import { PartLink } from './cells.tsx';
import { callersColumn, operationsColumn, timeColumns } from './columns.tsx';
import { type UsageText, useUsageText } from './text.ts';
import { UsageTable } from './usage-table.tsx';

const OUTCOMES = ['nxdomain', 'servfail', 'unanswered', 'otherErrors'] as const;

type Outcome = (typeof OUTCOMES)[number];

function outcomeOf({ status, error }: UsageGroup['statuses'][number]): Outcome | null {
  if (error === '') return null;
  if (status === 'NXDOMAIN') return 'nxdomain';
  if (status === 'SERVFAIL') return 'servfail';
  return status === '' ? 'unanswered' : 'otherErrors';
}

const failed = (groups: readonly UsageGroup[], outcome: Outcome) =>
  groups
    .flatMap(({ statuses }) => statuses)
    .reduce((sum, status) => sum + (outcomeOf(status) === outcome ? status.requests : 0), 0);

/** A name that does not exist is often asked for on purpose (search lists), so it alarms later than a failure. */
function levelOf(outcome: Outcome, share: number): Level {
  if (share === 0) return 'none';
  return outcome === 'nxdomain' ? (share >= 0.5 ? 'warn' : 'none') : share >= 0.05 ? 'bad' : 'warn';
}

function outcomeColumn(words: UsageText, outcome: Outcome, help?: string): Column<UsageGroup> {
  const share = (row: UsageGroup) => failed([row], outcome) / row.requests;
  return {
    id: outcome,
    header: words[outcome],
    ...(help === undefined ? {} : { help }),
    numeric: true,
    width: 86,
    formula: 'outcomeShare',
    value: share,
    cell: (row) => (
      <Leveled level={levelOf(outcome, share(row))} title={exact(failed([row], outcome))}>
        {percent(share(row))}
      </Leveled>
    ),
  };
}

/** The slowest at the 95th percentile of names that were asked for often enough to have one. */
function slowestOf(groups: readonly UsageGroup[]): UsageGroup | undefined {
  const often = groups.filter(({ requests, latency }) => requests >= 10 && latency.p95 !== null);
  return often.sort((a, b) => b.latency.p95! - a.latency.p95!)[0];
}

function Summary({ groups }: { readonly groups: readonly UsageGroup[] }) {
  const words = useUsageText();
  const { measures } = useText();
  const requests = groups.reduce((sum, group) => sum + group.requests, 0);
  const slowest = slowestOf(groups);
  return (
    <Stats label={words.inSum}>
      <Stat label={words.names} value={count(groups.length)} />
      {OUTCOMES.map((outcome) => {
        const sum = failed(groups, outcome);
        return (
          <Stat
            key={outcome}
            label={words[outcome]}
            value={percent(sum / requests)}
            level={levelOf(outcome, sum / requests)}
            note={count(sum)}
          />
        );
      })}
      {slowest && (
        <Stat
          label={words.slowest}
          value={duration(slowest.latency.p95)}
          note={`${measures.p95} · ${slowest.target}`}
          title={slowest.target}
        />
      )}
    </Stats>
  );
}

/** Names a resolver is asked for: types, what does not exist or fails, how slow, and who asks. */
export default function Names({ service: { name } }: { readonly service: ServiceDetail }) {
  const text = useText();
  const words = useUsageText();
  const columns = useMemo(
    (): Column<UsageGroup>[] => [
      {
        id: 'name',
        header: words.name,
        width: 220,
        grow: true,
        value: (row) => row.target,
        cell: (row) => <PartLink service={name} protocol={row.protocol} target={row.target} none="—" />,
      },
      ...volumeColumns<UsageGroup>(text).filter(({ id }) => id !== 'errors'),
      outcomeColumn(words, 'nxdomain', words.nxdomainHelp),
      outcomeColumn(words, 'servfail', words.servfailHelp),
      outcomeColumn(words, 'unanswered'),
      outcomeColumn(words, 'otherErrors'),
      ...timeColumns(text).filter(({ id }) => id !== 'avg'),
      operationsColumn(words.types, 150),
      callersColumn(words),
    ],
    [text, words, name],
  );
  return (
    <UsageTable
      service={name}
      kind="dns"
      title={words.names}
      by="target"
      columns={columns}
      sort="-requests"
      filtered
      head={(groups) => <Summary groups={groups} />}
    />
  );
}
