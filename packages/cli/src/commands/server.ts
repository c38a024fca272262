import type { Invocation } from '../command.ts';
import { launchServer } from '../launch-server.ts';
import { untilStopped } from '../lifecycle.ts';

export async function run({ loaded }: Invocation): Promise<number> {
  const stopped = untilStopped();
  const server = await launchServer(loaded.config.server);
  process.stdout.write(`${server.url}\n`);
  await stopped;
  await server.stop();
  return 0;
}
