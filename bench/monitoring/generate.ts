import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Store } from '@sonde/store';
import { connect } from '../../packages/store/src/client.ts';
import { DAY, fillByViews, repeatDays, type System } from './system.ts';

/** What a store was filled with. */
export interface Generated {
  readonly system: System;
  readonly days: number;
  /** End of the data, seconds since the epoch, a full hour. */
  readonly end: number;
}

export interface Generating extends Omit<Generated, 'end'> {
  /** Folder of the store. */
  readonly path: string;
  readonly log: (text: string) => void;
}

/** For how long each resolution is kept by default, in days. */
const KEPT = { minutes: 14 };

const daysBefore = (from: number, to: number) => Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);

/**
 * A day of 10 s rows through all views, and that day again for each of the days before, at the resolutions that are kept
 * so long.
 */
async function generate({ path, system, days, log }: Generating): Promise<Generated> {
  await (await Store.open({ path })).close();
  const database = connect({ kind: 'embedded', path: join(path, 'clickhouse') });
  const end = Math.floor(Date.now() / 1000 / 3600) * 3600;
  const from = end - DAY;
  await fillByViews(database, system, from, end);
  log('a day of 10 s rows');
  const minutes = daysBefore(1, Math.min(days, KEPT.minutes));
  await repeatDays(database, ['requests_1m', 'services_1m', 'endpoints_1m', 'metrics'], from, minutes);
  log(`${minutes.length} days of minutes`);
  const hours = daysBefore(Math.min(days, KEPT.minutes), days);
  await repeatDays(database, ['services_1h', 'endpoints_1h', 'metrics_1h'], from, hours);
  await repeatDays(database, ['requests_1h', 'calls_1h'], from, daysBefore(1, days));
  log(`${days} days of hours`);
  await database.close();
  return { system, days, end };
}

/** The store in the folder as it was filled before, else filled now. */
export async function generated(wanted: Generating): Promise<Generated> {
  const note = join(wanted.path, 'generated.json');
  if (existsSync(note)) {
    const found: Generated = JSON.parse(readFileSync(note, 'utf8'));
    const { system, days } = found;
    if (JSON.stringify([system, days]) !== JSON.stringify([wanted.system, wanted.days]))
      throw new Error(`${wanted.path} holds ${days} days of ${JSON.stringify(system)}, give another folder`);
    return found;
  }
  mkdirSync(wanted.path, { recursive: true });
  const made = await generate(wanted);
  writeFileSync(note, JSON.stringify(made));
  return made;
}
