import { describe, expect, it } from 'vitest';
import { pan, viewOf, viewText, WHOLE, zoom } from './trace-view.ts';

describe('the view', () => {
  it('zooms around a point and never leaves the trace', () => {
    expect(zoom(WHOLE, 0.5)).toEqual({ from: 0.25, to: 0.75 });
    expect(zoom(WHOLE, 0.5, 0)).toEqual({ from: 0, to: 0.5 });
    expect(zoom({ from: 0.25, to: 0.75 }, 4)).toEqual(WHOLE);
    expect(zoom({ from: 0, to: 0.1 }, 2)).toEqual({ from: 0, to: 0.2 });
    expect(pan({ from: 0.5, to: 0.75 }, 2)).toEqual({ from: 0.75, to: 1 });
    expect(pan({ from: 0.5, to: 0.75 }, -9)).toEqual({ from: 0, to: 0.25 });
  });

  it('is in the URL as nanoseconds of the trace, and nothing where it is whole', () => {
    expect(viewText({ from: 0.25, to: 0.5 }, 8000)).toBe('2000-4000');
    expect(viewOf('2000-4000', 8000)).toEqual({ from: 0.25, to: 0.5 });
    expect(viewText(WHOLE, 8000)).toBe(undefined);
  });

  it.each([undefined, '', '5', 'a-b', '4000-2000', '9000-9999', '5-5', '-1-2'])('of %s is the whole trace', (text) => {
    expect(viewOf(text, 8000)).toEqual(WHOLE);
  });

  it('that reaches past the end stops there', () => {
    expect(viewOf('4000-99999', 8000)).toEqual({ from: 0.5, to: 1 });
  });
});
