import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alertRule } from '@sonde/api';
import { describe, expect, test, vi } from 'vitest';
import { deliver, parseChannel } from '../../packages/server/src/alerts/channels/channel.ts';
import type { Notification } from '../../packages/server/src/alerts/notification.ts';
import { freePort } from '../capture/ports.ts';

const PROGRAM = 'prometheus-alertmanager';
const reason = spawnSync(PROGRAM, ['--version']).error === undefined ? '' : `(left out: ${PROGRAM} is not installed)`;

const started = Date.now() - 60_000;
const firing: Notification = {
  id: 'a/firing',
  state: 'firing',
  ruleId: 'r',
  rule: alertRule.parse({ name: 'Errors over 5 %', metric: 'error_rate', threshold: 0.05, by: 'endpoint' }),
  service: 'shop',
  part: 'POST /orders',
  severity: 'critical',
  value: 0.12,
  threshold: 0.05,
  started,
  ended: null,
  summary: 'shop POST /orders: error rate 12 %, above 5 %',
  url: 'http://sonde:7600/services/shop',
};

describe.skipIf(reason !== '')(`Alertmanager ${reason}`, () => {
  test('takes alerts by API v2: sent twice it is one, resolved it is gone', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sonde-alertmanager-'));
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    writeFileSync(join(folder, 'am.yml'), 'route: {receiver: none}\nreceivers: [{name: none}]\n');
    const child = spawn(
      PROGRAM,
      [
        `--config.file=${join(folder, 'am.yml')}`,
        `--storage.path=${folder}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--cluster.listen-address=',
      ],
      { stdio: 'ignore' },
    );
    const alerts = async () => (await (await fetch(`${url}/api/v2/alerts`)).json()) as object[];
    try {
      await vi.waitFor(async () => expect(await alerts()).toEqual([]), { timeout: 30_000 });
      const channel = parseChannel(`alertmanager:am=${url}`)!;
      await deliver(channel, firing);
      await deliver(channel, firing);
      await vi.waitFor(async () => expect((await alerts()).length).toBe(1), { timeout: 30_000 });
      expect(await alerts()).toMatchObject([
        {
          labels: { alertname: 'Errors over 5 %', service: 'shop', endpoint: 'POST /orders', severity: 'critical' },
          annotations: { summary: firing.summary },
          startsAt: new Date(started).toISOString(),
          status: { state: 'active' },
        },
      ]);
      await deliver(channel, { ...firing, id: 'a/resolved', state: 'resolved', ended: Date.now() - 1000 });
      await vi.waitFor(async () => expect(await alerts()).toEqual([]), { timeout: 30_000 });
    } finally {
      const exited = once(child, 'exit');
      child.kill();
      await exited;
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
