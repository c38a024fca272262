import { execFileSync } from 'node:child_process';
import { TCP } from '@sonde/model';
import { describe, expect, test } from 'vitest';
import { observe } from './observe.ts';
import { captureSkipReason, Sandbox } from './sandbox.ts';

const reason = captureSkipReason();

const named = (name: string) => ({ environment: { OTEL_SERVICE_NAME: name } });

/** Drops packets that come in at the namespace: those that match, or of them one in `each` at random. */
function drop(netns: string, match: string, each = 1): void {
  const random = each > 1 ? `numgen random mod ${each} 0` : '';
  const table = `table ip loss { chain in { type filter hook input priority 0; ${match} ${random} drop; }; }`;
  execFileSync('ip', ['netns', 'exec', netns, 'nft', '-f', '-'], { input: table });
}

/** Segments that TCP of the namespace sent again, by the kernel's own count. */
function retransmitted(netns: string): number {
  const text = execFileSync('ip', ['netns', 'exec', netns, 'cat', '/proc/net/snmp'], { encoding: 'utf8' });
  const [names, values] = text.split('\n').filter((line) => line.startsWith('Tcp:'));
  return Number(values.split(' ')[names.split(' ').indexOf('RetransSegs')]);
}

describe.skipIf(reason !== '')(`what gets lost on the way ${reason}`, () => {
  test('is counted at whoever sends it again, while the connection lasts, as often as the kernel says', async () => {
    await using sandbox = new Sandbox();
    const netns = sandbox.namespace();
    const port = await sandbox.node('hostile-server.mjs', ['127.0.0.1', 0], { ...named('server'), netns }).line();
    const observation = await observe(sandbox);
    const pieces = Array.from({ length: 200 }, () => ['GET /pipelined HTTP/1.1\r\nhost: test\r\n\r\n', 15]).flat();
    const options = { environment: { OTEL_SERVICE_NAME: 'client', WAIT: '60000' }, netns };
    drop(netns, `tcp dport ${port}`, 8);
    drop(netns, `tcp sport ${port}`, 8);
    const client = sandbox.node('tcp-client.mjs', ['127.0.0.1', port, JSON.stringify(pieces)], options);
    const { sink } = observation;
    const ofService = (service: string, metric: string) =>
      sink.points.filter((point) => point.service === service && point.metric === metric);
    const total = (service: string, metric: string) =>
      ofService(service, metric).reduce((sum, { value }) => sum + value, 0);
    for (const service of ['client', 'server']) {
      await expect.poll(() => total(service, TCP.retransmits)).toBeGreaterThan(0);
    }
    expect(sink.total(TCP.closed)).toBe(0);
    client.child.kill();
    await client.ended();
    await expect.poll(() => sink.total(TCP.closed)).toBe(2);
    await using _ = await observation.finish();

    expect(total('client', TCP.retransmits) + total('server', TCP.retransmits)).toBe(retransmitted(netns));
    for (const [service, other] of [
      ['client', 'server'],
      ['server', 'client'],
    ]) {
      expect(total(service, TCP.segments)).toBeGreaterThanOrEqual(total(service, TCP.retransmits));
      expect(total(service, TCP.opened)).toBe(1);
      expect(ofService(service, TCP.retransmits)[0].attributes).toMatchObject({
        'sonde.side': service,
        'sonde.peer.service': other,
      });
      const times = ofService(service, TCP.rtt);
      const mean = times.reduce((sum, point) => sum + point.sum, 0) / total(service, TCP.rtt);
      expect(mean).toBeGreaterThan(0);
      expect(mean).toBeLessThan(1);
    }
  });

  test('a connection nobody answers and the application gives up', async () => {
    await using sandbox = new Sandbox();
    const netns = sandbox.namespace();
    drop(netns, 'tcp dport 9');
    const observation = await observe(sandbox);
    const impatient = sandbox.run(['timeout', '2', 'bash', '-c', 'exec 3<>/dev/tcp/127.0.0.1/9'], {
      ...named('impatient'),
      netns,
    });
    expect(await impatient.ended()).toBe(124);
    await using sink = await observation.finish();
    expect(sink.total('sonde.client.exchange.duration', { 'error.type': 'timeout' })).toBe(1);
    expect(sink.total(TCP.unanswered, { 'server.address': '127.0.0.1', 'server.port': 9 })).toBe(1);
    expect(sink.total(TCP.retransmits)).toBe(retransmitted(netns));
  });
});
