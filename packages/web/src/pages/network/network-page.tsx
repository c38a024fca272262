import type { NetworkNumbers } from '@sonde/api';
import { count, duration, percent } from '../../base/format.ts';
import { errorLevel } from '../../base/health.ts';
import { useAlerts } from '../../data/alerts.ts';
import { useNetwork } from '../../data/monitoring.ts';
import { useNetworkText } from '../../data/network-text.ts';
import { useText } from '../../data/text.ts';
import { ExplainLink } from '../../widgets/explain-link.tsx';
import css from '../../widgets/monitoring/monitoring.module.css';
import { ServiceTabs } from '../../widgets/monitoring/service-tabs.tsx';
import { Notice } from '../../widgets/notice.tsx';
import { Page } from '../../widgets/page.tsx';
import { QueryView } from '../../widgets/query-view.tsx';
import { Stat, Stats } from '../../widgets/stat.tsx';
import { NetworkCharts } from './charts.tsx';
import { networkRoute } from './route.ts';
import { InstanceNetwork, PeerNetwork } from './tables.tsx';

/** Metrics of alerts that are about connections. */
const OF_NETWORK: readonly string[] = ['retransmit_rate', 'rtt', 'connect_failures', 'resets'];

export function NetworkPage() {
  const { name } = networkRoute.useParams();
  const words = useNetworkText();
  const query = useNetwork(name);
  const all = useAlerts(name).data?.alerts ?? [];
  const alerts = all.filter(({ metric }) => OF_NETWORK.includes(metric));
  return (
    <Page title={words.title(name)} meta={query.data?.meta}>
      <div className={css.lens}>
        <ServiceTabs name={name} />
        <span className={css.hint}>{words.hint}</span>
      </div>
      <QueryView query={query}>
        {({ network, meta }) =>
          network.peers.length === 0 ? (
            <Notice title={words.none} hint={words.noneHint} />
          ) : (
            <>
              <Numbers numbers={network.numbers} />
              <NetworkCharts name={name} network={network} meta={meta} alerts={alerts} />
              <PeerNetwork name={name} peers={network.peers} alerts={alerts} />
              <InstanceNetwork name={name} instances={network.instances} alerts={alerts} />
            </>
          )
        }
      </QueryView>
    </Page>
  );
}

function Numbers({ numbers }: { readonly numbers: NetworkNumbers }) {
  const words = useNetworkText();
  const { service } = useText();
  const explain = (number: string) => <ExplainLink number={number} query="network by instance" />;
  const failures = (key: 'refused' | 'unanswered' | 'reset' | 'lost') => (
    <Stat
      label={words[key]}
      title={words[`${key}Help`]}
      value={count(numbers[key])}
      level={numbers[key] > 0 ? 'warn' : 'none'}
      note={explain('connections')}
    />
  );
  return (
    <Stats label={service.inSum}>
      <Stat
        label={words.retransmitRate}
        title={words.retransmitRateHelp}
        value={percent(numbers.retransmitRate)}
        level={errorLevel(numbers.retransmitRate)}
        note={
          <>
            {count(numbers.retransmits)} / {count(numbers.segments)} {explain('retransmitRate')}
          </>
        }
      />
      <Stat
        label={words.rtt}
        title={words.rttHelp}
        value={duration(numbers.rtt.avg)}
        note={
          <>
            {words.avg} {explain('rttAverage')}
          </>
        }
      />
      <Stat label="P50" title={words.rttHelp} value={duration(numbers.rtt.p50)} note={explain('rttPercentile')} />
      <Stat label="P95" title={words.rttHelp} value={duration(numbers.rtt.p95)} note={explain('rttPercentile')} />
      <Stat label={words.opened} value={count(numbers.opened)} note={explain('connections')} />
      <Stat label={words.closed} value={count(numbers.closed)} note={explain('connections')} />
      {failures('refused')}
      {failures('unanswered')}
      {failures('reset')}
      {failures('lost')}
    </Stats>
  );
}
