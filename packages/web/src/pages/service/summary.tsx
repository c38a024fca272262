import type { ServiceDetail } from '@sonde/api';
import { bytes, count, duration, exact, percent, perSecond } from '../../base/format.ts';
import { errorLevel } from '../../base/health.ts';
import { useText } from '../../data/text.ts';
import { Stat, Stats } from '../../widgets/stat.tsx';

export function Summary({ service }: { readonly service: ServiceDetail }) {
  const { measures, service: words } = useText();
  const { latency } = service;
  return (
    <Stats label={words.inSum}>
      <Stat label={measures.requests} value={count(service.requests)} title={exact(service.requests)} />
      <Stat label={measures.rate} value={perSecond(service.rate)} note={measures.rateUnit} />
      <Stat
        label={measures.errorRate}
        value={percent(service.errorRate)}
        level={errorLevel(service.errorRate)}
        note={`${measures.errors} ${count(service.errors)}`}
      />
      {(['avg', 'p50', 'p75', 'p90', 'p95', 'p99'] as const).map((key) => (
        <Stat key={key} label={measures[key]} value={duration(latency[key])} />
      ))}
      <Stat label={measures.bytesIn} title={measures.bytesInHelp} value={bytes(service.requestBytes)} />
      <Stat label={measures.bytesOut} title={measures.bytesOutHelp} value={bytes(service.responseBytes)} />
    </Stats>
  );
}
