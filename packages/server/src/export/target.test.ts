import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Store } from '@sonde/store';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { serverConfig } from '../config.ts';
import { rowOf, STORY } from '../test-story.ts';
import { Target } from './target.ts';
import { faultsOf, TestReceiver } from './test-receiver.ts';

const log = pino({ level: 'silent' });

test('killed between keeping a batch and noting it: its spans are not sent again', async () => {
  const path = mkdtempSync(join(tmpdir(), 'sonde-target-'));
  const directory = join(path, 'target');
  await using receiver = new TestReceiver();
  await receiver.start();
  const store = await Store.open({ path });
  const spans = STORY.map((told) => rowOf(told, Date.now() - 5000));
  await store.write({ requests: [], metrics: [], resources: [], spans });
  const open = () => {
    const { exports } = serverConfig.parse({ exports: [{ name: 'next', url: receiver.url }] });
    const nameOf = (traceId: string) => traceId;
    return Target.open(exports[0], { store, log, directory, nameOf, wait: 1000, isSampled: false, isShared: false });
  };

  await receiver.stop();
  const first = await open();
  for (const { traceId, start } of spans) first.traces!.offer(traceId, Number(start / 1_000_000_000n), Date.now());
  await first.stop();
  expect(readdirSync(join(directory, 'spool'))).toHaveLength(1);
  rmSync(join(directory, 'exported.log'));

  await receiver.start();
  const second = await open();
  await second.flush(Date.now(), true);
  await expect.poll(() => second.stats.waiting).toBe(0);
  await second.stop();
  await store.close();
  expect(receiver.spans).toHaveLength(STORY.length);
  expect(faultsOf(receiver.spans)).toEqual([]);
  rmSync(path, { recursive: true });
});
