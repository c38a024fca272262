import type { Side } from '@sonde/model';
import type { QueryParams } from '../client.ts';

/** Columns a view can be narrowed to one value of. */
export const FILTERS = {
  protocol: 'protocol',
  operation: 'operation',
  target: 'target',
  statement: 'statement',
  status: 'status',
  instance: 'instance',
  host: 'host',
  peer: 'peer',
  peerAddress: 'peer_address',
} as const;

export type RowFilter = { readonly [K in keyof typeof FILTERS]?: string | undefined };

/** A service as seen from one side, by itself or by those that call it, all of it or the part the filter leaves. */
export interface ServiceView {
  readonly name: string;
  readonly side: Side;
  readonly filter?: RowFilter;
}

/** The other end of a row: its service, or its address where nobody could name it. */
export const OTHER_END = `if(peer = '', peer_address, peer)`;

/** Selects the rows whose other end is the one named; takes the parameter `name`. */
export const OTHER_END_IS_NAMED = `(peer = {name:String} OR (peer = '' AND peer_address = {name:String}))`;

/** Selects the rows that count requests to the service; takes the parameter `name`. */
const SERVES: Record<Side, string> = {
  server: `side = 'server' AND service = {name:String}`,
  client: `side = 'client' AND ${OTHER_END_IS_NAMED}`,
};

/** The condition that selects a view's rows, with its parameters. */
export function conditionOf({ name, side, filter = {} }: ServiceView): { where: string; params: QueryParams } {
  const given = Object.entries(filter).filter((entry): entry is [keyof RowFilter, string] => entry[1] !== undefined);
  const conditions = given.map(([key]) => `${FILTERS[key]} = {${key}:String}`);
  return { where: [SERVES[side], ...conditions].join(' AND '), params: { name, ...Object.fromEntries(given) } };
}
