import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildObject, skipReason, temporaryFolder } from '../testdata/build.ts';
import { loadedPrograms } from './loaded.ts';
import { openObject } from './object.ts';

describe.skipIf(skipReason !== '')(`loaded programs ${skipReason}`, () => {
  const folder = temporaryFolder();
  let path: string;
  beforeAll(() => {
    path = buildObject('basic', folder.path);
  });
  afterAll(() => folder[Symbol.dispose]());

  const isLoaded = (id: number) => loadedPrograms().some((program) => program.id === id);

  test('are there from load to close', () => {
    const object = openObject(path).load();
    const { id } = object.program('multiply');
    expect(loadedPrograms()).toContainEqual({ id, name: 'multiply' });
    object.close();
    expect(isLoaded(id)).toBe(false);
  });

  test('do not outlive a process that was killed', async () => {
    const index = JSON.stringify(new URL('./index.ts', import.meta.url).href);
    const script = `const { openObject } = await import(${index});
      const object = openObject(${JSON.stringify(path)});
      object.program('on_state').setAutoload(true);
      object.load();
      object.program('on_state').attach();
      console.log(object.program('on_state').id);
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const [line] = await once(child.stdout, 'data');
      const id = Number(line);
      expect(isLoaded(id)).toBe(true);
      child.kill('SIGKILL');
      await once(child, 'exit');
      await expect.poll(() => isLoaded(id), { timeout: 2000 }).toBe(false);
    } finally {
      child.kill('SIGKILL');
    }
  });
});
