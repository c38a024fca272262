import type { MapEdge } from '@sonde/api';

/** What is chosen on the map. */
export type Selection = { readonly kind: 'node' | 'edge'; readonly id: string } | null;

export const edgeId = ({ source, target }: MapEdge) => `${source}\u0000${target}`;
