import type { MapNode } from '@sonde/api';
import { step5 } from '../../base/health.ts';

export type Fill = 'errors' | 'latency' | 'requests';

/** Upper bounds of the steps of an error rate: fixed, so that green always means the same. */
const ERROR_STEPS = [0.001, 0.01, 0.05, 0.2];

/** The colour of each node, a custom property of the theme; `null` where the metric has no value. */
export function painter(nodes: readonly MapNode[], fill: Fill): (node: MapNode) => string | null {
  if (fill === 'errors') {
    return ({ errorRate }) =>
      errorRate === null ? null : `--alarm-${ERROR_STEPS.filter((bound) => errorRate >= bound).length}`;
  }
  const value = (node: MapNode) => (fill === 'latency' ? node.latency.p95 : node.requests || null);
  const known = nodes.map(value).filter((each) => each !== null);
  const least = Math.min(...known);
  const most = Math.max(...known);
  return (node) => {
    const step = step5(value(node), least, most);
    return step === null ? null : `--heat-${step}`;
  };
}
