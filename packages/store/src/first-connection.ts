import { mkdirSync } from 'node:fs';
import type { ClickHouseClient } from '@clickhouse/client';
import { connect, type Location } from './client.ts';
import { forgetUncommitted } from './deduplication-log.ts';

/** The tables cannot be opened; the message says where they should be and what is wrong there. */
export class StoreUnusable extends Error {
  override readonly name = 'StoreUnusable';
}

/**
 * Makes the folder of the store, and connects to its tables.
 * @throws StoreUnusable
 */
export async function firstConnection(path: string, location: Location): Promise<ClickHouseClient> {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    if (location.kind === 'embedded') {
      await forgetUncommitted(location.path);
      return connect(location);
    }
  } catch (error) {
    throw new StoreUnusable(`${path}: ${reasonOf(error)}`, { cause: error });
  }
  const client = connect(location);
  const answer = await client.ping({ select: true });
  if (answer.success) return client;
  await client.close();
  throw new StoreUnusable(`${new URL(location.url).origin}: ${reasonOf(answer.error)}`, { cause: answer.error });
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return message || (code ?? String(error));
}
