function channels(hex: string): number[] {
  const digits = hex.length === 4 ? hex.replace(/[0-9a-f]/gi, '$&$&') : hex;
  return [1, 3, 5].map((at) => Number.parseInt(digits.slice(at, at + 2), 16));
}

/** `share` of one colour in another, as of paint; all are `#rrggbb` or `#rgb`. */
export function mix(color: string, ground: string, share: number): string {
  const over = channels(color);
  const hex = channels(ground).map((value, i) => Math.round(value + (over[i] - value) * share));
  return `#${hex.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

/** How much of a service's colour a bar with text on it has. */
export const BAR_SHARE = 0.34;
