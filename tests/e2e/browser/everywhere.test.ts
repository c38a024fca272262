import { expect, it } from 'vitest';
import { unreadable } from './contrast.ts';
import { fixture, forgive, open, page, range, rows, search, withFixture } from './harness.ts';
import { quiet } from './pages.ts';

withFixture('every page', () => {
  it('speaks Chinese and goes dark by the URL, and keeps both from page to page', async () => {
    await open('/?lang=zh&theme=dark');
    await page.getByRole('table', { name: '服务' }).waitFor();
    await expect.poll(() => page.locator('html').getAttribute('lang')).toBe('zh-CN');
    await expect.poll(() => page.locator('html').getAttribute('data-mantine-color-scheme')).toBe('dark');
    await page.getByRole('link', { name: '探针', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: '探针' }).waitFor();
    expect([search().get('lang'), search().get('theme')]).toEqual(['zh', 'dark']);
    await page.getByRole('button', { name: '语言' }).click();
    await page.getByRole('menuitem', { name: 'English' }).click();
    await page.getByRole('heading', { level: 1, name: 'Agents' }).waitFor();
    await page.getByRole('button', { name: 'Theme' }).click();
    await page.getByRole('menuitem', { name: 'Light' }).click();
    await expect.poll(() => page.locator('html').getAttribute('data-mantine-color-scheme')).toBe('light');
  });

  it('tells of each agent what it costs and what it lost', async () => {
    await open('/agents');
    const second = page.getByRole('region', { name: 'node-2' });
    await second.getByText('99.96 %').waitFor();
    await expect.poll(() => second.getByText('ring_full').count()).toBe(1);
    await expect.poll(() => second.getByText('735 ns').count()).toBe(1);
    await second.getByText('the Kubernetes API answered 403').waitFor();
    await expect.poll(() => page.getByText('Pods not told of').count()).toBe(1);
    const imports = page.getByRole('region', { name: 'Sent by Datadog agents' });
    await imports.getByText('11,840').waitFor();
    const problems = imports.getByRole('table', { name: 'Refused and unread' }).locator('tbody tr');
    await expect
      .poll(() => problems.allTextContents())
      .toEqual(['SONDE_INTAKE_BAD_FRAMEmessage7', 'pods without a name or a uidpart2']);
    await expect.poll(() => page.getByRole('region', { name: 'node-1' }).getByText('Nothing was lost').count()).toBe(1);
  });

  it('says how to begin where nobody watches, and why where nothing is seen', async () => {
    await open('/', 'empty');
    await page.getByText('No agent has reported yet').waitFor();
    await page.getByText('sudo ./sonde up', { exact: true }).waitFor();
    await open('/', 'quiet');
    await page.getByText('saw no traffic in this range').waitFor();
    await page.getByText('Scope: cgroup:/shop.slice').waitFor();
    await open('/map', 'quiet');
    await page.getByText('No calls between services in this range').waitFor();
    await open('/agents', 'empty');
    await page.getByText('No agent reported in this range').first().waitFor();
  });

  it('gives cause and hint of a refusal, and comes back by itself', async () => {
    await open('/?refresh=1', 'broken');
    await page.getByText('SONDE_STORE_UNAVAILABLE').waitFor();
    await page.getByText('Retry; the agent keeps its data until then').waitFor();
    fixture!.scenario = 'shop';
    await rows().first().waitFor();
    fixture!.scenario = 'broken';
    await page.getByText('The last refresh failed').waitFor();
    await expect.poll(() => rows().count()).toBe(13);
  });

  it('says when the server is out of reach', async () => {
    await open('/');
    await rows().first().waitFor();
    await page.route('**/api/**', (route) => route.abort());
    await page.getByRole('link', { name: 'Agents', exact: true }).click();
    await page.getByText('The server does not answer').waitFor();
    forgive('ERR_FAILED');
  });

  it('can be used without a mouse', async () => {
    await open('/');
    await rows().first().waitFor();
    await page.keyboard.press('Tab');
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to content');
    await page.getByRole('link', { name: 'checkout' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'checkout' }).waitFor();
    await range('Last 15 minutes').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('textbox', { name: 'From', exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Last 15 minutes');
  });

  it('does not scroll sideways on a narrow screen, and is readable in light and in dark, whatever the page', async () => {
    await page.setViewportSize({ width: 390, height: 800 });
    for (const path of [
      '/',
      '/map',
      '/services/shop-web',
      '/services/orders-db',
      '/services/session-cache',
      '/services/coredns.kube-system',
      '/agents',
      '/alerts',
      '/traces',
    ]) {
      await open(`${path}?refresh=0`);
      await range('Last 15 minutes').waitFor();
      await quiet(page);
      const over = await page.evaluate(() => {
        const content = document.querySelector('#content')!;
        return Math.max(content.scrollWidth - content.clientWidth, document.body.scrollWidth - innerWidth);
      });
      expect({ path, over }).toEqual({ path, over: 0 });
      for (const look of ['light', 'dark'] as const) expect([path, await unreadable(page, look)]).toEqual([path, []]);
    }
  });
});
