import { expect, test, vi } from 'vitest';
import { Cleanup } from './lifecycle.ts';

test('what was set up last is undone first, and a failing step does not stop the others', async () => {
  const errors = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const done: string[] = [];
  const cleanup = new Cleanup();
  cleanup.add(() => void done.push('first'));
  cleanup.add(() => Promise.reject(new Error('second fails')));
  cleanup.add(async () => void done.push('third'));
  await cleanup.run();
  await cleanup.run();
  expect(done).toEqual(['third', 'first']);
  expect(errors).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('second fails'));
  errors.mockRestore();
});
