import { expect, it } from 'vitest';
import { CHECKOUT, LARGE, USUAL } from './fixture/traces.ts';
import { fixture, open, page, search, withFixture } from './harness.ts';
import { quiet } from './pages.ts';

const table = () => page.getByRole('table', { name: 'Traces' });
const rows = () => table().locator('tbody tr:has(a)');
const spans = () => page.getByRole('list', { name: 'Spans of the trace' }).getByRole('listitem');
const names = () => spans().locator('button[aria-current]').allTextContents();
const details = () => page.getByRole('complementary', { name: 'Details of the span' });
const asked = () => fixture!.requests.filter((path) => path.startsWith('/api/v1/traces?')).at(-1);

withFixture('search of traces', () => {
  it('lists what the API found, narrows by field, preset and chip, and the URL says so', async () => {
    await open('/traces');
    await page.getByText('60 traces', { exact: true }).waitFor();
    await page.getByRole('textbox', { name: 'Min duration' }).fill('150ms');
    await page.keyboard.press('Enter');
    await expect.poll(asked).toContain('minDuration=150000000');
    expect(search().get('min')).toBe('150ms');
    await page.getByRole('combobox', { name: 'Service' }).fill('checkout');
    await page.keyboard.press('Enter');
    await expect.poll(asked).toContain('service=checkout');
    await expect
      .poll(async () => new Set(await rows().locator('a b').allTextContents()))
      .toEqual(new Set(['checkout']));
    await page.getByRole('button', { name: 'Remove filter: Min duration: 150ms' }).click();
    await expect.poll(asked).not.toContain('minDuration');
    await page.getByRole('search').getByText('Errors', { exact: true }).click();
    await expect.poll(asked).toContain('errors=true');
    await page.reload();
    await rows().first().waitFor();
    expect(search().get('service')).toBe('checkout');
  });

  it('names a duration that is none and does not ask for it', async () => {
    await open('/traces');
    await rows().first().waitFor();
    const field = page.getByRole('textbox', { name: 'Max duration' });
    await field.fill('fast');
    await page.keyboard.press('Enter');
    await expect.poll(() => field.getAttribute('title')).toBe('A duration such as 250ms or 1.5s');
    expect(asked()).not.toContain('maxDuration');
  });

  it('shows a dot a trace, which opens it; a drag zooms the range', async () => {
    await open('/traces');
    const plot = page.getByRole('figure', { name: 'Traces by start and duration' });
    await plot.getByRole('button').first().waitFor();
    await expect.poll(() => plot.getByRole('button').count()).toBe(60);
    const box = (await plot.boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.3, box.y + 24);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, box.y + 24, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => Number(search().get('to'))).toBeGreaterThan(Number(search().get('from')));
    await plot.getByRole('button').first().click({ force: true });
    await page.waitForURL('**/traces/5c0de*');
  });

  it('selects an area of the heatmap, and says what is more frequent in it', async () => {
    await open('/traces');
    const map = page.getByRole('img', { name: 'Spans by start and duration' });
    await map.waitFor();
    const box = (await map.boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.8, box.y + box.height * 0.1);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.95, box.y + box.height * 0.4, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => Number(search().get('areaTo'))).toBeGreaterThan(Number(search().get('areaFrom')));
    await expect.poll(asked).toContain(`minDuration=${Number(search().get('areaLow')) + 1}`);
    expect(asked()).toContain(`from=${search().get('areaFrom')}`);
    await page.getByRole('button', { name: /^host node-2/ }).waitFor();
    await expect.poll(() => page.getByRole('button', { name: /^kind server/ }).count()).toBe(0);
    await page.getByRole('button', { name: /^service checkout/ }).click();
    await expect.poll(() => search().get('service')).toBe('checkout');
    expect(search().get('areaFrom')).toBe(null);
    await page.getByRole('combobox', { name: 'Kind of span' }).selectOption('Served');
    await expect.poll(asked).toContain('kind=server');
    await page.getByRole('button', { name: 'Remove filter: Kind of span: Served' }).click();
    await expect.poll(() => search().get('kind')).toBe(null);
  });

  it('holds two traces that were picked against each other', async () => {
    await open('/traces?operation=POST /checkout');
    const boxes = page.getByRole('checkbox', { name: 'Compare edge-nginx POST /checkout' });
    await boxes.nth(0).check();
    await boxes.nth(1).check();
    await page.getByRole('link', { name: 'Compare these two' }).click();
    await page.waitForURL(`**/traces/${CHECKOUT}?*`);
    expect(search().get('with')).toBe(USUAL);
    await page.getByRole('table', { name: 'Compare' }).waitFor();
  });

  it('opens an id typed or pasted anywhere', async () => {
    await open('/traces');
    await rows().first().waitFor();
    await page.evaluate((text) => {
      const data = new DataTransfer();
      data.setData('text', text);
      document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true }));
    }, `00-${CHECKOUT}-b7ad6b7169203331-01`);
    await page.waitForURL(`**/traces/${CHECKOUT}*`);
    await page.goBack();
    await page.getByRole('textbox', { name: 'Open by id' }).fill(LARGE.toUpperCase());
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/traces/${LARGE}*`);
  });

  it('is reached from an endpoint of a service', async () => {
    await open('/services/edge-nginx');
    await page.getByRole('link', { name: 'Traces of this endpoint' }).first().click();
    await page.waitForURL('**/traces?*');
    expect(search().get('service')).toBe('edge-nginx');
    expect(search().get('operation')).toMatch(/^[A-Z]+ \//);
    await open('/services/checkout/endpoint?protocol=grpc&operation=Place&target=shop.Checkout');
    await page.getByRole('link', { name: 'Traces of this endpoint' }).click();
    await expect.poll(() => search().get('operation')).toBe('Place shop.Checkout');
  });
});

withFixture('one trace', () => {
  it('draws the tree with who saw each span, and marks what is not sure', async () => {
    await open(`/traces/${CHECKOUT}`);
    await spans().first().waitFor();
    expect((await names()).map((name) => name.trim())).toEqual([
      'edge-nginx POST /checkout',
      'edge-nginx POST /checkout',
      'checkout POST /checkout',
      'checkout CheckoutController.place',
      'checkout INSERT orders',
      'checkout POST /pay',
      'checkout INCR orders:{day}',
    ]);
    await expect.poll(() => spans().locator('abbr').allTextContents()).toEqual(['S', 'S', 'S', 'A', 'S', 'S', 'S']);
    const guess = page.locator('[data-uncertain="true"]');
    await expect.poll(() => guess.count()).toBe(1);
    await expect.poll(() => guess.getAttribute('title')).toBe('A guess, 83.0 % sure: not enough for a parent');
    await page.locator('header dl > div', { hasText: 'Spans' }).getByText('7', { exact: true }).waitFor();
  });

  it('tells why a span hangs where it does, and where the time of the call went', async () => {
    await open(`/traces/${CHECKOUT}`);
    await spans().nth(2).locator('button[aria-current]').click();
    const why = details().getByRole('region', { name: 'Why it hangs here' });
    await why.getByText('Both ends counted the same bytes of the same connection').waitFor();
    await expect
      .poll(() => why.getByRole('row', { name: /^Connection 00bb 00bb/ }).getAttribute('data-same'))
      .toBe('true');
    const hop = details().getByRole('region', { name: 'Where the time of the call went' });
    expect((await hop.locator('p').textContent())?.replace(/\s+/g, ' ')).toContain('network 18.0 ms');
    await expect.poll(() => hop.locator('p').textContent()).toContain('receive queue 12.0 ms');
    await expect.poll(() => details().getByText('The clock of this host is off by 40.0 ms').count()).toBe(1);
    expect(search().get('span')).toBe('0000000000000003');
    await page.reload();
    await details().waitFor();
    await spans().nth(5).locator('button[aria-current]').click();
    await details().getByText('Possible parents, not sure enough').waitFor();
    await details().getByText('96.0 % · about 1 of 25 such links is wrong').waitFor();
    await details().getByRole('link', { name: '0000000000000007' }).waitFor({ state: 'detached' });
    await spans().nth(4).locator('button[aria-current]').click();
    await details().getByRole('link', { name: 'INSERT INTO orders VALUES (?, ?)' }).click();
    await page.waitForURL('**/traces?*');
    expect(search().get('text')).toBe('db.query.text=INSERT INTO orders VALUES (?, ?)');
  });

  it('is worked with from the keyboard', async () => {
    await open(`/traces/${CHECKOUT}`);
    await spans().first().waitFor();
    await page.keyboard.press('f');
    await page.keyboard.press('f');
    await expect.poll(() => search().get('span')).toBe('0000000000000002');
    await page.keyboard.press(']');
    await expect.poll(() => spans().count()).toBe(2);
    await page.keyboard.press('o');
    await expect.poll(() => spans().count()).toBe(3);
    await page.keyboard.press('[');
    await expect.poll(() => spans().count()).toBe(7);
    await page.keyboard.press('ArrowUp');
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.keyboard.press('Escape');
    await details().waitFor({ state: 'detached' });
    await page.keyboard.press('/');
    await page.keyboard.type('insert');
    await page.getByText('1 match', { exact: true }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('f');
    await expect.poll(() => search().get('span')).toBe('0000000000000005');
  });

  it('gives its names more room, by drag and by key', async () => {
    await open(`/traces/${CHECKOUT}`);
    const divider = page.getByRole('separator', { name: 'Width of the names' });
    const name = spans().first().locator('span').first();
    await divider.waitFor();
    const before = (await name.boundingBox())!.width;
    const box = (await divider.boundingBox())!;
    await page.mouse.move(box.x + 4, box.y + 8);
    await page.mouse.down();
    await page.mouse.move(box.x + 154, box.y + 8, { steps: 3 });
    await page.mouse.up();
    await expect.poll(async () => (await name.boundingBox())!.width - before).toBeCloseTo(150, -1);
    await divider.press('ArrowLeft');
    await expect.poll(async () => (await name.boundingBox())!.width - before).toBeLessThan(140);
    await expect.poll(() => page.getByRole('button', { name: 'Show all' }).count()).toBe(0);
  });

  it('that nobody stored is said so', async () => {
    await open(`/traces/${'ab'.repeat(16)}`);
    await page.getByText('No span of this trace is stored').waitFor();
  });

  it('speaks Chinese in the dark, and fits a narrow screen', async () => {
    await open(`/traces/${CHECKOUT}?lang=zh&theme=dark&span=0000000000000003`);
    await page.getByText('两端数到同一连接的同一字节').waitFor();
    await page.setViewportSize({ width: 390, height: 800 });
    for (const path of [`/traces/${CHECKOUT}?span=0000000000000003`, '/traces?service=checkout&min=1ms']) {
      await open(path);
      await quiet(page);
      const over = await page.evaluate(() => {
        const content = document.querySelector('#content')!;
        return Math.max(content.scrollWidth - content.clientWidth, document.body.scrollWidth - innerWidth);
      });
      expect({ path, over }).toEqual({ path, over: 0 });
    }
  });
});
