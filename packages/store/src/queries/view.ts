import type { Side } from '@sonde/model';
import type { QueryParams } from '../client.ts';

/** Columns a view can be narrowed to one value of. */
export const FILTERS = {
  protocol: 'protocol',
  operation: 'operation',
  target: 'target',
  statement: 'statement',
  status: 'status',
  error: 'error',
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
  /** The requests the service made, rather than those made to it; `server` is then the side of those it asked. */
  readonly outgoing?: boolean;
}

/** The other end of a row: its service, or its address where nobody could name it. */
export const OTHER_END = `if(peer = '', peer_address, peer)`;

/** Selects the rows whose other end is the one named; takes the parameter `name`. */
export const OTHER_END_IS_NAMED = `(peer = {name:String} OR (peer = '' AND peer_address = {name:String}))`;

/** Whether the rows of a view are the service's own, and not those of the other end. */
export const isOwn = ({ side, outgoing = false }: ServiceView): boolean => (side === 'client') === outgoing;

/** The condition that selects a view's rows, with its parameters. */
export function conditionOf(view: ServiceView): { where: string; params: QueryParams } {
  const { name, side, filter = {} } = view;
  const given = Object.entries(filter).filter((entry): entry is [keyof RowFilter, string] => entry[1] !== undefined);
  const conditions = given.map(([key]) => `${FILTERS[key]} = {${key}:String}`);
  return {
    where: [`side = '${side}'`, isOwn(view) ? `service = {name:String}` : OTHER_END_IS_NAMED, ...conditions].join(
      ' AND ',
    ),
    params: { name, ...Object.fromEntries(given) },
  };
}
