/** A stretch of a trace, both as a share 0..1 of its duration. */
export interface View {
  readonly from: number;
  readonly to: number;
}

export const WHOLE: View = { from: 0, to: 1 };

const LEAST_WIDTH = 1e-6;

/** Wider or narrower around `middle`, within the trace. */
export function zoom({ from, to }: View, factor: number, middle = (from + to) / 2): View {
  const width = Math.min(1, Math.max(LEAST_WIDTH, (to - from) * factor));
  const share = (middle - from) / (to - from);
  return pan({ from: middle - share * width, to: middle + (1 - share) * width }, 0);
}

/** Moved by a share of its width, within the trace. */
export function pan({ from, to }: View, share: number): View {
  const width = to - from;
  const start = Math.max(0, Math.min(1 - width, from + share * width));
  return { from: start, to: start + width };
}

export const isWhole = ({ from, to }: View) => from <= 0 && to >= 1;

/** The view as the URL has it: nanoseconds after the start of a trace that lasts `total`, `1000-2500`. */
export function viewText(view: View, total: number): string | undefined {
  return isWhole(view) ? undefined : `${Math.round(view.from * total)}-${Math.round(view.to * total)}`;
}

/** The view of a text of `viewText`; the whole trace where it is none. */
export function viewOf(text: string | undefined, total: number): View {
  const match = /^(\d{1,16})-(\d{1,16})$/.exec(text ?? '');
  if (match === null) return WHOLE;
  const [from, to] = [Number(match[1]) / total, Number(match[2]) / total];
  if (!(from < to && from < 1)) return WHOLE;
  return zoom({ from, to: Math.min(1, to) }, 1);
}
