import { join } from 'node:path';
import { agentConfig } from '@sonde/agent/config';
import type { z } from 'zod';
import { type LaunchedAgent, launchAgent } from '../../packages/cli/src/launch-agent.ts';
import type { Sandbox } from './sandbox.ts';
import { Sink } from './sink.ts';

/** An agent that sees one sandbox and reports to a sink. */
export interface Observation {
  readonly sink: Sink;
  readonly agent: LaunchedAgent;
  /** Has the agent hand over all it has, and ends it. */
  finish(): Promise<Sink>;
}

/**
 * @param overrides of the agent's configuration
 * @param scope the sandbox, or processes of it
 */
export async function observe(
  sandbox: Sandbox,
  overrides: Partial<z.input<typeof agentConfig>> = {},
  forward: string | null = null,
  scope: z.input<typeof agentConfig>['scope'] = { cgroups: [sandbox.cgroup] },
): Promise<Observation> {
  const sink = await Sink.start(forward);
  const config = agentConfig.parse({
    interval: 1000,
    spans: { perSecond: 100_000 },
    server: { url: sink.url },
    spool: { path: join(sandbox.folder, 'spool') },
    ...overrides,
    scope,
  });
  const agent = await launchAgent(config);
  return {
    sink,
    agent,
    async finish() {
      await agent.stop();
      return sink;
    },
  };
}
