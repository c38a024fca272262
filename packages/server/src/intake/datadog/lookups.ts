import { type Bins, binOf, dnsCodeName, dnsTypeName } from '@sonde/model';
import type { Series } from '../series.ts';
import { domainAt } from './dns.ts';
import type { ConnectionsMessage, DatadogConnection, DnsStats, DomainStats } from './messages.ts';

/** Requests or look-ups over one connection that were answered alike. */
export interface Answered {
  readonly series: Pick<Series, 'protocol' | 'operation' | 'target' | 'status' | 'error'>;
  readonly count: number;
  readonly durationSum: number;
  readonly bins: Bins;
}

const MAX_NAME = 255;

/** What a client asked of a name server: by name and type where the agent says so, else in all. */
export function lookupsOf(message: ConnectionsMessage, { dns, dnsByDomain }: DatadogConnection): Answered[] {
  if (dnsByDomain.length > 0) {
    return dnsByDomain.flatMap((each) => {
      const operation = each.queryType === null ? '' : dnsTypeName(each.queryType);
      return answersOf(each.stats, operation, nameOf(message, each));
    });
  }
  if (dns.byRcode.size > 0) return answersOf(dns, '', '');
  // An agent that knows no codes: answers are good or not.
  const series = { protocol: 'dns', operation: '', target: '' };
  return [
    ...lookups({ ...series, status: dnsCodeName(0), error: '' }, dns.successful, dns.successLatencySum),
    ...lookups({ ...series, status: '', error: 'failed' }, dns.failed, dns.failureLatencySum),
    ...lookups({ ...series, status: '', error: 'timeout' }, dns.timeouts, 0),
  ];
}

function nameOf({ domains, encodedDomainDatabase }: ConnectionsMessage, { domain, by }: DomainStats): string {
  const name = by === 'index' ? domains[domain] : domainAt(encodedDomainDatabase, domain);
  return (name ?? '').replace(/\.$/, '').toLowerCase().slice(0, MAX_NAME);
}

function answersOf(stats: DnsStats, operation: string, target: string): Answered[] {
  const series = { protocol: 'dns', operation, target };
  const codes = [...stats.byRcode].filter(([, count]) => count > 0);
  const failed = codes.reduce((sum, [code, count]) => (code === 0 ? sum : sum + count), 0);
  return [
    ...codes.flatMap(([code, count]) => {
      const status = dnsCodeName(code);
      const sum = code === 0 ? stats.successLatencySum : (stats.failureLatencySum * count) / failed;
      return lookups({ ...series, status, error: code === 0 ? '' : status }, count, sum);
    }),
    ...lookups({ ...series, status: '', error: 'timeout' }, stats.timeouts, 0),
  ];
}

/** Of their times only the sum is known, so that all go into the bin of the average; `latencySum` in microseconds. */
function lookups(series: Answered['series'], count: number, latencySum: number): Answered[] {
  if (count <= 0) return [];
  const durationSum = latencySum * 1e3;
  const isTime = durationSum > 0 && durationSum < 2 ** 53;
  const bins = isTime ? { indexes: [binOf(durationSum / count)], counts: [count] } : { indexes: [], counts: [] };
  return [{ series, count, durationSum: isTime ? Math.round(durationSum) : 0, bins }];
}
