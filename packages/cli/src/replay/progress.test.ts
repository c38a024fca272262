import { describe, expect, test, vi } from 'vitest';
import { ProgressBar, progressText } from './progress.ts';

describe('progress', () => {
  test('is a bar where the size is known', () => {
    const text = progressText({ file: 'a.pcap', position: 50_000_000, size: 100_000_000 }, 1000);
    expect(text).toBe(`a.pcap  ${'█'.repeat(15)}${'░'.repeat(15)}  50 %  50 MB of 100 MB  50 MB/s`);
  });

  test('is a count for a pipe', () => {
    expect(progressText({ file: '-', position: 2_000_000, size: null }, 1000)).toBe('-  2 MB  2 MB/s');
  });

  test('is shown on a terminal only, and only when it takes long', () => {
    vi.useFakeTimers();
    const written: string[] = [];
    const write = (text: string) => written.push(text) > 0;
    const progress = { file: 'a', position: 1, size: 2 };
    const bar = new ProgressBar({ isTTY: true, write } as unknown as NodeJS.WriteStream);
    const silent = new ProgressBar({ isTTY: false, write } as unknown as NodeJS.WriteStream);
    bar.update(progress);
    bar.clear();
    vi.advanceTimersByTime(600);
    silent.update(progress);
    expect(written).toEqual([]);
    bar.update(progress);
    bar.update(progress);
    bar.clear();
    expect(written.length).toBe(2);
    vi.useRealTimers();
  });
});
