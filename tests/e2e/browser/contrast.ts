import type { Page } from 'playwright-core';

/** Texts of the page that are harder to read than WCAG 2.2 AA allows (1.4.3), in the look given; [] where all is well. */
export async function unreadable(page: Page, look: 'light' | 'dark'): Promise<string[]> {
  await page.addStyleTag({ content: '* { transition: none !important }' });
  await page.evaluate((scheme) => document.documentElement.setAttribute('data-mantine-color-scheme', scheme), look);
  return page.evaluate(() => {
    type Color = readonly [number, number, number, number];
    /** As `getComputedStyle` writes it, each part 0..1. */
    const parsed = (text: string): Color => {
      const [r, g, b, a = 1] = (/\(([^)]+)\)/.exec(text)?.[1] ?? '')
        .replace('srgb', '')
        .split(/[\s,/]+/)
        .filter(Boolean)
        .map(Number);
      const scale = text.startsWith('rgb') ? 255 : 1;
      return [r / scale, g / scale, b / scale, a];
    };
    const over = ([r, g, b, a]: Color, under: Color): Color => {
      const mixed = (top: number, below: number) => top * a + below * (1 - a);
      return [mixed(r, under[0]), mixed(g, under[1]), mixed(b, under[2]), 1];
    };
    const luminance = ([r, g, b]: Color) => {
      const linear = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
      return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
    };
    const groundOf = (element: Element) => {
      const layers: Color[] = [];
      for (let at: Element | null = element; at !== null; at = at.parentElement) {
        layers.push(parsed(getComputedStyle(at).backgroundColor));
      }
      return layers.reduceRight((under, layer) => over(layer, under), [1, 1, 1, 1] as Color);
    };
    /** Not text to be read: hidden, disabled (1.4.3 leaves it out), drawn, or shown only when it is pointed at. */
    const isLeftOut = (element: Element) =>
      element.closest('svg, [aria-hidden=true], :disabled, [data-disabled], .visually-hidden, [data-formula]') !==
        null || !element.checkVisibility({ visibilityProperty: true });
    const found = new Set<string>();
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const text = texts.currentNode.textContent?.trim();
      const element = texts.currentNode.parentElement!;
      if (!text || isLeftOut(element)) continue;
      const ground = groundOf(element);
      const ink = over(parsed(getComputedStyle(element).color), ground);
      const [low, high] = [luminance(ink), luminance(ground)].sort((a, b) => a - b);
      const ratio = (high + 0.05) / (low + 0.05);
      if (ratio < 4.5) found.add(`${text.slice(0, 40)}: ${ratio.toFixed(2)}`);
    }
    return [...found];
  });
}
