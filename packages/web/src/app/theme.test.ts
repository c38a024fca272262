import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BAR_SHARE, mix } from '../base/color.ts';
import { theme } from './theme.ts';

const css = readFileSync(join(import.meta.dirname, 'theme.css'), 'utf8');

/** The custom properties of the first rule with this selector. */
function tokens(selector: string): Record<string, string> {
  const start = css.indexOf(`${selector} {`);
  const body = css.slice(start, css.indexOf('}', start));
  return Object.fromEntries([...body.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]));
}

/** WCAG 2.2, relative luminance and contrast ratio. */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

describe.each([
  ['light', ':root'],
  ['dark', ':root[data-mantine-color-scheme="dark"]'],
] as const)('%s theme', (name, selector) => {
  const token = tokens(selector);

  it.each(
    ['text', 'muted', 'faint', 'accent', 'ok', 'warn', 'bad'].flatMap((ink) =>
      ['bg', 'surface', 'raised', 'hover'].map((ground) => [ink, ground]),
    ),
  )('%s on %s is readable (AA, 4.5)', (ink, ground) => {
    expect(contrast(token[ink], token[ground])).toBeGreaterThanOrEqual(4.5);
  });

  it.each(['warn', 'bad', 'ok', 'accent'])('%s on its own soft ground is readable', (ink) => {
    expect(contrast(token[ink], token[`${ink}-soft`])).toBeGreaterThanOrEqual(4.5);
  });

  it.each(['requests', 'errors', 'avg', 'p50', 'p75', 'p95', 'p99', '4xx', '5xx', '3xx', '2xx'])(
    '--data-%s can be told from the ground (3)',
    (name) => {
      expect(contrast(token[`data-${name}`], token.surface)).toBeGreaterThanOrEqual(3);
    },
  );

  it('white on a button is readable (AA, 4.5)', () => {
    const { colors, primaryShade } = theme;
    const shade = (primaryShade as { light: number; dark: number })[name];
    expect(contrast('#ffffff', colors!.indigo![shade])).toBeGreaterThanOrEqual(4.5);
  });

  it.each(['avg', 'p50', 'p75', 'p95', 'p99', '4xx', '2xx', 'requests'])(
    'text on a bar of --data-%s in a flame graph is readable (AA, 4.5)',
    (name) => {
      const bar = mix(token[`data-${name}`], token.surface, BAR_SHARE);
      expect(contrast(token.text, bar)).toBeGreaterThanOrEqual(4.5);
    },
  );

  it.each(['heat', 'alarm'].flatMap((scale) => [0, 1, 2, 3, 4].map((step) => [scale, step] as const)))(
    'the icon on --%s-%d can be told from it (3)',
    (scale, step) => {
      const ink = step >= 3 ? token.surface : token.text;
      expect(contrast(ink, token[`${scale}-${step}`])).toBeGreaterThanOrEqual(3);
    },
  );
});
