import type { Invocation } from '../command.ts';
import { launchAgent } from '../launch-agent.ts';
import { launchServer } from '../launch-server.ts';
import { Cleanup, untilStopped } from '../lifecycle.ts';
import { requireAgent } from '../platform.ts';

export async function run({ loaded }: Invocation): Promise<number> {
  const { config, origins } = loaded;
  requireAgent(config.agent.scope);
  const stopped = untilStopped();
  const cleanup = new Cleanup();
  try {
    const server = await launchServer(config.server);
    cleanup.add(() => server.stop());
    const url = origins.has('agent.server.url') ? config.agent.server.url : server.intakeUrl;
    const agent = await launchAgent({ ...config.agent, server: { ...config.agent.server, url } });
    cleanup.add(() => agent.stop());
    process.stdout.write(`${server.url}\n`);
    await Promise.race([stopped, agent.ended]);
  } finally {
    await cleanup.run();
  }
  return 0;
}
