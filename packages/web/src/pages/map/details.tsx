import { ActionIcon, Button } from '@mantine/core';
import type { MapEdge, MapNode } from '@sonde/api';
import { Link } from '@tanstack/react-router';
import { type AlertGroups, alertsOf } from '../../base/alert-groups.ts';
import { bytes, duration, exact, percent, rate } from '../../base/format.ts';
import { useNetworkText } from '../../data/network-text.ts';
import { useText } from '../../data/text.ts';
import { ExplainLink } from '../../widgets/explain-link.tsx';
import { Icon } from '../../widgets/icon.tsx';
import { AlertCount } from '../../widgets/monitoring/alert-count.tsx';
import { edgeId, type Selection } from '../../widgets/service-graph/edge-id.ts';
import { SideTag } from '../../widgets/tags.tsx';
import css from './map-page.module.css';

interface DetailsProps {
  readonly nodes: readonly MapNode[];
  readonly edges: readonly MapEdge[];
  readonly alerts: AlertGroups;
  readonly selection: Selection;
  readonly onClose: () => void;
  readonly onFocus: (id: string) => void;
}

/** The numbers of the chosen service or call. */
export function Details({ nodes, edges, alerts, selection, onClose, onFocus }: DetailsProps) {
  const text = useText();
  const words = useNetworkText();
  const { measures } = text;
  const node = selection?.kind === 'node' ? nodes.find(({ id }) => id === selection.id) : undefined;
  const edge = selection?.kind === 'edge' ? edges.find((each) => edgeId(each) === selection.id) : undefined;
  const chosen = node ?? edge;
  if (!chosen) return null;
  const nameOf = (id: string) => nodes.find((each) => each.id === id)?.name ?? id;
  const title = node ? node.name : `${nameOf(edge!.source)} → ${nameOf(edge!.target)}`;
  const query = node ? 'totals of services' : 'calls between services';
  const rows = [
    ['requests', measures.requests, exact(chosen.requests)],
    ['rate', measures.rate, rate(chosen.rate)],
    ['errors', measures.errors, exact(chosen.errors)],
    ['errorRate', measures.errorRate, percent(chosen.errorRate)],
    ...(['avg', 'p50', 'p75', 'p90', 'p95', 'p99'] as const).map((key) => [
      key === 'avg' ? 'avg' : 'percentile',
      measures[key],
      duration(chosen.latency[key]),
    ]),
    ['requestBytes', measures.bytesIn, bytes(chosen.requestBytes)],
    ['responseBytes', measures.bytesOut, bytes(chosen.responseBytes)],
  ];
  const network = edge?.network;
  const sockets: readonly (readonly [formula: string, label: string, help: string, value: string])[] = network
    ? [
        ['retransmitRate', words.retransmitRate, words.retransmitRateHelp, percent(network.retransmitRate)],
        ['rttAverage', words.rtt, words.rttHelp, duration(network.rtt.avg)],
        ['connections', words.refused, words.refusedHelp, exact(network.refused)],
        ['connections', words.unanswered, words.unansweredHelp, exact(network.unanswered)],
        ['connections', words.reset, words.resetHelp, exact(network.reset)],
        ['connections', words.lost, words.lostHelp, exact(network.lost)],
      ]
    : [];
  return (
    <aside className={css.details} aria-label={title}>
      <header>
        <h2>{title}</h2>
        <ActionIcon variant="subtle" color="gray" size={26} aria-label={text.map.close} onClick={onClose}>
          <Icon name="close" size={14} />
        </ActionIcon>
      </header>
      <p className={css.tags}>
        {node ? text.kinds[node.kind] : edge!.protocols.join(', ')} <SideTag of={chosen} />
        {node && <AlertCount alerts={alertsOf(alerts, { service: node.name })} of={{ service: node.name }} long />}
      </p>
      <dl>
        {rows.map(([formula, name, value]) => (
          <div key={name}>
            <dt>
              {name} <ExplainLink number={formula} query={query} of={name} />
            </dt>
            <dd>{value}</dd>
          </div>
        ))}
        {sockets.map(([formula, name, help, value]) => (
          <div key={name}>
            <dt title={help}>
              {name} <ExplainLink number={formula} query="network by peer" of={name} />
            </dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {network && (
        <footer>
          <Button
            size="xs"
            variant="default"
            renderRoot={(props) => (
              <Link to="/services/$name/network" params={{ name: nameOf(edge!.source) }} {...props} />
            )}
          >
            {text.tabs.network}
          </Button>
        </footer>
      )}
      {node && (
        <footer>
          <Button
            size="xs"
            renderRoot={(props) => <Link to="/services/$name" params={{ name: node.name }} {...props} />}
          >
            {text.map.open}
          </Button>
          <Button size="xs" variant="default" onClick={() => onFocus(node.id)}>
            {text.map.focus}
          </Button>
        </footer>
      )}
    </aside>
  );
}
