import type { ErrorGroup, Meta, Overview } from '@sonde/api';
import { Link } from '@tanstack/react-router';
import { count, exact, percent, perSecond } from '../../base/format.ts';
import { dateTime, dragRange } from '../../base/time.ts';
import { type PartFilter, useErrors, useOverview } from '../../data/monitoring.ts';
import { useSetRange } from '../../data/settings.ts';
import { useText } from '../../data/text.ts';
import { Chart } from '../../widgets/chart.tsx';
import { ExplainLink } from '../../widgets/explain-link.tsx';
import { Callers, Servers } from '../../widgets/monitoring/breakdown.tsx';
import css from '../../widgets/monitoring/monitoring.module.css';
import { SampleTraces } from '../../widgets/monitoring/sample-traces.tsx';
import { Notice } from '../../widgets/notice.tsx';
import { Page, Panel } from '../../widgets/page.tsx';
import { QueryView } from '../../widgets/query-view.tsx';
import { Stat, Stats } from '../../widgets/stat.tsx';
import { endpointOf, nameOf, spanTextOf } from './error-names.ts';
import { type ErrorSearch, errorRoute } from './route.ts';

const KEY = ['side', 'protocol', 'operation', 'target', 'statement', 'status', 'error'] as const;

/** Which traces went wrong so. */
function traceFilter(name: string, { side, operation, target, ...outcome }: ErrorSearch) {
  const spans = [operation, target].filter(Boolean).join(' ');
  return {
    ...(side === 'client' ? { peer: name } : { service: name }),
    operation: spans || undefined,
    text: spanTextOf(outcome),
  };
}

/** One error at one endpoint: how often, since when, whom it hit, who answered so, and traces of it. */
export function ErrorPage() {
  const { name } = errorRoute.useParams();
  const search = errorRoute.useSearch();
  const text = useText();
  const { errors: words } = text;
  const { error, status, ...endpoint } = search;
  const filter: PartFilter = { ...endpoint, ...(status ? { status } : {}), ...(error ? { error } : {}) };
  const query = useErrors(name);
  const all = useOverview(name, endpoint, {}).data?.overview.numbers.requests;
  const seen = useOverview(name, filter, {});
  const title = (group: ErrorGroup | undefined) => (group ? nameOf(group, text) : status || error || words.title);
  const found = query.data?.errors.find(
    (each) => each.service === name && KEY.every((key) => each[key] === (search[key] ?? '')),
  );
  const aside = (
    <Link to="/services/$name/errors" params={{ name }}>
      {words.detail(name)}
    </Link>
  );
  return (
    <Page title={title(found)} aside={aside} meta={query.data?.meta}>
      <QueryView query={query}>
        {() =>
          found === undefined ? (
            <Notice title={words.none} hint={words.noneHint} />
          ) : (
            <>
              <p className={css.links}>
                <Link to="/services/$name/endpoint" params={{ name }} search={endpointSearch(found)}>
                  {endpointOf(found) || found.protocol}
                </Link>
                <Link to="/services/$name/dashboard" params={{ name }} search={endpointSearch(found)}>
                  {text.tabs.dashboard}
                </Link>
              </p>
              <Facts group={found} all={all} />
              <QueryView query={seen}>
                {({ overview, meta }) => <Occurrences overview={overview} meta={meta} isError={found.isError} />}
              </QueryView>
              <Callers name={name} filter={filter} />
              <Servers name={name} filter={filter} />
              <SampleTraces title={words.traces} filter={traceFilter(name, search)} />
            </>
          )
        }
      </QueryView>
    </Page>
  );
}

const endpointSearch = ({ protocol, operation, target, statement }: ErrorGroup) => ({
  protocol,
  operation,
  target,
  statement,
});

function Facts({ group, all }: { readonly group: ErrorGroup; readonly all: number | undefined }) {
  const { errors: words, service } = useText();
  const explain = (number: string) => <ExplainLink number={number} query="errors" />;
  return (
    <Stats label={service.inSum}>
      <Stat
        label={words.requests}
        value={count(group.requests)}
        title={exact(group.requests)}
        note={
          <>
            {words.kinds[group.kind]} {explain('requests')}
          </>
        }
      />
      <Stat label={words.perMinute} value={perSecond(group.perMinute)} note={explain('perMinute')} />
      <Stat label={words.share} value={percent(all ? group.requests / all : null)} note={explain('endpointShare')} />
      <Stat label={words.first} value={dateTime(group.firstSeen)} note={explain('firstSeen')} />
      <Stat label={words.last} value={dateTime(group.lastSeen)} note={explain('lastSeen')} />
    </Stats>
  );
}

interface OccurrencesProps {
  readonly overview: Overview;
  readonly meta: Meta;
  readonly isError: boolean;
}

function Occurrences({ overview: { points, step }, meta, isError }: OccurrencesProps) {
  const { errors: words } = useText();
  const setRange = useSetRange();
  return (
    <Panel
      title={words.over}
      aside={<span className={css.hint}>{words.perMinute}</span>}
      formula="requests"
      query="steps of the view"
    >
      <Chart
        label={words.over}
        times={points.map(({ time }) => time)}
        step={step}
        from={meta.from}
        to={meta.to}
        format={perSecond}
        series={[
          {
            name: words.perMinute,
            color: isError ? '--data-errors' : '--data-4xx',
            kind: 'bar',
            values: points.map(({ requests }) => requests / (step / 60_000)),
          },
        ]}
        onZoom={(a, b) => setRange(dragRange(a, b))}
      />
    </Panel>
  );
}
