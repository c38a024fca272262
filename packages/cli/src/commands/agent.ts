import type { Invocation } from '../command.ts';
import { untilStopped } from '../lifecycle.ts';
import { requireAgent } from '../platform.ts';

export async function run({ loaded }: Invocation): Promise<number> {
  const config = loaded.config.agent;
  requireAgent(config.scope);
  const { startAgent } = await import('@sonde/agent');
  const stopped = untilStopped();
  const agent = await startAgent(config);
  await stopped;
  await agent.stop();
  return 0;
}
