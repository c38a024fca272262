import { expect, it } from 'vitest';
import { LARGE } from './fixture/traces.ts';
import { open, page, search, withFixture } from './harness.ts';

/**
 * Most processor time of the page's main thread for one frame while something moves, in milliseconds: other programs do
 * not add to it. 60 frames a second leave 16.7, which an idle machine keeps; caches shared with others may double it.
 */
const MOST_PER_FRAME = 33;
const FRAMES = 60;
/** And from the address to the first row, with parsing of what the API sent. */
const MOST_TO_OPEN = 1500;

const spans = () => page.getByRole('list', { name: 'Spans of the trace' }).getByRole('listitem');

/** Counts, from now on, the processor time of the page's main thread in milliseconds. */
async function stopwatch(): Promise<() => Promise<number>> {
  const client = await page.context().newCDPSession(page);
  await client.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await client.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')!.value * 1000;
  };
}

/** What a frame takes of it while something moves, each scroll a screen further. */
async function perFrame(move: 'scroll' | 'zoom' | 'pan', selector: string): Promise<number> {
  const used = await stopwatch();
  await page.evaluate(
    async ([kind, area, times]) => {
      const element = document.querySelector<HTMLElement>(area)!;
      const { left, top, width, height } = element.getBoundingClientRect();
      const frame = () => new Promise<number>(requestAnimationFrame);
      const wheel = (more: WheelEventInit) =>
        element.dispatchEvent(
          new WheelEvent('wheel', {
            bubbles: true,
            cancelable: true,
            clientX: left + width * 0.7,
            clientY: top + height / 2,
            ...more,
          }),
        );
      await frame();
      for (let i = 1; i <= times; i++) {
        if (kind === 'scroll') element.scrollTop += element.clientHeight;
        else if (kind === 'zoom') wheel({ ctrlKey: true, deltaY: i <= times / 2 ? -120 : 120 });
        else wheel({ shiftKey: true, deltaY: i % 2 === 0 ? 300 : -200 });
        await frame();
      }
    },
    [move, selector, FRAMES] as const,
  );
  return (await used()) / FRAMES;
}

async function expectSmooth(name: string, move: 'scroll' | 'zoom' | 'pan', selector: string) {
  const time = await perFrame(move, selector);
  console.log(`${name}, ${move}: ${time.toFixed(1)} ms a frame`);
  expect(time).toBeGreaterThan(0);
  expect(time).toBeLessThan(MOST_PER_FRAME);
}

withFixture('a trace of 10,000 spans', () => {
  it('scrolls and zooms as a waterfall, with only what is in view in the document', async () => {
    await open('/traces');
    const used = await stopwatch();
    await open(`/traces/${LARGE}`);
    await spans().first().waitFor();
    const opened = await used();
    console.log(`waterfall, open: ${opened.toFixed(0)} ms`);
    expect(opened).toBeLessThan(MOST_TO_OPEN);
    await expect.poll(() => spans().count()).toBeLessThan(100);
    await expect.poll(() => spans().first().getAttribute('aria-setsize')).toBe('10000');
    const scroller = 'div:has(> div > ol[aria-label="Spans of the trace"])';
    await expectSmooth('waterfall', 'scroll', scroller);
    expect(Number(await spans().last().getAttribute('aria-posinset'))).toBeGreaterThan(1000);
    await expectSmooth('waterfall', 'zoom', scroller);
    await expectSmooth('waterfall', 'pan', scroller);
    await page.keyboard.press(']');
    await expect.poll(() => spans().count()).toBe(1);
  });

  it('scrolls and zooms as a flame graph, with and without a search', async () => {
    await open(`/traces/${LARGE}?view=flame`);
    const canvas = page.getByRole('img', { name: /^Flame graph/ });
    await canvas.waitFor();
    const scroller = 'div:has(> canvas[aria-label^="Flame graph"])';
    await expectSmooth('flame', 'zoom', scroller);
    await expectSmooth('flame', 'pan', scroller);
    await page.getByRole('textbox', { name: 'Find in trace' }).fill('item/77');
    await expect.poll(() => search().get('q')).toBe('item/77');
    await expectSmooth('flame with matches', 'zoom', scroller);
  });

  it('is held against itself, listed by calls and drawn by service', async () => {
    await open(`/traces/${LARGE}?view=compare&with=${LARGE}`);
    await page.getByRole('table', { name: 'Compare' }).waitFor();
    await expectSmooth('difference', 'scroll', 'div:has(> table[aria-label="Compare"])');
    await page.keyboard.press('3');
    await page.getByRole('group', { name: 'service-1', exact: true }).waitFor();
  });
});
