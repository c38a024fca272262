import type { MapEdge } from '@sonde/api';

/** What is chosen on the map. */
export type Selection = { readonly kind: 'node' | 'edge'; readonly id: string } | null;

/** `node <id>` or `edge <id>`, as the URL has it. */
export function selectionOf(text: string): Selection {
  const at = text.indexOf(' ');
  const kind = text.slice(0, at);
  return kind === 'node' || kind === 'edge' ? { kind, id: text.slice(at + 1) } : null;
}

export const edgeId = ({ source, target }: MapEdge) => `${source}\u0000${target}`;
