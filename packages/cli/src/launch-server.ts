import type { SondeServer } from '@sonde/server';
import type { SondeConfig } from './config/schema.ts';
import { CliError } from './errors.ts';

/** `startServer`, with the failures people meet told in their terms; the store is loaded only here. */
export async function launchServer(config: SondeConfig['server']): Promise<SondeServer> {
  const { StoreUnusable, startServer } = await import('@sonde/server');
  try {
    return await startServer(config);
  } catch (error) {
    const { code, port, message } = error as NodeJS.ErrnoException & { port?: number };
    if (code === 'EADDRINUSE') {
      throw new CliError('SONDE_CLI_PORT_IN_USE', `port ${port ?? ''}: ${message}`, { cause: error });
    }
    if (error instanceof StoreUnusable) {
      throw new CliError('SONDE_CLI_STORE_UNUSABLE', error.message, { cause: error });
    }
    throw error;
  }
}
