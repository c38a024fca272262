import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { structureOffsets } from './dwarf.ts';
import { Elf } from './elf.ts';
import { buildGo, goSkipReason } from './go.case.ts';
import { findGo, isGo } from './go.ts';
import { goVersion } from './go-functions.ts';

test('other files are none', () => {
  expect(findGo(process.execPath, 0)).toBeNull();
  expect(isGo(process.execPath)).toBe(false);
  expect(findGo(import.meta.filename, 0)).toBeNull();
  expect(findGo('/no/such/file', 0)).toBeNull();
});

describe.skipIf(goSkipReason !== '' || process.arch !== 'x64')(`programs of Go ${goSkipReason}`, () => {
  let folder: string;
  let program: string;
  let stripped: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sonde-go-'));
    const source = join(folder, 'main.go');
    writeFileSync(source, 'package main\n\nimport "net/http"\n\nfunc main() { http.Get("http://127.0.0.1:1/") }\n');
    program = buildGo(source, folder);
    stripped = buildGo(source, folder, { as: 'stripped', flags: '-s -w' });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('where to look in them, with and without symbols', () => {
    const whole = findGo(program, 0);
    expect(whole).toMatchObject({
      name: 'go',
      kind: 2,
      fields: { goid: 152 },
      probes: [{ program: 'go_newproc1' }, { program: 'go_roundtrip' }],
    });
    expect(Number(whole?.fields.sched)).toBeGreaterThan(0);
    expect(whole?.fields.writersTo).toBeGreaterThan(whole?.fields.writersFrom ?? 0);
    const rest = findGo(stripped, 0);
    expect(rest).toMatchObject({ probes: [{ program: 'go_newproc1' }, { program: 'go_roundtrip' }] });
    expect(rest?.fields.sched).toBe(0n);
  });

  test('debugging information says the same as the table of known versions', () => {
    using elf = Elf.open(program) as Elf;
    const version = goVersion(elf);
    expect(version).toMatch(/^go1\.\d+/);
    const offsets = structureOffsets(elf, [
      'runtime.g.goid',
      'runtime.g.startpc',
      'runtime.m.p',
      'runtime.p.goidcache',
      'net/http.persistConn.conn',
    ]);
    expect(offsets).not.toBeNull();
    const fields = findGo(program, 0)?.fields;
    expect([...(offsets?.values() ?? [])].toSorted()).toEqual(
      [fields?.goid, fields?.startPc, fields?.processor, fields?.numbers, fields?.connection].toSorted(),
    );
    expect(structureOffsets(elf, ['runtime.g.nothing'])).toBeNull();
  });

  test('damaged ones are no programs, and never an error', () => {
    const whole = new Uint8Array(readFileSync(program));
    for (const size of [0, 10, 64, 1000, 100_000, whole.length >> 1]) {
      const file = join(folder, `cut-${size}`);
      writeFileSync(file, whole.subarray(0, size));
      expect(() => findGo(file, 0)).not.toThrow();
    }
    let seed = 23;
    for (let round = 0; round < 30; round++) {
      const damaged = whole.slice(0, 4096);
      for (let i = 0; i < 20; i++) {
        seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
        damaged[seed % 4096] = seed >>> 24;
      }
      const file = join(folder, `damaged-${round}`);
      writeFileSync(file, damaged);
      expect(() => findGo(file, 0)).not.toThrow();
    }
  });
});
