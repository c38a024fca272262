import { OUTCOMES, type ProtocolName, protocolId } from '@sonde/model';
import { symbols } from '@sonde/protocols';
import { describe, expect, test } from 'vitest';
import { TestProc } from '../enrich/proc.case.ts';
import { ProcessTable } from '../enrich/process-table.ts';
import { exchangeAttributes, resourceAttributes } from './attributes.ts';
import { SeriesKey } from './series.ts';

interface Words {
  readonly operation?: string;
  readonly target?: string;
  readonly statement?: string;
  readonly status?: string;
  readonly error?: string;
  readonly version?: string;
  readonly peer?: string;
  readonly peerAddress?: string;
}

function attributesOf(side: 'client' | 'server', protocol: ProtocolName, words: Words = {}) {
  const key = new SeriesKey();
  key.side = side === 'client' ? 0 : 1;
  key.protocol = protocolId(protocol);
  for (const [name, text] of Object.entries(words)) key[name as keyof Words] = symbols.ofText(text);
  return exchangeAttributes(key);
}

const WORDS: Words = { operation: 'OP', target: 'what', status: '7' };

describe('what an exchange was, in the semantic conventions of its kind', () => {
  test.each<[ProtocolName, object]>([
    ['http', { 'http.request.method': 'OP', 'http.route': 'what', 'http.response.status_code': 7 }],
    ['http2', { 'http.request.method': 'OP', 'http.route': 'what', 'http.response.status_code': 7 }],
    ['grpc', { 'rpc.method': 'OP', 'rpc.service': 'what', 'rpc.response.status_code': '7', 'rpc.system': 'grpc' }],
    [
      'dubbo',
      { 'rpc.method': 'OP', 'rpc.service': 'what', 'rpc.response.status_code': '7', 'rpc.system': 'apache_dubbo' },
    ],
    [
      'pgsql',
      {
        'db.operation.name': 'OP',
        'db.collection.name': 'what',
        'db.response.status_code': '7',
        'db.system.name': 'postgresql',
      },
    ],
    [
      'redis',
      {
        'db.operation.name': 'OP',
        'db.collection.name': 'what',
        'db.response.status_code': '7',
        'db.system.name': 'redis',
      },
    ],
    [
      'kafka',
      {
        'messaging.operation.name': 'OP',
        'messaging.destination.name': 'what',
        'sonde.status': '7',
        'messaging.system': 'kafka',
      },
    ],
    ['dns', { 'sonde.operation': 'OP', 'dns.question.name': 'what', 'sonde.status': '7' }],
    ['tls', { 'sonde.operation': 'OP', 'sonde.target': 'what', 'sonde.status': '7' }],
  ])('%s', (protocol, wanted) => {
    expect(attributesOf('server', protocol, WORDS)).toEqual({
      'sonde.side': 'server',
      'sonde.outcome': 'complete',
      'network.protocol.name': protocol,
      ...wanted,
    });
  });

  test('what is not known is not there', () => {
    expect(attributesOf('client', 'unknown')).toEqual({
      'sonde.side': 'client',
      'sonde.outcome': 'complete',
      'network.protocol.name': 'unknown',
    });
  });

  test('errors, statements and versions', () => {
    expect(attributesOf('client', 'mysql', { error: '1146', statement: 'SELECT ?', version: '8' })).toMatchObject({
      'error.type': '1146',
      'db.query.text': 'SELECT ?',
      'network.protocol.version': '8',
    });
  });

  test.each(OUTCOMES.map((name, i) => [name, i] as const))('the outcome %s', (name, outcome) => {
    const key = new SeriesKey();
    key.outcome = outcome;
    expect(exchangeAttributes(key)).toMatchObject({ 'sonde.outcome': name });
  });
});

describe('who is at the other end', () => {
  test('of a client: a server with its port', () => {
    expect(attributesOf('client', 'http', { peer: 'users', peerAddress: '10.0.0.2:80' })).toMatchObject({
      'sonde.peer.service': 'users',
      'server.address': '10.0.0.2',
      'server.port': 80,
    });
    expect(attributesOf('client', 'http', { peerAddress: '[2001:db8::1]:443' })).toMatchObject({
      'server.address': '2001:db8::1',
      'server.port': 443,
    });
  });

  test('of a server: a client, without a port, since that is another each time', () => {
    const attributes = attributesOf('server', 'http', { peerAddress: '2001:db8::1' });
    expect(attributes['client.address']).toBe('2001:db8::1');
    expect(Object.keys(attributes).filter((name) => name.startsWith('server.'))).toEqual([]);
  });
});

test('the resource is the process that was observed; what does not apply is not there', () => {
  using proc = new TestProc();
  proc.run(10, 'shop');
  const identity = new ProcessTable({ proc: proc.folder, hostName: 'here' }).resolve(10);
  expect(resourceAttributes(identity)).toEqual({
    'service.name': 'shop',
    'service.instance.id': 'here:10',
    'host.name': 'here',
    'process.pid': 10,
    'process.executable.name': 'shop',
    'process.command_line': '/usr/bin/shop',
  });
  const pod = { ...identity, containerId: 'c0ffee', podName: 'shop-1', namespaceName: 'prod' };
  expect(resourceAttributes(pod)).toMatchObject({
    'container.id': 'c0ffee',
    'k8s.pod.name': 'shop-1',
    'k8s.namespace.name': 'prod',
  });
});
