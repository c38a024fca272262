import type { Side } from '@sonde/model';
import type { QueryParams } from '../client.ts';
import type { Segment } from '../resolution.ts';
import { DAY, ENDPOINTS_OF_GRAIN, SERVICES_OF_GRAIN } from '../schema.ts';
import { source } from './source.ts';

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

const OWN = 'service = {name:String}';

/** Selects the rows whose other end is the one named; takes the parameter `name`. */
export const OTHER_END_IS_NAMED = `(peer = {name:String} OR (peer = '' AND peer_address = {name:String}))`;

/** Whether the rows of a view are the service's own, and not those of the other end. */
export const isOwn = ({ side, outgoing = false }: ServiceView): boolean => (side === 'client') === outgoing;

/** Columns of a series that the roll-up by endpoint has and the one by service has not. */
const OF_ENDPOINTS: readonly string[] = ['operation', 'target', 'statement'];

/** Columns of a series that neither has. */
const LEFT_OUT: readonly string[] = ['service', 'peer', 'peer_address', 'instance', 'host', 'container'];

/** The condition that selects a view's rows, with its parameters. */
export function conditionOf(view: ServiceView): { where: string; params: QueryParams } {
  const { name, side, filter = {} } = view;
  const given = Object.entries(filter).filter((entry): entry is [keyof RowFilter, string] => entry[1] !== undefined);
  const conditions = given.map(([key]) => `${FILTERS[key]} = {${key}:String}`);
  return {
    where: [`side = '${side}'`, isOwn(view) ? OWN : OTHER_END_IS_NAMED, ...conditions].join(' AND '),
    params: { name, ...Object.fromEntries(given) },
  };
}

/**
 * The rows of a view in the segments, with the columns asked for, and the parameters they take; `step` as in `source`.
 * They come from the roll-up by service or by endpoint, unless the view is narrowed to one end or asks for columns of it.
 */
export function rowsOfView(view: ServiceView, segments: readonly Segment[], columns: readonly string[], step = DAY) {
  const { where, params } = conditionOf(view);
  const { outgoing = false, filter = {} } = view;
  const given = Object.entries(filter).filter(([, value]) => value !== undefined);
  const needed = [...given.map(([key]) => FILTERS[key as keyof RowFilter]), ...columns];
  const needs = (some: readonly string[]) => needed.some((column) => some.includes(column));
  if (outgoing || needs(LEFT_OUT)) return { rows: source(segments, columns, where), params };
  const rolledUp = where.replace(isOwn(view) ? OWN : OTHER_END_IS_NAMED, 'name = {name:String}');
  if (!needs(OF_ENDPOINTS))
    return { rows: source(segments, columns, rolledUp, { tables: SERVICES_OF_GRAIN, step }), params };
  const condition = (grain: Segment['grain']) => (grain === 10 ? where : rolledUp);
  return { rows: source(segments, columns, condition, { tables: ENDPOINTS_OF_GRAIN, step }), params };
}
