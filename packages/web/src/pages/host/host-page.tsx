import type { Host } from '@sonde/api';
import { Link } from '@tanstack/react-router';
import { count, percent, perSecond } from '../../base/format.ts';
import { completenessLevel, errorLevel } from '../../base/health.ts';
import { useHost } from '../../data/queries.ts';
import { useText } from '../../data/text.ts';
import { ExplainLink } from '../../widgets/explain-link.tsx';
import { Facts } from '../../widgets/facts.tsx';
import { InstanceTable } from '../../widgets/monitoring/instance-table.tsx';
import { Page, Panel } from '../../widgets/page.tsx';
import { QueryView } from '../../widgets/query-view.tsx';
import { Stat, Stats } from '../../widgets/stat.tsx';
import { hostRoute } from './route.ts';

const QUERY = 'instances of the host';

export function HostPage() {
  const { host } = hostRoute.useParams();
  const text = useText();
  const query = useHost(host);
  return (
    <Page title={host} aside={<span>{text.service.host}</span>} meta={query.data?.meta}>
      <QueryView query={query} missing={text.service.notFound(host)}>
        {({ host: seen, meta }) => (
          <>
            <Numbers host={seen} />
            <Agents host={seen} />
            <InstanceTable
              title={text.instances.onHost}
              label={text.instances.title(host)}
              rows={seen.instances}
              meta={meta}
              query={QUERY}
              onHost
            />
          </>
        )}
      </QueryView>
    </Page>
  );
}

/** What all instances on the host served together. */
function Numbers({ host: { instances } }: { readonly host: Host }) {
  const { measures, instances: words, service } = useText();
  const sum = (of: 'requests' | 'errors' | 'rate') => instances.reduce((total, each) => total + each[of], 0);
  const requests = sum('requests');
  const errorRate = requests > 0 ? sum('errors') / requests : null;
  const services = new Set(instances.map((each) => each.service)).size;
  const explain = (number: string) => <ExplainLink number={number} query={QUERY} />;
  return (
    <Stats label={service.inSum}>
      <Stat label={words.services} value={count(services)} note={explain('services')} />
      <Stat label={service.instances} value={count(instances.length)} note={explain('instances')} />
      <Stat label={measures.requests} value={count(requests)} note={explain('requests')} />
      <Stat
        label={measures.rate}
        value={perSecond(sum('rate'))}
        note={
          <>
            {measures.rateUnit} {explain('rate')}
          </>
        }
      />
      <Stat
        label={measures.errorRate}
        value={percent(errorRate)}
        level={errorLevel(errorRate)}
        note={
          <>
            {measures.errors} {count(sum('errors'))} {explain('errorRate')}
          </>
        }
      />
    </Stats>
  );
}

function Agents({ host: { agents } }: { readonly host: Host }) {
  const { agents: words, instances } = useText();
  if (agents.length === 0) return <p>{instances.noAgent}</p>;
  return agents.map((agent) => (
    <Panel
      key={agent.id}
      title={instances.agent}
      aside={
        <Link to="/agents" data-level={completenessLevel(agent.completeness)}>
          {words.completeness} {percent(agent.completeness)}
        </Link>
      }
    >
      <Facts
        facts={[
          [words.version, agent.version],
          [words.kernel, agent.kernel],
          [words.hookLevel, agent.hookLevel],
          [words.scope, agent.scope],
          [words.exchanges, count(agent.exchanges)],
        ]}
      />
    </Panel>
  ));
}
