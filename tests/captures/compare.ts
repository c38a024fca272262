import { endpointText, type ReplayedSession, replay } from '@sonde/agent/replay';
import type { Exchange } from '@sonde/model';
import { endsKey } from './inference.ts';
import { exchangesOf, isListed } from './listed.ts';
import { type CaptureFile, capturePath, type Expectation, readExpectation, type Transaction } from './manifest.ts';
import { agrees, wanted } from './wanted.ts';

export interface Disagreement {
  readonly file: string;
  readonly protocol: string;
  readonly kind: 'missing' | 'extra';
  readonly text: string;
}

export interface Counts {
  matched: number;
  missing: number;
  extra: number;
}

export interface Comparison {
  readonly counts: ReadonlyMap<string, Counts>;
  readonly disagreements: readonly Disagreement[];
  readonly sessions: readonly ReplayedSession[];
  readonly expectation: Expectation;
}

/** Protocols whose deliveries and keep-alives the expectation does not pair: what is found cannot be called extra. */
const MESSAGES_ONLY = new Set(['nats', 'zookeeper', 'clickhouse', 'brpc']);

/** Replays one capture and compares each conversation with its expectation, in order, each protocol for itself. */
export async function compare(capture: CaptureFile): Promise<Comparison> {
  const found = new Map<string, Exchange[]>();
  const sessions: ReplayedSession[] = [];
  await replay([capturePath(capture.file)], {
    onExchange: (exchange) => {
      const key = keyOf(exchange.protocol, endpointText(exchange.client), endpointText(exchange.server));
      push(found, key, exchange);
    },
    onSession: (session) => sessions.push(session),
  });
  const expectation = readExpectation(capture.file);
  const expected = new Map<string, Transaction[]>();
  for (const transaction of exchangesOf(expectation.transactions)) {
    const stream = expectation.streams.get(transaction.conv ?? '');
    push(expected, keyOf(protocolOf(transaction), stream?.client ?? '', stream?.server ?? ''), transaction);
  }
  const counts = new Map<string, Counts>();
  const disagreements: Disagreement[] = [];
  for (const key of new Set([...expected.keys(), ...found.keys()])) {
    const protocol = key.slice(0, key.indexOf(' '));
    const { matched, missing, extra } = match(expected.get(key) ?? [], (found.get(key) ?? []).filter(isListed));
    const total = counts.get(protocol) ?? { matched: 0, missing: 0, extra: 0 };
    counts.set(protocol, total);
    total.matched += matched;
    total.missing += missing.length;
    const say = (kind: 'missing' | 'extra') => (text: string) =>
      disagreements.push({ file: capture.file, protocol, kind, text });
    missing.forEach(say('missing'));
    if (MESSAGES_ONLY.has(protocol)) continue;
    total.extra += extra.length;
    extra.forEach(say('extra'));
  }
  return { counts, disagreements, sessions, expectation };
}

/**
 * A transaction is matched by the first exchange that agrees and is not taken. One whose request the expectation does not
 * know (pushed, or made before an upgrade) may be there, and need not.
 */
function match(transactions: readonly Transaction[], exchanges: readonly Exchange[]) {
  const left = exchanges.toSorted((a, b) => Number(a.start - b.start));
  const missing: string[] = [];
  let matched = 0;
  const order = (transaction: Transaction) => transaction.req_frame ?? transaction.resp_frame ?? 0;
  for (const transaction of transactions.toSorted((a, b) => order(a) - order(b))) {
    const want = wanted(transaction);
    if (!want) continue;
    const at = left.findIndex((exchange) => agrees(want, exchange));
    if (at < 0) {
      missing.push(want.text);
      continue;
    }
    left.splice(at, 1);
    matched++;
  }
  for (const { req_frame: frame, status } of transactions) {
    if (frame !== undefined || status === undefined) continue;
    const at = left.findIndex((exchange) => exchange.status === String(status));
    if (at >= 0) left.splice(at, 1);
  }
  return { matched, missing, extra: left.map(describe) };
}

function describe({ client, operation, target, status, error, outcome, complete }: Exchange): string {
  return [endpointText(client), operation, target.slice(0, 80), status, error, outcome, complete ? '' : 'part'].join(
    ' ',
  );
}

function protocolOf({ proto, is_grpc: grpc }: Transaction): string {
  return proto === 'http2' && grpc ? 'grpc' : proto;
}

function keyOf(protocol: string, one: string, other: string): string {
  return `${protocol} ${endsKey(one, other)}`;
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
