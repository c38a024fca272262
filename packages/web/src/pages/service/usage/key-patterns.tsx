import { SegmentedControl } from '@mantine/core';
import type { ServiceDetail, UsageGroup } from '@sonde/api';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { duration, exact, percent, perSecond } from '../../../base/format.ts';
import { useText } from '../../../data/text.ts';
import { useUsage } from '../../../data/usage.ts';
import { ExportMenu } from '../../../widgets/export-menu.tsx';
import { Panel } from '../../../widgets/page.tsx';
import { QueryView } from '../../../widgets/query-view.tsx';
import { PartLink } from './cells.tsx';
import { useUsageText } from './text.ts';
import css from './usage.module.css';
import { ofKind } from './usage-table.tsx';

const METRICS = ['rate', 'latency', 'errors'] as const;

type Metric = (typeof METRICS)[number];

const VALUE: Record<Metric, (group: UsageGroup) => number | null> = {
  rate: ({ rate }) => rate,
  latency: ({ latency }) => latency.p95,
  errors: ({ errorRate }) => errorRate,
};
const FORMAT: Record<Metric, (value: number | null) => string> = {
  rate: perSecond,
  latency: duration,
  errors: percent,
};

const ROWS = 25;
const COLUMNS = 10;

const at = (target: string, operation: string) => `${target}\0${operation}`;

/** 0..1 on a logarithmic scale of four decades below the greatest; shares of errors count as they are. */
function depth(metric: Metric, value: number | null, most: number): number {
  if (value === null || value <= 0 || most <= 0) return 0;
  return metric === 'errors' ? value : Math.max(0.04, 1 + Math.log10(value / most) / 4);
}

/** Commands across, key patterns down: what the cache is asked, how often, how fast and with how many errors. */
export default function KeyPatterns({ service: { name } }: { readonly service: ServiceDetail }) {
  const words = useUsageText();
  const [metric, setMetric] = useState<Metric>('rate');
  const cells = useUsage(name, 'target-operation');
  const patterns = useUsage(name, 'target');
  const commands = useUsage(name, 'operation');
  const columns = [
    { header: words.pattern, value: (row: UsageGroup) => row.target },
    { header: words.operations, value: (row: UsageGroup) => row.operation },
    ...METRICS.map((each) => ({ header: words.cell[each], value: (row: UsageGroup) => VALUE[each](row) })),
  ];
  const control = (
    <span className={css.tools}>
      <SegmentedControl
        size="xs"
        aria-label={words.cells}
        value={metric}
        onChange={(value) => setMetric(value as Metric)}
        data={METRICS.map((value) => ({ value, label: words.cell[value] }))}
      />
      <ExportMenu
        label={`${words.patterns}: ${name}`}
        columns={columns}
        rows={(cells.data?.groups ?? []).filter(ofKind('cache'))}
      />
    </span>
  );
  return (
    <Panel title={words.patterns} aside={control} flush>
      <QueryView query={cells}>
        {(seen) => (
          <QueryView query={patterns}>
            {(down) => (
              <QueryView query={commands}>
                {(across) => (
                  <Matrix
                    service={name}
                    metric={metric}
                    cells={seen.groups.filter(ofKind('cache'))}
                    patterns={down.groups.filter(ofKind('cache'))}
                    commands={across.groups.filter(ofKind('cache'))}
                  />
                )}
              </QueryView>
            )}
          </QueryView>
        )}
      </QueryView>
    </Panel>
  );
}

interface MatrixProps {
  readonly service: string;
  readonly metric: Metric;
  readonly cells: readonly UsageGroup[];
  /** Sums of the rows and of the columns, most requests first. */
  readonly patterns: readonly UsageGroup[];
  readonly commands: readonly UsageGroup[];
}

function Matrix({ service, metric, cells, patterns, commands }: MatrixProps) {
  const words = useUsageText();
  const text = useText();
  const [all, setAll] = useState(false);
  if (cells.length === 0) return <p className={css.empty}>{text.service.noEndpoints}</p>;
  const byPlace = new Map(cells.map((cell) => [at(cell.target, cell.operation), cell]));
  const most = Math.max(0, ...cells.map((cell) => VALUE[metric](cell) ?? 0));
  const rows = all ? patterns : patterns.slice(0, ROWS);
  const columns = all ? commands : commands.slice(0, COLUMNS);
  const hidden = patterns.length - rows.length + commands.length - columns.length;
  const show = (group: UsageGroup) => FORMAT[metric](VALUE[metric](group));
  return (
    <div className={css.scroller}>
      <table className={css.matrix} aria-label={words.patterns} data-metric={metric}>
        <thead>
          <tr>
            <th scope="col">{words.pattern}</th>
            {columns.map(({ operation }) => (
              <th scope="col" key={operation}>
                {operation || '—'}
              </th>
            ))}
            <th scope="col">{words.all}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.target}>
              <th scope="row">
                <PartLink service={service} protocol={row.protocol} target={row.target} none={words.noKey} />
              </th>
              {columns.map(({ operation }) => {
                const cell = byPlace.get(at(row.target, operation));
                return cell ? (
                  <Cell key={operation} service={service} group={cell} depth={depth(metric, VALUE[metric](cell), most)}>
                    {show(cell)}
                  </Cell>
                ) : (
                  <td key={operation} />
                );
              })}
              <td className={css.sum}>{show(row)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{words.all}</th>
            {columns.map((column) => (
              <td key={column.operation} className={css.sum}>
                {show(column)}
              </td>
            ))}
            <td />
          </tr>
        </tfoot>
      </table>
      {(hidden > 0 || all) && (
        <button type="button" className={css.more} onClick={() => setAll(!all)}>
          {all ? text.service.fewer : words.rest(hidden)}
        </button>
      )}
    </div>
  );
}

interface CellProps {
  readonly service: string;
  readonly group: UsageGroup;
  readonly depth: number;
  readonly children: string;
}

function Cell({ service, group, depth, children }: CellProps) {
  const { measures } = useText();
  const { operation, target, protocol, requests, errors, latency } = group;
  const title = [
    `${operation} ${target}`,
    `${measures.requests}: ${exact(requests)}`,
    ...(['avg', 'p50', 'p95', 'p99'] as const).map((key) => `${measures[key]}: ${duration(latency[key])}`),
    `${measures.errors}: ${exact(errors)}`,
  ].join('\n');
  return (
    <td style={{ '--depth': `${depth * 42}%` } as React.CSSProperties} className={css.cell} title={title}>
      <Link to="/services/$name/endpoint" params={{ name: service }} search={{ protocol, operation, target }}>
        {children}
      </Link>
    </td>
  );
}
