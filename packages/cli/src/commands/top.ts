import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, createClient, type Service, servicesResponse } from '@sonde/api';
import type { Invocation } from '../command.ts';
import { CliError } from '../errors.ts';
import { formatCount, formatDuration, formatShare } from '../format.ts';
import { untilStopped } from '../lifecycle.ts';
import { formatTable } from '../table.ts';

const REFRESH_MS = 2000;
const CLEAR = '\x1b[H\x1b[2J';

export async function run({ flags, loaded }: Invocation): Promise<number> {
  const origin = String(flags.url ?? `http://127.0.0.1:${loaded.config.server.port}`);
  const range = String(flags.range ?? 'now-5m');
  if (flags.json) {
    process.stdout.write(`${JSON.stringify(await fetchServices(origin, range), null, 2)}\n`);
    return 0;
  }
  if (flags.once) {
    process.stdout.write(servicesTable(await fetchServices(origin, range)));
    return 0;
  }
  const stopped = untilStopped();
  let running = true;
  void stopped.then(() => {
    running = false;
  });
  while (running) {
    const services = await fetchServices(origin, range);
    process.stdout.write(`${process.stdout.isTTY ? CLEAR : ''}${origin}  from ${range}\n\n${servicesTable(services)}`);
    await Promise.race([sleep(REFRESH_MS), stopped]);
  }
  return 0;
}

async function fetchServices(origin: string, from: string): Promise<Service[]> {
  const client = createClient(origin.replace(/\/$/, ''));
  const body = await client.services({ from }, { signal: AbortSignal.timeout(10_000) }).catch((error: Error) => {
    if (error instanceof ApiError) throw error;
    const reason = error.cause instanceof Error ? error.cause.message : error.message;
    throw new CliError('SONDE_CLI_SERVER_UNREACHABLE', `${origin}: ${reason}`, { cause: error });
  });
  const answer = servicesResponse.safeParse(body);
  if (answer.success) return answer.data.services;
  throw new CliError('SONDE_CLI_SERVER_UNREACHABLE', `what answers at ${origin} is no Sonde server`);
}

/** Most requests first. */
export function servicesTable(services: readonly Service[]): string {
  if (services.length === 0) return 'no service was seen in this range\n';
  return formatTable<Service>(
    [
      { title: 'service', text: ({ name }) => name },
      { title: 'kind', text: ({ kind }) => kind },
      { title: 'req/s', align: 'right', text: ({ rate }) => formatCount(rate) },
      { title: 'requests', align: 'right', text: ({ requests }) => formatCount(requests) },
      { title: 'errors', align: 'right', text: ({ errorRate }) => formatShare(errorRate) },
      { title: 'avg', align: 'right', text: ({ latency }) => formatDuration(latency.avg) },
      { title: 'p50', align: 'right', text: ({ latency }) => formatDuration(latency.p50) },
      { title: 'p95', align: 'right', text: ({ latency }) => formatDuration(latency.p95) },
      { title: 'p99', align: 'right', text: ({ latency }) => formatDuration(latency.p99) },
      { title: 'side', text: ({ side }) => side },
    ],
    [...services].sort((a, b) => b.requests - a.requests),
  );
}
