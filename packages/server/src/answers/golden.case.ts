/** The exchanges of the golden data set, each known singly. Input for a test, no measurement. */
import { ATTR, binOf } from '@sonde/model';
import type { TestExchanges } from '../test-server.ts';

export const MS = 1e6;
export const HOUR = 3600;

export const start = Math.floor(Date.now() / 10_000) * 10 - 300;
export const range = { from: start * 1000, to: (start + 300) * 1000 };
export const SECONDS = 300;

export interface Known {
  readonly side: 'server' | 'client';
  readonly service: string;
  readonly peer: string;
  readonly peerAddress: string;
  readonly instance: string;
  readonly host: string;
  readonly protocol: string;
  readonly operation: string;
  readonly target: string;
  readonly status: string;
  readonly error: string;
  readonly time: number;
  readonly ns: number;
}

/** Numbers in [0, 1) that are the same at each run (a linear congruential generator). */
let state = 23;
const next = () => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;

export const ENDPOINTS = [
  { operation: 'GET', target: '/items/{id}', ms: 3 },
  { operation: 'GET', target: '/search', ms: 90 },
  { operation: 'POST', target: '/orders', ms: 700 },
  { operation: 'POST', target: '/export', ms: 6000 },
];
const CALLERS = [
  { peer: 'edge', peerAddress: '10.0.0.5' },
  { peer: 'mobile', peerAddress: '10.0.0.6' },
  { peer: '', peerAddress: '203.0.113.9' },
];

/** Requests to `shop`, as it saw them; the same count an hour earlier, half as slow. */
function requestsToShop(at: number, count: number, slowness: number): Known[] {
  return Array.from({ length: count }, (_, i): Known => {
    const { operation, target, ms } = ENDPOINTS[i % 7 < 3 ? 0 : i % 7 < 5 ? 1 : i % 7 < 6 ? 2 : 3];
    const status = next() < 0.06 ? '503' : next() < 0.05 ? '404' : '200';
    const server = i % 3;
    return {
      side: 'server',
      service: 'shop',
      ...CALLERS[i % 5 < 3 ? 0 : i % 5 < 4 ? 1 : 2],
      instance: `shop-${server}`,
      host: `node-${server % 2}`,
      protocol: 'http',
      operation,
      target,
      status,
      error: status === '503' ? '503' : '',
      time: at + 10 * Math.floor(next() * 30),
      ns: Math.round(slowness * ms * (0.5 + 2 * next()) * MS),
    };
  });
}

export const shop = requestsToShop(start, 420, 1);
export const earlier = requestsToShop(start - HOUR, 210, 0.5);

/** The same as its callers on watched hosts saw them: 2 ms longer; and what never arrived. */
export const fromEdge: Known[] = shop
  .filter(({ peer }) => peer === 'edge')
  .map((each, i) => ({
    ...each,
    side: 'client',
    service: 'edge',
    peer: 'shop',
    peerAddress: '10.0.0.20:80',
    instance: `edge-${i % 2}`,
    host: 'node-9',
    ns: each.ns + 2 * MS,
  }));
const lost = (error: string, count: number, peer: string, peerAddress: string): Known[] =>
  Array.from({ length: count }, (_, i) => ({
    side: 'client',
    service: 'edge',
    peer,
    peerAddress,
    instance: 'edge-0',
    host: 'node-9',
    protocol: 'unknown',
    operation: 'connect',
    target: '',
    status: '',
    error,
    time: start + 20 + 10 * i,
    ns: MS,
  }));
export const refused = lost('connection_refused', 5, '', '10.0.0.99:9000');
export const reset = lost('connection_reset', 3, 'shop', '10.0.0.20:80');

export const all = [...shop, ...earlier, ...fromEdge, ...refused, ...reset];

export function exchangeOf(known: Known): TestExchanges {
  const [address, port] = known.peerAddress.split(':');
  const optional = (name: string, value: string) => (value === '' ? {} : { [name]: value });
  return {
    resource: {
      [ATTR.serviceName]: known.service,
      [ATTR.serviceInstanceId]: known.instance,
      [ATTR.hostName]: known.host,
    },
    side: known.side,
    time: known.time,
    count: 1,
    bin: binOf(known.ns),
    seconds: known.ns / 1e9,
    requestBytes: 100,
    responseBytes: 1000,
    attributes: {
      [ATTR.protocolName]: known.protocol,
      [ATTR.operation]: known.operation,
      ...optional(ATTR.target, known.target),
      ...optional(ATTR.status, known.status),
      ...optional(ATTR.errorType, known.error),
      ...optional(ATTR.peerService, known.peer),
      [known.side === 'server' ? ATTR.clientAddress : ATTR.peerAddress]: address,
      ...(port === undefined ? {} : { [ATTR.peerPort]: Number(port) }),
    },
  };
}
