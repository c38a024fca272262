import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { observe } from './observe.ts';
import { captureSkipReason, Sandbox } from './sandbox.ts';
import type { SeenSpan } from './sink.ts';
import { count } from './workload.ts';

const reason = captureSkipReason();
const named = (name: string) => ({ environment: { OTEL_SERVICE_NAME: name } });

const fact = ({ spanKind, attributes }: SeenSpan) =>
  ['sonde.operation', 'dns.question.name', 'sonde.status', 'sonde.outcome', 'sonde.peer.service']
    .map((key) => attributes[key] ?? '')
    .concat(spanKind)
    .join(' ');

describe.skipIf(reason !== '')(`DNS over UDP ${reason}`, () => {
  test('23 lookups by a resolver of its own, both ends exact, none for what is no DNS', async () => {
    await using sandbox = new Sandbox();
    const port = await sandbox.python('dns_server.py', ['127.0.0.1', 0], named('names')).line();
    const observation = await observe(sandbox);
    const known = Array.from({ length: 20 }, (_, i) => `Host${i}.known.example`);
    const unknown = ['a.example', 'b.example', 'c.example'];
    const client = sandbox.node('resolve.mjs', [port, ...known, ...unknown], named('client'));
    expect(await client.ended()).toBe(0);
    expect(client.lines).toEqual([...known.map(() => '["192.0.2.1"]'), ...unknown.map(() => '"ENOTFOUND"')]);
    await using sink = await observation.finish();
    const expected = (kind: string, peer: string) => [
      ...known.map((name) => `A ${name.toLowerCase()} NOERROR complete ${peer} ${kind}`),
      ...unknown.map((name) => `A ${name} NXDOMAIN complete ${peer} ${kind}`),
    ];
    expect(count(sink.spans.map(fact), String)).toEqual(
      count([...expected('client', 'names'), ...expected('server', 'client')], String),
    );
    expect(sink.total('dns.lookup.duration')).toBe(23);
    expect(sink.total('dns.lookup.duration', { 'error.type': 'NXDOMAIN' })).toBe(3);
    expect(sink.points.find(({ metric }) => metric === 'dns.lookup.duration')?.attributes).toMatchObject({
      'server.address': '127.0.0.1',
      'server.port': Number(port),
    });
    expect(sink.total('sonde.agent.dropped')).toBe(0);
  });

  test('lookups by the C library, two questions in one call', async () => {
    await using sandbox = new Sandbox();
    const netns = sandbox.namespace();
    const etc = `/etc/netns/${netns}`;
    mkdirSync(etc, { recursive: true });
    writeFileSync(`${etc}/resolv.conf`, 'nameserver 127.0.0.1\noptions attempts:1\n');
    try {
      await sandbox.python('dns_server.py', ['127.0.0.1', 53], { ...named('names'), netns }).line();
      const observation = await observe(sandbox);
      const client = sandbox.python('resolve.py', ['one.known.example.', 'two.known.example.'], {
        ...named('client'),
        netns,
      });
      await client.ended();
      expect(client.lines).toEqual(["['192.0.2.1']", "['192.0.2.1']"]);
      await using sink = await observation.finish();
      const facts = (kind: string) =>
        sink.spans
          .filter(({ spanKind }) => spanKind === kind)
          .map(({ attributes }) => `${attributes['sonde.operation']} ${attributes['dns.question.name']}`)
          .sort();
      const expected = [
        'A one.known.example',
        'A two.known.example',
        'AAAA one.known.example',
        'AAAA two.known.example',
      ];
      expect(facts('client')).toEqual(expected);
      expect(facts('server')).toEqual(expected);
    } finally {
      rmSync(etc, { recursive: true });
    }
  });

  test('a question nobody answers', async () => {
    await using sandbox = new Sandbox();
    const port = await sandbox.python('dns_server.py', ['127.0.0.1', 0], named('names')).line();
    const observation = await observe(sandbox);
    const client = sandbox.node('resolve.mjs', [port, 'silent.example'], named('client'));
    expect(await client.ended()).toBe(0);
    expect(client.lines).toEqual(['"ETIMEOUT"']);
    await using sink = await observation.finish();
    expect(count(sink.spans.map(fact), String)).toEqual({
      'A silent.example  pending names client': 1,
      'A silent.example  pending  server': 1,
    });
  });
});
