import { OUTCOMES, type Outcome, PROTOCOLS } from '@sonde/model';
import { symbols } from '@sonde/protocols';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NO_SCOPE } from '../link/work-scope.ts';
import { Aggregation, callOf } from './aggregation.case.ts';
import { SeriesKey } from './series.ts';

let it: Aggregation;
beforeEach(() => {
  it = new Aggregation();
});
afterEach(() => it[Symbol.dispose]());

/** The series in words. */
function rows() {
  return Array.from({ length: it.series.size }, (_, i) => {
    const key = it.series.key(i, new SeriesKey());
    return {
      side: key.side === 0 ? 'client' : 'server',
      service: it.identities.get(key.identity).serviceName,
      peer: symbols.text(key.peer),
      peerAddress: symbols.text(key.peerAddress),
      protocol: PROTOCOLS[key.protocol],
      operation: symbols.text(key.operation),
      target: symbols.text(key.target),
      error: symbols.text(key.error),
      outcome: OUTCOMES[key.outcome],
      count: it.series.counts[i],
      duration: it.series.durations[i],
    };
  });
}

test('one exchange at both ends is a series for each of them, never one for both', () => {
  const connection = it.connection();
  it.recorder.exchange(callOf(), connection, 0, NO_SCOPE);
  it.recorder.exchange(callOf({}, { responseLast: 1.0008e9 }), connection, 1, NO_SCOPE);
  const common = {
    protocol: 'http',
    operation: 'GET',
    target: '/users/{id}',
    error: '',
    outcome: 'complete',
    count: 1,
  };
  expect(rows()).toEqual([
    { ...common, side: 'client', service: 'front', peer: 'users', peerAddress: '10.0.0.2:80', duration: 1e6 },
    { ...common, side: 'server', service: 'users', peer: 'front', peerAddress: '10.0.0.1', duration: 8e5 },
  ]);
});

test('an end whose other end is elsewhere has no peer but an address', () => {
  const connection = it.connection();
  connection.ends[1] = null;
  it.recorder.exchange(callOf(), connection, 0, NO_SCOPE);
  expect(rows()).toMatchObject([{ service: 'front', peer: '', peerAddress: '10.0.0.2:80' }]);
});

test('a request that the TCP server sent: the sides are those of the request', () => {
  const connection = it.connection();
  it.recorder.exchange(callOf({ protocol: 'amqp' }, { reversed: true }), connection, 0, NO_SCOPE);
  expect(rows()).toMatchObject([{ side: 'server', service: 'front', peer: 'users', peerAddress: '' }]);
});

describe('an exchange without a response', () => {
  test.each<[Outcome, string]>([
    ['complete', ''],
    ['oneway', ''],
    ['closed', 'connection_closed'],
    ['reset', 'connection_reset'],
    ['timeout', 'timeout'],
    ['refused', 'connection_refused'],
    ['pending', ''],
  ])('because of %s has the error "%s"', (outcome, error) => {
    it.recorder.exchange(callOf({}, { outcome: OUTCOMES.indexOf(outcome) }), it.connection(), 0, NO_SCOPE);
    expect(rows()).toMatchObject([{ outcome, error }]);
  });

  test('keeps the error the protocol gave it', () => {
    it.recorder.exchange(
      callOf({ error: '503' }, { outcome: OUTCOMES.indexOf('reset') }),
      it.connection(),
      0,
      NO_SCOPE,
    );
    expect(rows()).toMatchObject([{ error: '503', outcome: 'reset' }]);
  });

  test('lasts until its request was sent', () => {
    const times = { requestFirst: 1e9, requestLast: 1.5e9, responseFirst: 0, responseLast: 0 };
    it.recorder.exchange(callOf({}, times), it.connection(), 0, NO_SCOPE);
    expect(rows()).toMatchObject([{ duration: 0.5e9 }]);
  });

  test('never lasts less than nothing', () => {
    const times = { requestFirst: 1e9, requestLast: 0, responseFirst: 0, responseLast: 0 };
    it.recorder.exchange(callOf({}, times), it.connection(), 0, NO_SCOPE);
    expect(rows()).toMatchObject([{ duration: 0 }]);
  });
});

const NOTHING_SENT = { segments: 0, retransmits: 0, rtt: 0 };

test('a connection that could not be opened is an exchange of its client', () => {
  it.recorder.exchange(callOf({ error: '500' }), it.connection(), 1, NO_SCOPE);
  it.recorder.failedConnect(it.end(10, '10.0.0.9:81'), OUTCOMES.indexOf('refused'), 1e9, 1.002e9, NOTHING_SENT);
  expect(rows()[1]).toEqual({
    side: 'client',
    service: 'front',
    peer: '',
    peerAddress: '10.0.0.9:81',
    protocol: 'unknown',
    operation: 'connect',
    target: '',
    error: 'connection_refused',
    outcome: 'refused',
    count: 1,
    duration: 2e6,
  });
});

test('every exchange is counted, with or without a span', () => {
  using few = new Aggregation(1);
  const connection = few.connection();
  for (let i = 0; i < 23; i++) few.recorder.exchange(callOf({}, { requestOffset: i }), connection, 1, NO_SCOPE);
  expect(few.series.counts[0]).toBe(23);
  expect(few.spans.left).toBe(22);
});
