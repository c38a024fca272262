import { type SondeServer, startServer } from '@sonde/server';
import type { SondeConfig } from './config/schema.ts';
import { CliError } from './errors.ts';

/** `startServer`, with the one failure people meet told in their terms. */
export async function launchServer(config: SondeConfig['server']): Promise<SondeServer> {
  try {
    return await startServer(config);
  } catch (error) {
    const { code, port, message } = error as NodeJS.ErrnoException & { port?: number };
    if (code === 'EADDRINUSE') {
      throw new CliError('SONDE_CLI_PORT_IN_USE', `port ${port ?? ''}: ${message}`, { cause: error });
    }
    throw error;
  }
}
