import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { agentConfig } from '@sonde/agent/config';
import { createClient } from '@sonde/api';
import { launchAgent } from '../../packages/cli/src/launch-agent.ts';
import { captureSkipReason, Sandbox } from '../../tests/capture/sandbox.ts';
import { Processes } from '../../tests/e2e/traces.ts';
import { quantilesOf } from './quantiles.ts';

const SECONDS = 20;
const WARM_UP = 3000;
const IN_FLIGHT = 8;
const PAUSE = 160;
const POLL = 200;
/** How far back is looked, in ms: not more traces than one answer has. */
const WINDOW = 20_000;
/** So long is waited for the last ones, in ms. */
const PATIENCE = 12_000;
/** Load, front and three calls to the back: both ends of each. */
const SPANS = 8;

/**
 * From the end of a request until the API shows its trace whole, in s: two agents, one of which sees the client's end of
 * the calls between the services and the other the server's, with their real traffic, intervals and batches; a server with
 * its own store; nothing in between. Read from the API every `POLL` ms, and so by half of that too long on average.
 */
export async function measureEndToEnd() {
  const reason = captureSkipReason();
  if (reason !== '') return { skipped: reason };
  await using front = new Sandbox();
  await using back = new Sandbox();
  await using processes = new Processes();
  const server = await processes.start('server', join(front.folder, 'store'));
  const named = (name: string) => ({ environment: { OTEL_SERVICE_NAME: name } });
  const backPort = await back.node('http-server.mjs', ['127.0.0.1', 0], named('back')).line();
  const port = await front.node('proxy.mjs', [backPort, 'chain'], named('front')).line();
  const agents = await Promise.all(
    [front, back].map(({ cgroup, folder }) =>
      launchAgent(
        agentConfig.parse({
          scope: { cgroups: [cgroup] },
          spans: { perSecond: 100_000 },
          server: { url: server.intakeUrl },
          spool: { path: join(folder, 'spool') },
        }),
      ),
    ),
  );
  const load = front.node('load.mjs', [port, 1e6, IN_FLIGHT, PAUSE], named('load'));
  const begin = Date.now() + WARM_UP;
  const end = begin + SECONDS * 1000;
  // By the start of the load's span: the id that names a trace may change while its spans come.
  const seen = new Map<number, number>();
  const api = createClient(server.url);
  const asked = new Set<number>();
  const look = async () => {
    const now = Date.now();
    const { traces } = await api.traces({ from: now - WINDOW, to: now + 1000, service: 'load', limit: 1000 });
    const answered = Date.now();
    for (const { start, duration, spans } of traces) {
      const ended = start + duration / 1e6;
      if (ended < begin || ended >= end) continue;
      asked.add(start);
      if (spans === SPANS && !seen.has(start)) seen.set(start, (answered - ended) / 1000);
    }
  };
  while (Date.now() < end) {
    await look();
    await sleep(POLL);
  }
  load.child.stdin!.end();
  await load.ended();
  while (Date.now() < end + PATIENCE) {
    await look();
    await sleep(POLL);
  }
  for (const start of asked) if (!seen.has(start)) {
    const { traces } = await api.traces({ from: start - 100, to: start + 100, service: 'load', limit: 1000 });
    console.log('missing', start, (start-begin), traces.filter((t) => Math.abs(t.start - start) < 5).map((t) => [t.start - start, t.spans, t.duration, t.root]));
  }
  for (const agent of agents) await agent.stop();
  return {
    agents: agents.length,
    tracesPerSecond: Math.round(asked.size / SECONDS),
    spansPerSecond: Math.round((asked.size * SPANS) / SECONDS),
    neverWhole: asked.size - seen.size,
    polledEveryMs: POLL,
    secondsToVisible: quantilesOf([...seen.values()]),
  };
}
