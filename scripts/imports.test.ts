import { describe, expect, test } from 'vitest';
import { checkFile, checkManifest, importsOf, MAY_IMPORT } from './imports.ts';

function check(path: string, text: string): string[] {
  return checkFile({ path, text });
}

describe('imports of a source', () => {
  test('static, dynamic, type and re-exports are found with their lines; comments are not', () => {
    const text = [
      "import a from 'a';",
      "import type { B } from 'b';",
      "export * from './c.ts';",
      "// import x from 'x';",
      "/* from 'y' */ import 'd';",
      "const e = await import('e');",
    ].join('\n');
    expect(importsOf(text)).toEqual([
      { name: 'a', line: 1 },
      { name: 'b', line: 2 },
      { name: './c.ts', line: 3 },
      { name: 'd', line: 5 },
      { name: 'e', line: 6 },
    ]);
  });
});

describe('the import table', () => {
  test('has no circle', () => {
    const visit = (name: string, above: readonly string[]): void => {
      expect(above).not.toContain(name);
      for (const next of MAY_IMPORT[name] ?? []) visit(next, [...above, name]);
    };
    for (const name of Object.keys(MAY_IMPORT)) visit(name, []);
  });

  test.each([
    ['packages/model/src/x.ts', "import { y } from '@sonde/api';", 'model may not import api'],
    ['packages/web/src/x.tsx', "import { y } from '@sonde/store';", 'web may not import store'],
    ['packages/server/src/x.ts', "const y = import('@sonde/agent');", 'server may not import agent'],
    ['packages/agent/src/a/x.ts', "import y from '../../../libbpf/src/map.ts';", 'is outside of agent'],
    ['packages/agent/src/x.ts', "import koffi from 'koffi';", 'koffi belongs to libbpf'],
    ['packages/server/src/x.ts', "import { z } from 'chdb/connection';", 'chdb belongs to store'],
    ['packages/protocols/src/x.ts', "import fs from 'node:fs';", 'has to run anywhere'],
    ['packages/server/src/x.ts', 'const q = `SELECT a\n FROM b`;', 'SQL outside of store'],
    ['packages/nowhere/src/x.ts', '', 'not in the import table'],
  ])('refuses: %s %s', (path, text, reason) => {
    expect(check(path, text)).toEqual([expect.stringContaining(reason)]);
  });

  test.each([
    ['packages/agent/src/a/x.ts', "import y from '../b.ts';\nimport { z } from '@sonde/libbpf';"],
    ['packages/store/src/x.ts', "import chdb from 'chdb';\nconst q = 'SELECT a FROM b';"],
    ['packages/model/src/x.test.ts', "import fs from 'node:fs';"],
    ['packages/cli/src/x.ts', "import { agentConfig } from '@sonde/agent/config';"],
    ['tests/e2e/x.test.ts', "import '@sonde/store';"],
  ])('allows: %s', (path, text) => {
    expect(check(path, text)).toEqual([]);
  });

  test('holds for package.json too', () => {
    const text = JSON.stringify({ dependencies: { '@sonde/model': '*', '@sonde/store': '*', zod: '4' } });
    expect(checkManifest({ path: 'packages/web/package.json', text })).toEqual([
      'packages/web/package.json: web may not depend on store',
    ]);
  });
});
