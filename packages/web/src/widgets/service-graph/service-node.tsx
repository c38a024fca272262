import type { Alert, MapNode } from '@sonde/api';
import { Link } from '@tanstack/react-router';
import { Handle, type Node, type NodeProps, Position } from '@xyflow/react';
import { duration, percent, rate } from '../../base/format.ts';
import { errorLevel } from '../../base/health.ts';
import { useText } from '../../data/text.ts';
import { Icon } from '../icon.tsx';
import { AlertCount } from '../monitoring/alert-count.tsx';
import { Leveled } from '../tags.tsx';
import css from './service-graph.module.css';

export type ServiceNodeType = Node<
  {
    readonly service: MapNode;
    readonly color: string | null;
    readonly dim: boolean;
    /** In place of its numbers. */
    readonly lines: readonly string[] | undefined;
    readonly alerts: readonly Alert[];
  },
  'service'
>;

/** A service as a card; the name is a link to its page, the rest of the card selects it. */
export function ServiceNode({ data: { service, color, dim, lines, alerts }, selected }: NodeProps<ServiceNodeType>) {
  const text = useText();
  return (
    <div className={css.node} data-origin={service.origin} data-selected={selected} data-dim={dim}>
      <Handle type="target" position={Position.Left} isConnectable={false} />
      <div className={css.fill} style={color ? { background: `var(${color})` } : undefined} data-step={color?.at(-1)}>
        <Icon name={service.kind} size={16} />
      </div>
      <div className={css.card}>
        <span className={css.title}>
          <Link
            to="/services/$name"
            params={{ name: service.name }}
            className="nodrag nopan"
            title={service.name}
            tabIndex={-1}
          >
            {service.name}
          </Link>
          <AlertCount alerts={alerts} of={{ service: service.name }} />
        </span>
        {lines !== undefined ? (
          lines.map((line) => <span key={line}>{line}</span>)
        ) : service.requests === 0 ? (
          <span>{text.map.callsOnly}</span>
        ) : (
          <Numbers service={service} />
        )}
      </div>
      <Handle type="source" position={Position.Right} isConnectable={false} />
    </div>
  );
}

function Numbers({ service }: { readonly service: MapNode }) {
  const text = useText();
  const { map, side } = text;
  const [origin, help] =
    service.origin === 'external'
      ? [map.external, map.externalHelp]
      : service.side === 'client'
        ? [side.short, side.clientHelp]
        : [];
  return (
    <>
      <span>
        {rate(service.rate)} · <Leveled level={errorLevel(service.errorRate)}>{percent(service.errorRate)}</Leveled>
      </span>
      <span>
        P95 {duration(service.latency.p95)}
        {origin && <em title={help}> · {origin}</em>}
      </span>
    </>
  );
}
