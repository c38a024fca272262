import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ShopError, startShop } from '@sonde/shop';
import type { Invocation } from '../command.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { SondeConfig } from '../config/schema.ts';
import { CliError } from '../errors.ts';
import { launchAgent } from '../launch-agent.ts';
import { launchServer } from '../launch-server.ts';
import { Cleanup, untilStopped } from '../lifecycle.ts';
import { missingBuilds, requireAgent } from '../platform.ts';

/** Short, so that the first numbers are on the page soon. */
const INTERVAL_MS = 2000;

export async function run({ flags, loaded }: Invocation): Promise<number> {
  const rate = Number(flags.rate ?? 40);
  if (!(rate > 0)) throw new CliError('SONDE_CLI_USAGE', `--rate: expected a number above 0, got ${flags.rate}`);
  requireAgent(undefined);
  const missing = missingBuilds();
  if (missing.length > 0) throw new CliError('SONDE_CLI_NOT_BUILT', `not built: ${missing.join(', ')}`);

  const stopped = untilStopped();
  const cleanup = new Cleanup();
  try {
    const folder = await mkdtemp(join(tmpdir(), 'sonde-demo-'));
    cleanup.add(() => rm(folder, { recursive: true, force: true }));
    const config = demoConfig(loaded, folder);
    const [server, shop] = await Promise.allSettled([
      launchServer(config.server).then((started) => {
        cleanup.add(() => started.stop());
        return started;
      }),
      startShop({ rate }).then((started) => {
        cleanup.add(() => started.stop());
        return started;
      }),
    ]);
    if (server.status === 'rejected') throw server.reason;
    if (shop.status === 'rejected') throw shopFailure(shop.reason);

    const scope = { ...config.agent.scope, cgroups: [shop.value.cgroup] };
    const target = { ...config.agent.server, url: server.value.intakeUrl };
    const agent = await launchAgent({ ...config.agent, scope, server: target });
    cleanup.add(() => agent.stop());
    process.stdout.write(`${server.value.url}\n`);
    await Promise.race([stopped, agent.ended]);
  } finally {
    await cleanup.run();
  }
  return 0;
}

/** What the user gave stays; the rest is temporary. Ports stay where they are, so that the address is the known one. */
function demoConfig({ config, origins }: LoadedConfig, folder: string): SondeConfig {
  const keep = <T>(path: string, given: T, own: T) => (origins.has(path) ? given : own);
  const { agent, server } = config;
  return {
    agent: {
      ...agent,
      interval: keep('agent.interval', agent.interval, INTERVAL_MS),
      spool: { ...agent.spool, path: keep('agent.spool.path', agent.spool.path, join(folder, 'spool')) },
    },
    server: {
      ...server,
      logLevel: keep('server.logLevel', server.logLevel, 'warn'),
      store: { ...server.store, path: keep('server.store.path', server.store.path, join(folder, 'store')) },
    },
  };
}

function shopFailure(error: unknown): unknown {
  return error instanceof ShopError ? new CliError('SONDE_CLI_DEMO_UNAVAILABLE', error.message) : error;
}
